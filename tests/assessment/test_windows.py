"""A window is eight London dates, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain import windows
from headship_contracts.errors import Refused

SPRING_CHANGE = date(2027, 3, 28)
AUTUMN_CHANGE = date(2026, 10, 25)


@pytest.mark.parametrize(
    ("opens_on", "hours"),
    [
        (date(2026, 6, 1), 192),
        (SPRING_CHANGE - timedelta(days=3), 191),
        (AUTUMN_CHANGE - timedelta(days=3), 193),
    ],
)
def test_a_window_lasts_an_hour_less_or_more_over_a_change_of_the_clocks(opens_on, hours):
    span = windows.span_of(opens_on)

    lasts = span.closes_at - span.opens_at
    assert lasts == timedelta(hours=hours) - timedelta(minutes=1, seconds=1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_window_always_shows_the_same_times_on_a_london_clock(opens_on):
    span = windows.span_of(opens_on)

    opens, closes = (at.astimezone(windows.LONDON) for at in (span.opens_at, span.closes_at))
    assert (opens.date(), opens.hour, opens.minute) == (opens_on, 0, 1)
    assert (closes.date() - opens_on).days == 7
    assert (closes.hour, closes.minute, closes.second) == (23, 59, 59)


def test_the_closing_second_is_in_time_and_the_next_is_not():
    span = windows.span_of(date(2026, 6, 1))

    windows.require_open(span.opens_at, span.closes_at, span.closes_at + timedelta(seconds=0.9))
    with pytest.raises(Refused, match="window_closed"):
        windows.require_open(span.opens_at, span.closes_at, span.closes_at + timedelta(seconds=1))


def test_a_minute_before_opening_is_too_early():
    span = windows.span_of(date(2026, 6, 1))

    with pytest.raises(Refused, match=r"opens at 2026-06-01 00:01:00 \(London\)"):
        windows.require_open(span.opens_at, span.closes_at, span.opens_at - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("opens_on", "others", "code"),
    [
        (date(2026, 5, 1), [], "window_in_the_past"),
        (date(2026, 7, 8), [date(2026, 7, 1)], "window_overlaps"),
        (date(2026, 6, 28), [date(2026, 7, 1)], "window_overlaps"),
        (date(2026, 6, 27), [], "window_too_early"),
    ],
)
def test_a_window_that_cannot_be_scheduled_is_refused(opens_on, others, code):
    with pytest.raises(Refused, match=code):
        windows.require_schedulable(
            windows.span_of(opens_on),
            [windows.span_of(other) for other in others],
            at=datetime(2026, 5, 20, tzinfo=UTC),
            last_unit_ends_on=date(2026, 5, 31),
            weeks_after_last_unit=4,
        )


def test_windows_on_neighbouring_dates_do_not_meet():
    windows.require_schedulable(
        windows.span_of(date(2026, 7, 9)),
        [windows.span_of(date(2026, 7, 1)), windows.span_of(date(2026, 7, 17))],
        at=datetime(2026, 5, 20, tzinfo=UTC),
        last_unit_ends_on=date(2026, 5, 31),
        weeks_after_last_unit=4,
    )
