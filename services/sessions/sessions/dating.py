"""The dates of groups' coaching and hubs' days: each by its own schools' calendars."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions import audiences, building, group_study, programme, queries
from sessions.domain.group_dates import Asked, Constraints, date_sessions
from sessions.domain.group_study import Step, StudyWeek, date_study
from sessions.domain.london import monday_of, today
from sessions.domain.plan import BEFORE_ASSESSMENT
from sessions.domain.shortfalls import Shortfall
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School, SchoolCalendars
from sessions.models import (
    Enrolment,
    Group,
    HubOffer,
    Membership,
    Plan,
    PlanUnit,
    TrainingSession,
    VenuePlace,
)
from sessions.settings import SessionsSettings

Existing = Mapping[tuple[str, str], TrainingSession]


@dataclass
class Dates:
    """(Unit, audience) → wall time in London, and what could not be kept for it. `unable`: those of
    which people would hear too late. Group → its self-study that cannot be in the plan's week."""

    starts: dict[tuple[str, str], datetime] = field(default_factory=dict)
    unable: set[tuple[str, str]] = field(default_factory=set)
    shortfalls: dict[tuple[str, str], list[ShortfallRecord]] = field(default_factory=dict)
    study: dict[UUID, list[StudyWeek]] = field(default_factory=dict)


def dates(
    tx: Transaction,
    plan: Plan,
    units: Sequence[PlanUnit],
    groups: Sequence[Group],
    offers: Mapping[UUID, HubOffer],
    existing: Existing,
    earliest: Mapping[Kind, date],
    settings: SessionsSettings,
) -> Dates:
    """In the plan's week, or the nearest that the people's schools allow. A session that is there
    keeps its week while the plan's is the same, and its people's schools are open; one that is not,
    since the group or the hub's offer came late, has a day of which people hear in time."""
    schools = _schools_by_audience(tx, plan.course, plan.cohort)
    calendars = programme.calendars(tx, [school for who in schools.values() for school in who])
    found = Dates()
    until = queries.plan_version(tx, plan, None).ends_on
    assessed_from = plan.last_unit_ends_on + BEFORE_ASSESSMENT if plan.assessed else None
    load: Counter[date] = Counter()
    for unit in units:
        if unit.kind in (Kind.self_study, Kind.webinar):
            load[unit.monday] += unit.minutes
    for hub, offer in sorted(offers.items()):
        audience = audiences.of_hub(hub)
        asked = _asked(
            units,
            Kind.face_to_face,
            audience,
            existing,
            _after_coaching(units),
            {},
            earliest,
        )
        given = _constraints(calendars, schools.get(audience, []), load, (), settings)
        given = replace(given, until=until, assessed_from=assessed_from)
        _date(found, audience, asked, offer.face_to_face_slot, given, None, hub)
    had = group_study.days_of(tx, [group.group_id for group in groups])
    for group in groups:
        audience, hub = audiences.of_group(group.group_id), group.delivery_partner_id
        days = {
            code: at.date()
            for (code, whose), at in found.starts.items()
            if whose == audiences.of_hub(hub)
        }
        together = {monday_of(day) for day in days.values()}
        asked = _asked(
            units,
            Kind.coaching,
            audience,
            existing,
            _after_webinars(units),
            _before(units, days),
            earliest,
        )
        given = _constraints(calendars, schools.get(audience, []), load, together, settings)
        given = replace(given, until=until, assessed_from=assessed_from)
        _date(found, audience, asked, group.slot, given, group.group_id, hub)
        steps = _steps(units, found, audience, audiences.of_hub(hub))
        found.study[group.group_id] = date_study(
            steps,
            given.people,
            given.bank,
            _next_monday(tx.at),
            had[group.group_id],
            given.closed_percent,
            plan.last_unit_ends_on,
        )
        for week in found.study[group.group_id]:
            _note(found, week.code, audience, week.shortfalls, group.group_id, hub)
    return found


def _date(
    found: Dates,
    audience: str,
    asked: list[Asked],
    slot: str,
    given: Constraints,
    group: UUID | None,
    hub: UUID,
) -> None:
    for one in date_sessions(asked, slot, given):
        found.starts[one.code, audience] = one.local_start
        if one.unable:
            found.unable.add((one.code, audience))
        _note(found, one.code, audience, one.shortfalls, group, hub)


def _note(
    found: Dates,
    code: str,
    audience: str,
    shortfalls: Sequence[Shortfall],
    group: UUID | None,
    hub: UUID,
) -> None:
    whose = {"group_id": str(group) if group else None, "delivery_partner_id": str(hub)}
    for told in shortfalls:
        record = ShortfallRecord.load(building.plain_shortfall(told) | whose)
        found.shortfalls.setdefault((code, audience), []).append(record)


