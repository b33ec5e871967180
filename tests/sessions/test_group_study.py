"""Self-study keeps clear of the holidays of each group's own schools, or says whom it affects."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from training import STARTS_ON, a_hub

from headship_contracts.sessions.groups import GetGroup
from headship_contracts.sessions.pathways import GetPathway
from headship_contracts.sessions.programme import ImportTerms
from sessions import programme
from sessions.domain.group_study import Step, date_study
from sessions.domain.plan import Circumstances, build_plan
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School, SchoolCalendars, Span

HEADSHIP = programme.parsed(programme.packaged_content("npq-headship"), "npq-headship.yaml")
BANK, SKELETON = programme.bank_holidays(), programme.school_holidays()
WEEK = timedelta(weeks=1)
PLAN = build_plan(HEADSHIP, STARTS_ON, Circumstances(BANK, Crowd(SchoolCalendars(SKELETON), [])))
STEPS = [Step(p.unit.code, p.unit.kind, p.unit.minutes, p.monday) for p in PLAN.units]


@st.composite
def terms_with_own_holidays(draw):
    """Open but in some weeks, one or two together, that are not everybody's holidays."""
    mondays = sorted({step.monday for step in STEPS})
    closed = set()
    for first in draw(st.lists(st.sampled_from(mondays), min_size=1, max_size=6)):
        closed |= {first + number * WEEK for number in range(draw(st.integers(1, 2)))}
    spans, begins = [], STARTS_ON - 10 * WEEK
    for monday in sorted(closed):
        if begins < monday:
            spans.append(Span(begins, monday - timedelta(days=3)))
        begins = monday + WEEK
    return closed, [*spans, Span(begins, PLAN.ends_on + 20 * WEEK)]


@given(terms_with_own_holidays())
@settings(max_examples=60, deadline=None)
def test_no_study_is_in_the_groups_holidays_unless_that_is_told(drawn):
    closed, spans = drawn
    calendars = SchoolCalendars(SKELETON, authorities={"Leicester": spans})
    people = Crowd(calendars, [School(None, "Leicester")] * 6)

    found = {week.code: week for week in date_study(STEPS, people, BANK, STARTS_ON)}

    weeks = {step.code: step.monday for step in STEPS}
    moved = {code: week for code, week in found.items() if not week.shortfalls}
    for code, week in moved.items():
        assert week.planned == weeks[code]
        weeks[code] = week.starts_on - timedelta(days=week.starts_on.weekday())
        assert abs((weeks[code] - week.planned).days) <= 21
    load: dict[date, int] = {}
    for step in STEPS:
        load[weeks[step.code]] = load.get(weeks[step.code], 0) + step.minutes
        if weeks[step.code] in closed and step.kind is Kind.self_study:
            assert found[step.code].shortfalls
    together = {step.monday for step in STEPS if step.kind is Kind.face_to_face}
    for week in {weeks[code] for code in moved}:
        assert load[week] <= 120
        assert week not in together
    told = {code for code, week in found.items() if week.shortfalls}
    kept = [step for step in STEPS if step.code not in told]
    for one, other in pairwise(kept):
        if other.kind.live and one.code in moved:
            assert weeks[one.code] < weeks[other.code]
        elif one.code in moved or other.code in moved:
            assert weeks[one.code] <= weeks[other.code]


def test_weeks_that_have_begun_stay_as_they_are():
    closed = sorted({step.monday for step in STEPS if step.kind is Kind.self_study})[5::20]
    edges = [STARTS_ON - WEEK, *(day for monday in closed for day in (monday, monday + WEEK))]
    ends = [day - timedelta(days=1) for day in edges[1::2]] + [PLAN.ends_on]
    spans = [Span(first, last) for first, last in zip(edges[::2], ends, strict=True)]
    calendars = SchoolCalendars(SKELETON, authorities={"Leicester": spans})
    people = Crowd(calendars, [School(None, "Leicester")] * 6)

    moved = [one for one in date_study(STEPS, people, BANK, STARTS_ON) if not one.shortfalls]
    had = {(week.code, week.planned): (week.starts_on, week.ends_on) for week in moved}
    assert had

    for now in sorted({day for monday in closed for day in (monday - WEEK, monday, monday + WEEK)}):
        again = date_study(STEPS, people, BANK, now + WEEK, had=had)
        assert sorted(map(str, (o for o in again if not o.shortfalls))) == sorted(map(str, moved))


def test_a_week_that_only_a_part_of_the_days_closes_is_told_as_well():
    monday = next(step.monday for step in STEPS[20:] if step.kind is Kind.self_study)
    near = [monday + number * WEEK for number in range(-3, 4)]
    spans, begins = [], STARTS_ON - 10 * WEEK
    for week in near:  # open on Mondays and Tuesdays
        spans.append(Span(begins, week + timedelta(days=1)))
        begins = week + WEEK
    spans.append(Span(begins, PLAN.ends_on + 20 * WEEK))
    calendars = SchoolCalendars(SKELETON, authorities={"Leicester": spans})
    people = Crowd(calendars, [School(None, "Leicester")] * 6)

    found = [one for one in date_study(STEPS, people, BANK, STARTS_ON) if one.planned == monday]

    assert found
    assert all(one.shortfalls for one in found)


LEICESTER = """local_authority,kind,name,first_day,last_day
Leicester,term,Autumn 1,2026-08-26,2026-10-16
Leicester,term,Autumn 2,2026-10-26,2026-11-13
Leicester,term,Autumn 3,2026-11-30,2026-12-18
Leicester,term,Spring 1,2027-01-04,2027-03-25
"""


def test_a_group_studies_in_the_weeks_in_which_its_own_schools_are_open(training):
    training.call(ImportTerms(content=LEICESTER))
    elsewhere = a_hub(training, None)
    training.offer()
    training.offer(hub=elsewhere)
    people = training.accept(1, local_authority="Leicester")
    people += training.accept(4, local_authority="Essex")
    others = training.accept(5, hub=elsewhere, local_authority="Essex")
    plan = training.publish()
    training.form()
    training.schedule()

    closed = {(2026, 47), (2026, 48)}
    in_closed = [
        unit
        for unit in plan.units
        if unit.kind == "self_study" and unit.starts_on.isocalendar()[:2] in closed
    ]
    (group,) = training.groups(delivery_partner_id=training.hub)
    study = training.call(GetGroup(group_id=group.group_id)).study
    dates = {one.unit_code: (one.starts_on, one.ends_on) for one in study}
    assert in_closed
    assert dates.keys() >= {unit.code for unit in in_closed}
    assert not {day.isocalendar()[:2] for days in dates.values() for day in days} & closed

    def own(event):
        items = training.call(GetPathway(application_id=event.application_id)).items
        return {item.unit_code: (item.starts_on, item.ends_on) for item in items}

    in_plan = {u.code: (u.starts_on, u.ends_on) for u in plan.units if u.kind == "self_study"}
    assert own(others[0]) == in_plan
    assert own(people[1]) == in_plan | dates
