"""A plan is 18 months long, spares holidays, and asks one to two hours a week."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headship_contracts.errors import Invalid, Refused
from sessions import programme
from sessions.domain.holidays import BankHolidays, easter, read_school_holidays
from sessions.domain.plan import build_plan, months_later, weekly_minutes
from sessions.domain.template import Kind, read_template

HEADSHIP = programme.template_of("npq-headship")
BANK = programme.bank_holidays()
SCHOOL = programme.school_holidays()


TOO_TIGHT = {date(2025, 3, 11): date(2026, 3, 16), date(2026, 3, 10): date(2027, 3, 15)}
"""The two first days of these years whose open weeks cannot hold the units, with the week that
then has 135 minutes: a bank holiday keeps the first webinar, and all after it, from a week earlier.
"""


def the_plan(starts_on):
    return build_plan(HEADSHIP, starts_on, BANK, SCHOOL)


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)).filter(lambda day: day not in TOO_TIGHT))
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
        assert not any(day in holidays for day in days)
        assert not {planned.starts_on, planned.ends_on} & closed
        if planned.unit.kind.live:
            assert not any(day in closed for day in days)


@pytest.mark.parametrize(("starts_on", "monday"), TOO_TIGHT.items())
def test_a_week_that_has_to_be_too_long_is_the_only_one_and_is_told(starts_on, monday):
    plan = the_plan(starts_on)

    together = {p.monday for p in plan.units if p.unit.kind is Kind.face_to_face}
    load = weekly_minutes(plan.units)
    assert {m: n for m, n in load.items() if n > 120 and m not in together} == {monday: 135}
    assert [told.detail for told in plan.shortfalls] == [
        f"135 minutes in the week of {monday}, over 120"
    ]


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

    plan = build_plan(HEADSHIP, date(2026, 10, 5), known, SCHOOL)

    assert [shortfall.code for shortfall in plan.shortfalls] == ["bank_holidays_unknown"]
    assert "2026-12-31" in plan.shortfalls[0].detail


def test_a_crowded_template_exceeds_two_hours_only_where_it_must_and_says_where():
    crowded = read_template(_template(months=3, units=26, minutes=60), "crowded.toml")

    plan = build_plan(crowded, date(2026, 9, 7), BANK, SCHOOL)

    codes = [shortfall.code for shortfall in plan.shortfalls]
    over = [minutes for minutes in weekly_minutes(plan.units).values() if minutes > 120]
    assert codes.count("week_over_two_hours") == 2  # twelve weeks hold 24 hours
    assert over == [180, 180]


def test_a_template_that_no_weeks_can_hold_is_refused_with_the_numbers():
    crowded = read_template(_template(months=1, units=60, minutes=120), "crowded.toml")

    with pytest.raises(Refused, match="60 units do not fit into the"):
        build_plan(crowded, date(2026, 9, 7), BANK, SCHOOL)


def _template(*, months, units, minutes):
    rest = f'section = "s", minutes = {minutes}, title = "U"'
    lines = [f'{{ code = "u{n}", kind = "self_study", {rest} }},' for n in range(units)]
    return "\n".join(
        [
            f'course = "npq-x"\nversion = "x"\ntitle = "X"\nmonths = {months}\nassessed = false',
            '[[sections]]\ncode = "s"\ntitle = "S"',
            '[[cycles]]\ntitle = "C"\nunits = [',
            *lines,
            "]",
            '[times]\nwebinar = { weekday = "wed", starts = "16:00" }',
            'face_to_face = { weekday = "thu", starts = "10:00" }',
        ]
    )


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (("minutes = 60", "minutes = 500"), "cycles[0].units[0].minutes", "from 5 to 120"),
        (('"self_study"', '"lecture"'), "cycles[0].units[0].kind", "must be one of self_study"),
        (('section = "s"', 'section = "z"'), "cycles[0].units[0].section", "no section has"),
        (('title = "U"', 'titel = "U"'), "cycles[0].units[0].titel", "is not known"),
        (('code = "u1"', 'code = "u0"'), "cycles", "2 have the code 'u0'"),
        (("months = 18", 'months = "18"'), "months", "must be a whole number from 1 to 36"),
        (('weekday = "wed"', 'weekday = "sun"'), "times.webinar.weekday", "must be one of mon"),
        (('starts = "10:00"', 'starts = "10"'), "times.face_to_face.starts", "such as 16:00"),
        (("assessed = false", ""), "assessed", "must be true or false"),
    ],
)
def test_a_wrong_template_is_told_by_file_key_and_what_is_right(change, place, message):
    text = _template(months=18, units=2, minutes=60)
    assert change[0] in text

    with pytest.raises(Invalid) as told:
        read_template(text.replace(*change), "npq-x.toml")

    assert any(message in line for line in told.value.fields[f"npq-x.toml: {place}"])


def test_text_that_is_no_toml_is_told_with_its_line():
    with pytest.raises(Invalid, match=r"npq-x\.toml is not TOML: .*line 2"):
        read_template('course = "x"\nversion = = 3', "npq-x.toml")


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ('dates = { from = "13-01", until = "01-03" }', "holidays[0].dates.from"),
        ("easter = { from = 3, until = 1 }", "holidays[0].easter.until"),
        ('week_of = { monday = "fifth", month = 2 }', "holidays[0].week_of.monday"),
        ("", "holidays[0]"),
    ],
)
def test_a_wrong_rule_for_holidays_is_told_by_its_place(rule, place):
    text = f'version = "v"\n[[holidays]]\nname = "H"\n{rule}'

    with pytest.raises(Invalid) as told:
        read_school_holidays(text, "h.toml")

    assert f"h.toml: {place}" in told.value.fields


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
