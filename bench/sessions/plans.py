"""A plan of eighteen months for many groups, whose schools have terms of their own."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sessions import programme
from sessions.domain.group_dates import Asked, Constraints, date_sessions
from sessions.domain.plan import Circumstances, build_plan
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School, SchoolCalendars, Span

SEED = 2026
GROUPS, PEOPLE_IN_A_GROUP, AUTHORITIES = 200, 8, 40
STARTS_ON = date(2026, 10, 5)
SLOTS = [f"{day}-16:00" for day in ("mon", "tue", "wed", "thu", "fri")]


@dataclass(frozen=True)
class Planned:
    """How many sessions, how many of them in another week than the plan's, how many for which
    none would do, and how many fall on holidays of their people without being told of."""

    sessions: int
    elsewhere: int
    unsuited: int
    untold: int


def plan_for_groups() -> Planned:
    """The cohort's plan by the terms of all its schools, and each group's own dates in it."""
    chance = random.Random(SEED)
    skeleton, bank = programme.school_holidays(), programme.bank_holidays()
    content = programme.packaged_content("npq-headship")
    template = programme.parsed(content, "npq-headship.yaml")
    terms = {f"authority {n}": _terms(chance) for n in range(AUTHORITIES)}
    calendars = SchoolCalendars(skeleton, authorities=terms)
    names = sorted(terms)
    groups = [
        [School(None, authority) for authority in chance.choices(names[n % 40 :][:3], k=8)]
        for n in range(GROUPS)
    ]
    everyone = Crowd(calendars, [school for group in groups for school in group])
    plan = build_plan(template, STARTS_ON, Circumstances(bank, everyone))
    load: dict[date, int] = {}
    for planned in plan.units:
        if planned.unit.kind in (Kind.self_study, Kind.webinar):
            load[planned.monday] = load.get(planned.monday, 0) + planned.unit.minutes
    together = {p.monday for p in plan.units if p.unit.kind is Kind.face_to_face}
    asked = [
        Asked(p.unit.code, p.unit.kind, p.unit.minutes, p.monday)
        for p in plan.units
        if p.unit.kind is Kind.coaching
    ]
    mondays = {one.code: one.monday for one in asked}
    sessions = elsewhere = unsuited = untold = 0
    for number, schools in enumerate(groups):
        people = Crowd(calendars, schools)
        given = Constraints(people, bank, load, together)
        for dated in date_sessions(asked, SLOTS[number % len(SLOTS)], given):
            day = dated.local_start.date()
            sessions += 1
            elsewhere += day - timedelta(days=day.weekday()) != mondays[dated.code]
            crowded = people.too_many(day, given.closed_percent)
            unsuited += crowded
            untold += crowded and not dated.shortfalls
    return Planned(sessions, elsewhere, unsuited, untold)


def _terms(chance: random.Random) -> list[Span]:
    """Two school years of six terms, the half-terms of which may be a week early or late."""
    spans = []
    for year in (2026, 2027):
        shift = [timedelta(weeks=chance.choice((-1, *[0] * 18, 1))) for _ in range(3)]
        for first, last, early, late in (
            (date(year, 9, 2), date(year, 10, 23), None, 0),
            (date(year, 11, 2), date(year, 12, 18), 0, None),
            (date(year + 1, 1, 4), date(year + 1, 2, 12), None, 1),
            (date(year + 1, 2, 22), date(year + 1, 3, 25), 1, None),
            (date(year + 1, 4, 12), date(year + 1, 5, 28), None, 2),
            (date(year + 1, 6, 7), date(year + 1, 7, 21), 2, None),
        ):
            begins = first + (shift[early] if early is not None else timedelta())
            ends = last + (shift[late] if late is not None else timedelta())
            spans.append(Span(begins, ends))
    return spans