def _steps(units: Sequence[PlanUnit], found: Dates, group: str, hub: str) -> list[Step]:
    """The plan's units, what is live in the week in which the group has it."""
    steps = []
    for unit in units:
        at = found.starts.get((unit.code, group)) or found.starts.get((unit.code, hub))
        monday = monday_of(at.date()) if at else unit.monday
        steps.append(Step(unit.code, Kind(unit.kind), unit.minutes, monday))
    return steps


def _next_monday(at: datetime) -> date:
    """A week that has begun stays as it is."""
    return monday_of(today(at)) + timedelta(weeks=1)


def _asked(
    units: Sequence[PlanUnit],
    kind: Kind,
    audience: str,
    existing: Existing,
    after: Mapping[str, date],
    before: Mapping[str, date],
    earliest: Mapping[Kind, date],
) -> list[Asked]:
    found = []
    for unit in units:
        if unit.kind != kind:
            continue
        session = existing.get((unit.code, audience))
        is_new = session is None or session.was_dropped
        now = None
        if session is not None and session.planned_monday == unit.monday:
            now = monday_of(datetime.fromisoformat(session.local_start).date())
        found.append(
            Asked(
                code=unit.code,
                kind=kind,
                minutes=unit.minutes,
                monday=unit.monday,
                after=after.get(unit.code),
                before=before.get(unit.code),
                now=now,
                earliest=earliest[kind] if is_new else date.min,
            )
        )
    return found


def _after_webinars(units: Sequence[PlanUnit]) -> dict[str, date]:
    """Coaching unit → the day of the last webinar of its cycle before it."""
    found: dict[str, date] = {}
    last: dict[int, date] = {}
    for unit in units:
        if unit.kind == Kind.webinar:
            last[unit.cycle] = unit.starts_on
        elif unit.kind == Kind.coaching and unit.cycle in last:
            found[unit.code] = last[unit.cycle]
    return found


def _after_coaching(units: Sequence[PlanUnit]) -> dict[str, date]:
    """Face-to-face unit → the Friday of the week of its cycle's coaching before it."""
    found: dict[str, date] = {}
    last: dict[int, date] = {}
    for unit in units:
        if unit.kind == Kind.coaching:
            last[unit.cycle] = unit.monday + timedelta(days=4)
        elif unit.kind == Kind.face_to_face and unit.cycle in last:
            found[unit.code] = last[unit.cycle]
    return found


def _before(units: Sequence[PlanUnit], days: Mapping[str, date]) -> dict[str, date]:
    """Coaching unit → the day together of its cycle that follows it."""
    found: dict[str, date] = {}
    following: dict[int, date] = {}
    for unit in reversed(units):
        if unit.code in days:
            following[unit.cycle] = days[unit.code]
        elif unit.kind == Kind.coaching and unit.cycle in following:
            found[unit.code] = following[unit.cycle]
    return found


def _constraints(
    calendars: SchoolCalendars,
    people: list[School],
    load: Mapping[date, int],
    together: set[date] | tuple[()],
    settings: SessionsSettings,
) -> Constraints:
    crowd = Crowd(calendars, people)
    bank = programme.bank_holidays()
    return Constraints(crowd, bank, load, together, settings.closed_percent)


def _schools_by_audience(tx: Transaction, course: str, cohort: str) -> dict[str, list[School]]:
    """Audience → the schools of its people: of a group, or of the hub whose days they come to.

    Values and not records are read: a cohort may have thousands of people.
    """
    rows = tx.execute(
        select(
            Enrolment.school_urn,
            Enrolment.local_authority,
            Enrolment.delivery_partner_id,
            Group.group_id,
            Group.delivery_partner_id,
            VenuePlace.delivery_partner_id,
        )
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .outerjoin(Group, Group.group_id == Membership.group_id)
        .outerjoin(VenuePlace, VenuePlace.application_id == Enrolment.application_id)
        .where(*queries.in_training(course, cohort))
        .order_by(Enrolment.application_id)
    )
    found: dict[str, list[School]] = defaultdict(list)
    for urn, authority, own_hub, group, groups_hub, venues_hub in rows:
        school = School(urn, authority)
        if group is not None:
            found[audiences.of_group(group)].append(school)
        if (hub := venues_hub or groups_hub or own_hub) is not None:
            found[audiences.of_hub(hub)].append(school)
    return found
