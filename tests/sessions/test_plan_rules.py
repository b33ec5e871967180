"""A plan is 18 months long, spares holidays, and asks one to two hours a week."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headship_contracts.errors import Refused
from sessions import programme
from sessions.domain.holidays import BankHolidays, easter, usual_bank_holidays
from sessions.domain.notice import first_day, first_days
from sessions.domain.plan import Circumstances, build_plan, months_later, weekly_minutes
from sessions.domain.template import Kind, read_template
from sessions.domain.terms import Crowd, School, SchoolCalendars, Span

HEADSHIP = programme.parsed(programme.packaged_content("npq-headship"), "npq-headship.yaml")
BANK = programme.bank_holidays()
SCHOOL = programme.school_holidays()


NOBODY = Crowd(SchoolCalendars(SCHOOL), [])


def given_that(**told):
    return Circumstances(**{"bank": BANK, "people": NOBODY} | told)


def the_plan(starts_on, **told):
    return build_plan(HEADSHIP, starts_on, given_that(**told))


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)))
@settings(max_examples=60, deadline=None)
def test_every_plan_keeps_every_rule(starts_on):
    plan = the_plan(starts_on)

    holidays = SCHOOL.days(plan.starts_on, plan.ends_on)
    closed = {*holidays, *BANK.days}
    assert plan.shortfalls == ()
    assert plan.ends_on == months_later(starts_on, 18) - timedelta(days=1)
    assert [planned.unit for planned in plan.units] == list(HEADSHIP.units)
    assert all(starts_on <= p.starts_on <= p.ends_on <= plan.ends_on for p in plan.units)
    assert 60 * plan.weeks <= plan.minutes <= 120 * plan.weeks

    together = {p.monday for p in plan.units if p.unit.kind is Kind.face_to_face}
    for monday, minutes in weekly_minutes(plan.units).items():
        assert minutes <= 120 or monday in together

    for planned in plan.units:
        days = [planned.monday + timedelta(days=number) for number in range(5)]
        assert sum(day in holidays for day in days) <= 2
        assert not {planned.starts_on, planned.ends_on} & closed
        if planned.unit.kind.live:
            needed = days[2:3] if planned.unit.kind is Kind.webinar else days
            assert not any(day in closed for day in needed)


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)))
@settings(max_examples=30, deadline=None)
def test_what_is_live_comes_after_all_the_study_before_it(starts_on):
    plan = the_plan(starts_on)

    live_in_week = defaultdict(int)
    for before, after in pairwise(plan.units):
        assert before.monday <= after.monday
        if after.unit.kind.live:
            assert before.monday < after.monday
            live_in_week[after.monday] += 1
    assert max(live_in_week.values()) == 1


def test_the_framework_has_ten_sections_in_five_cycles_that_all_end_together():
    kinds = defaultdict(list)
    for unit in HEADSHIP.units:
        kinds[unit.cycle].append(unit.kind)

    assert len(HEADSHIP.sections) == 10
    assert {unit.section for unit in HEADSHIP.units} >= {s.code for s in HEADSHIP.sections}
    assert sorted(kinds) == [1, 2, 3, 4, 5]
    for cycle in kinds.values():
        assert cycle[0] is Kind.webinar
        assert cycle[-2:] == [Kind.coaching, Kind.face_to_face]
        assert cycle.count(Kind.self_study) == 10


def test_a_plan_that_outlasts_the_known_bank_holidays_says_so():
    known = BankHolidays(BANK.days, date(2026, 12, 31))

    plan = the_plan(date(2026, 10, 5), bank=known)

    assert [shortfall.code for shortfall in plan.shortfalls] == ["bank_holidays_unknown"]
    assert "2026-12-31" in plan.shortfalls[0].detail


def test_a_crowded_template_exceeds_two_hours_only_where_it_must_and_says_where():
    crowded = read_template(_template(months=3, units=26, minutes=60), "crowded.yaml")

    plan = build_plan(crowded, date(2026, 9, 7), given_that())

    codes = [shortfall.code for shortfall in plan.shortfalls]
    over = [minutes for minutes in weekly_minutes(plan.units).values() if minutes > 120]
    assert codes.count("week_over_two_hours") == 2  # twelve weeks hold 24 hours
    assert over == [180, 180]


def test_a_template_that_no_weeks_can_hold_is_refused_with_the_numbers():
    crowded = read_template(_template(months=1, units=60, minutes=120), "crowded.yaml")

    with pytest.raises(Refused, match="60 units do not fit into the"):
        build_plan(crowded, date(2026, 9, 7), given_that())


def _template(*, months, units, minutes):
    rest = f"section: s, kind: self_study, minutes: {minutes}, title: U"
    lines = [f"      - {{ code: u{n}, {rest} }}" for n in range(units)]
    return "\n".join(
        [
            f"course: npq-x\nversion: x\ntitle: X\nmonths: {months}\nassessed: false",
            "sections: [{ code: s, title: S }]",
            "cycles:\n  - title: C\n    units:",
            *lines,
            "times:\n  webinar: { weekday: wed, starts: 16:00 }",
            "  face_to_face: { weekday: thu, starts: 10:00 }",
        ]
    )


def test_bank_holidays_of_2026_are_those_of_gov_uk():
    assert sorted(day for day in BANK.days if day.year == 2026) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    ]


@pytest.mark.parametrize("year", set(range(2013, 2029)) - {2020, 2022, 2023})
def test_the_usual_bank_holidays_are_those_of_gov_uk_but_in_years_of_jubilees_and_the_like(year):
    assert usual_bank_holidays(year) == {day for day in BANK.days if day.year == year}


def test_a_plan_beyond_the_published_bank_holidays_spares_the_usual_ones():
    year = BANK.known_until.year + 1

    plan = the_plan(date(year - 1, 6, 1))

    together = [
        planned.monday + timedelta(days=number)
        for planned in plan.units
        if planned.unit.kind in (Kind.coaching, Kind.face_to_face)
        for number in range(5)
    ]
    assert max(together).year == year
    assert not usual_bank_holidays(year) & set(together)
    assert "bank_holidays_unknown" in [one.code for one in plan.shortfalls]


@pytest.mark.parametrize("year", range(2019, 2029))
def test_easter_monday_follows_our_easter_sunday(year):
    known = {day for day in BANK.days if day.year == year}

    assert not known or easter(year) + timedelta(days=1) in known


def test_school_holidays_run_over_new_year_and_around_moving_feasts():
    days = SCHOOL.days(date(2026, 12, 1), date(2027, 6, 30))

    assert days[date(2027, 1, 2)] == "Christmas"
    assert days[date(2027, 2, 15)] == "February half-term"
    assert days[date(2027, 3, 26)] == "Easter"
    assert days[date(2027, 6, 4)] == "May half-term"
    assert date(2027, 1, 4) not in days
    assert date(2027, 4, 12) not in days


LEICESTER = [
    Span(date(2026, 8, 26), date(2026, 10, 16)),
    Span(date(2026, 10, 26), date(2026, 12, 18)),
    Span(date(2027, 1, 4), date(2027, 2, 12)),
]


def a_cohort(*, here=0, leicester=0):
    schools = [School(f"2{n:05}", "Essex") for n in range(here)]
    schools += [School(f"1{n:05}", "Leicester") for n in range(leicester)]
    return Crowd(SchoolCalendars(SCHOOL, authorities={"Leicester": LEICESTER}), schools)


def test_a_cohort_from_one_authority_is_planned_by_its_own_terms():
    plan = the_plan(date(2026, 9, 7), people=a_cohort(leicester=20))

    weeks = {planned.monday for planned in plan.units}
    assert date(2026, 10, 19) not in weeks  # their half-term
    assert date(2026, 10, 26) in weeks  # elsewhere it is half-term


def test_who_is_affected_is_named_where_a_few_have_other_holidays():
    plan = the_plan(date(2026, 9, 7), people=a_cohort(here=90, leicester=10))

    told = [one for one in plan.shortfalls if one.day and one.day.isocalendar().week == 43]
    assert told
    assert {(one.code, one.people) for one in told} == {("schools_closed", 10)}
    assert all("10 of 100 people's schools (Leicester) are closed" in one.detail for one in told)
    assert told[0].schools[0] == "100000"


def test_two_authorities_of_weight_are_both_spared():
    plan = the_plan(date(2026, 9, 7), people=a_cohort(here=50, leicester=50))

    weeks = {planned.monday for planned in plan.units}
    assert not {date(2026, 10, 19), date(2026, 10, 26)} & weeks
    assert [one for one in plan.shortfalls if one.code == "schools_closed"] == []


def test_the_last_unit_ends_four_weeks_before_the_assessment():
    opens = date(2028, 3, 27)

    plan = the_plan(date(2026, 10, 5), assessment_on=opens)

    assert plan.last_unit_ends_on <= opens - timedelta(weeks=4)
    assert plan.shortfalls == ()


def test_an_assessment_that_comes_too_soon_is_told_with_the_days():
    plan = the_plan(date(2026, 10, 5), assessment_on=date(2027, 3, 1))

    (told,) = plan.shortfalls
    assert told.code == "assessment_too_soon"
    assert "28 are the least" in told.detail


def test_sessions_are_far_enough_off_for_people_to_be_told():
    told_on = date(2026, 10, 2)
    earliest = first_days(told_on, BANK.days)

    plan = the_plan(date(2026, 10, 5), earliest=earliest)

    assert earliest[Kind.webinar] == date(2026, 10, 10)
    assert earliest[Kind.face_to_face] == date(2026, 10, 17)
    live = [planned for planned in plan.units if planned.unit.kind.live]
    assert all(planned.starts_on >= earliest[planned.unit.kind] for planned in live)
    assert plan.shortfalls == ()


def test_what_is_pinned_keeps_its_week_and_the_rest_is_laid_out_round_it():
    free = the_plan(date(2026, 10, 5))
    webinars = [p for p in free.units if p.unit.kind is Kind.webinar]
    later = {webinars[3].unit.code: webinars[3].monday + timedelta(weeks=1)}

    plan = the_plan(date(2026, 10, 5), pinned=later)

    now = {planned.unit.code: planned.monday for planned in plan.units}
    assert now[webinars[3].unit.code] == later[webinars[3].unit.code]
    assert plan.shortfalls == ()
    assert [p.unit.code for p in plan.units] == [p.unit.code for p in free.units]


def test_what_is_pinned_to_a_holiday_is_told_whoever_the_people_are():
    free = the_plan(date(2026, 10, 5))
    webinar = next(p for p in free.units if p.unit.kind is Kind.webinar and p.monday.year == 2027)
    pinned = {"teaching-4": date(2026, 12, 21), webinar.unit.code: webinar.monday}
    bank = replace(BANK, days=BANK.days | {webinar.starts_on})

    plan = the_plan(date(2026, 10, 5), pinned=pinned, bank=bank)

    assert [(one.code, one.unit_code) for one in plan.shortfalls] == [
        ("schools_closed", "teaching-4"),
        ("on_a_bank_holiday", webinar.unit.code),
    ]


def test_pins_that_turn_the_order_round_are_refused_by_name():
    free = the_plan(date(2026, 10, 5))
    first, last = free.units[0], free.units[-1]
    pinned = {first.unit.code: last.monday, last.unit.code: first.monday}

    with pytest.raises(Refused, match=f"units keep their order.*{last.unit.code} in the week of"):
        the_plan(date(2026, 10, 5), pinned=pinned)


@pytest.mark.parametrize(
    ("told_on", "days", "expected"),
    [
        (date(2026, 12, 18), 5, date(2026, 12, 30)),  # Christmas and its substitute day between
        (date(2026, 3, 26), 5, date(2026, 4, 3)),
        (date(2026, 3, 27), 5, date(2026, 4, 8)),  # Easter between
        (date(2028, 2, 25), 2, date(2028, 3, 1)),  # 29 February is a working day
    ],
)
def test_notice_counts_working_days_between(told_on, days, expected):
    assert first_day(told_on, days, BANK.days) == expected
