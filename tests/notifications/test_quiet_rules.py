"""When it is decent to write, and how fast: rules that the clock and the calendar set."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain import quiet
from notifications.domain.netting import net
from notifications.domain.pacing import TOKEN, Rate, take
from notifications.domain.quiet import Calendar, Holiday, Hours, closing_time, held_until
from notifications.domain.wording import LONDON

HOURS = Hours()
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
TERM = Calendar(CHRISTMAS)
INSTANTS = st.integers(0, 5_000 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def london(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("message_class", "at", "until", "why"),
    [
        ("critical", london(2026, 12, 25, 3), None, None),
        ("transactional", london(2026, 11, 3, 19, 59), None, None),
        ("transactional", london(2026, 11, 3, 20), london(2026, 11, 4, 7, 30), "quiet_hours"),
        ("transactional", london(2026, 11, 4, 7, 29), london(2026, 11, 4, 7, 30), "quiet_hours"),
        ("transactional", london(2026, 11, 7, 12), None, None),  # a Saturday
        ("informational", london(2026, 11, 3, 12), None, None),
        ("informational", london(2026, 11, 7, 12), london(2026, 11, 9, 7, 30), "quiet_day"),
        ("informational", london(2026, 11, 6, 21), london(2026, 11, 9, 7, 30), "quiet_day"),
        ("informational", london(2026, 10, 28, 12), london(2026, 11, 2, 7, 30), "quiet_day"),
        ("informational", london(2026, 12, 20, 12), london(2027, 1, 4, 7, 30), "quiet_day"),
        # the clocks go back on 25 October 2026: half past seven is half past seven
        ("transactional", london(2026, 10, 24, 23), london(2026, 10, 25, 7, 30), "quiet_hours"),
    ],
)
def test_a_message_waits_for_a_decent_hour_and_day(message_class, at, until, why):
    expected = None if until is None else (until, why)

    assert held_until(message_class, at, HOURS, TERM) == expected


def test_term_dates_that_are_known_hold_instead_of_the_skeleton():
    published = Calendar(frozenset(), [Holiday(date(2026, 10, 19), date(2026, 10, 23))])

    assert published.is_off(date(2026, 10, 20))
    assert not published.is_off(date(2026, 10, 28))
    assert published.is_off(date(2027, 2, 16))  # of that year nothing is known


def test_a_holiday_over_new_year_says_nothing_of_the_rest_of_either_year():
    christmas = Calendar(frozenset(), [Holiday(date(2026, 12, 21), date(2027, 1, 3))])
    half_terms = (date(2026, 10, 28), date(2027, 2, 17), date(2027, 8, 4))

    assert all(christmas.is_off(day) for day in half_terms)
    assert christmas.is_off(date(2026, 12, 22))


def test_of_the_months_after_those_that_are_published_the_skeleton_tells():
    until_summer = [
        Holiday(date(2026, 10, 19), date(2026, 10, 30)),
        Holiday(date(2026, 12, 19), date(2027, 1, 3)),
        Holiday(date(2027, 2, 8), date(2027, 2, 12)),
        Holiday(date(2027, 3, 25), date(2027, 4, 11)),
        Holiday(date(2027, 5, 31), date(2027, 6, 4)),
        Holiday(date(2027, 7, 24), date(2027, 8, 31)),
    ]
    year = Calendar(frozenset(), until_summer)

    assert all(year.is_off(day) for day in (date(2027, 10, 27), date(2027, 12, 22)))
    replaced = (date(2027, 2, 16), date(2027, 3, 24), date(2027, 7, 23), date(2027, 9, 1))
    assert not any(year.is_off(day) for day in replaced)


def test_who_works_in_no_school_has_no_school_holidays():
    assert not Calendar(frozenset(), None).is_off(date(2026, 10, 28))


@given(
    INSTANTS,
    st.sampled_from(["transactional", "informational"]),
)
def test_what_was_held_may_go_out_when_its_time_has_come(at, message_class):
    found = held_until(message_class, at, HOURS, TERM)

    if found is not None:
        until, _why = found
        assert until > at
        assert held_until(message_class, until, HOURS, TERM) is None
        assert until.astimezone(LONDON).time() == time(7, 30)


@given(INSTANTS)
def test_what_waits_is_told_in_the_evening_within_a_day(at):
    closes = closing_time(at)

    assert at < closes <= at + timedelta(hours=24)
    assert closes.astimezone(LONDON).hour in (16, 17)


@pytest.mark.parametrize("told", ["", "20:00", "8pm-7am", "25:00-07:00"])
def test_hours_that_are_none_are_refused_with_an_example(told):
    with pytest.raises(ValueError, match="20:00-07:30"):
        quiet.read_hours(told)


class Change:
    def __init__(self, about, revision, former=None, latter=None):
        self.about, self.revision, self.former, self.latter = about, revision, former, latter


def test_moved_twice_is_one_line_and_moved_back_is_none():
    twice = [Change("a", 1, "mon", "tue"), Change("a", 2, "tue", "wed")]
    back = [Change("b", 4, "tue", "mon"), Change("b", 3, "mon", "tue")]

    netted = net([*back, *twice])

    ((first, last),) = netted.told
    assert (first.former, last.latter) == ("mon", "wed")
    assert {one.about for one in netted.gone} == {"b"}


@given(st.permutations(range(6)))
def test_the_order_of_arrival_makes_no_difference(order):
    changes = [
        Change("a", 1, "mon", "tue"),
        Change("a", 2, "tue", "thu"),
        Change("a", 3, "thu", "fri"),
        Change("b", 4, "mon", "tue"),
        Change("b", 5, "tue", "mon"),
        Change("c", 6),
    ]

    netted = net([changes[place] for place in order])

    assert [(f.former, last.latter) for f, last in netted.told if f.about == "a"] == [
        ("mon", "fri")
    ]
    assert sorted(one.about for one in netted.gone) == ["b", "b"]
    assert len(netted.told) == 2


def test_the_burst_is_what_govuk_notify_allows():
    assert [Rate(n).burst for n in (1, 60, 3_000, 30_000)] == [2, 21, 1_000, 1_000]


@given(
    st.integers(1, 6_000),
    st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(0, 300)), min_size=1, max_size=40),
)
def test_no_more_leave_than_the_rate_and_one_burst_allow(per_minute, asks):
    rate, now = Rate(per_minute), datetime(2026, 11, 2, tzinfo=UTC)
    began, left, filled_at, gone = now, rate.burst * TOKEN, now, 0

    for microseconds, wanted in asks:
        now += timedelta(microseconds=microseconds)
        taken = take(rate, left, filled_at, wanted, now)
        left, filled_at = taken.left, now
        gone += taken.tokens
        assert taken.tokens <= wanted
        if taken.tokens < wanted:
            again = take(rate, left, filled_at, 1, taken.again_at)
            assert again.tokens == 1

    assert gone <= rate.burst + (now - began).total_seconds() * per_minute / 60 + 1
