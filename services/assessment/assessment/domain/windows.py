"""When a window opens and closes, and what that allows.

A window is eight calendar dates in London: from 00:01 on the first to 23:59:59 on the eighth. That
is not 192 hours: over a change of the clocks it lasts an hour less or more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from headship_contracts.errors import Refused

LONDON = ZoneInfo("Europe/London")
WINDOW_DATES = 8
OPENS = time(0, 1)
CLOSES = time(23, 59, 59)
CLOSING_SECOND = timedelta(seconds=1)
"""The closing second belongs to the window: a script at 23:59:59.9 is in time."""
LONGEST_EXTENSION = timedelta(days=90)
"""From the window's first day. Everybody's results wait for it, and none can be taken back."""


class WindowState(StrEnum):
    """Where a window is. It moves in this order, and is cancelled only while scheduled."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    MARKING = "marking"
    RELEASED = "released"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Span:
    """From when to when, aware UTC."""

    opens_at: datetime
    closes_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any moment."""
        return self.opens_at <= other.closes_at and other.opens_at <= self.closes_at


def span_of(opens_on: date) -> Span:
    """The window that opens on this date in London."""
    opens = datetime.combine(opens_on, OPENS, LONDON)
    return Span(opens.astimezone(UTC), closing_on(opens_on + timedelta(days=WINDOW_DATES - 1)))


def closing_on(day: date) -> datetime:
    """The last second of a date in London, aware UTC."""
    return datetime.combine(day, CLOSES, LONDON).astimezone(UTC)


def adjusted_closing(opens_on: date, *, extra_days: int, extra_percent: int) -> datetime:
    """When the window closes for who has more time: percent of its eight days, rounded up."""
    days = WINDOW_DATES + extra_days + -(-WINDOW_DATES * extra_percent // 100)
    return closing_on(opens_on + timedelta(days=days - 1))


def is_over(closes_at: datetime, at: datetime, grace: timedelta = timedelta(0)) -> bool:
    """Whether the last moment has passed."""
    return at >= closes_at + CLOSING_SECOND + grace


def require_open(
    opens_at: datetime, closes_at: datetime, at: datetime, grace: timedelta = timedelta(0)
) -> None:
    """Refuse what is only allowed while a candidate's window is open."""
    if at < opens_at:
        raise Refused("window_not_open", f"the window opens at {_london(opens_at)}")
    if is_over(closes_at, at, grace):
        raise Refused("window_closed", f"the window closed at {_london(closes_at)}")


def require_extension(wanted: date, opens_on: date) -> None:
    """Refuse an extension to another year, which a slip of the pen may be."""
    last = opens_on + LONGEST_EXTENSION
    if wanted > last:
        raise Refused("extension_too_long", f"{last} is the last day: defer to a later window")


def require_later(wanted: datetime, closes_at: datetime, *, at: datetime) -> None:
    """Refuse an extension that gives no time."""
    if wanted <= at:
        raise Refused("extension_in_the_past", f"it would have ended at {_london(wanted)}")
    if wanted <= closes_at:
        raise Refused("no_extension", f"the window closes at {_london(closes_at)} already")


def require_schedulable(
    wanted: Span,
    others: Iterable[Span],
    *,
    at: datetime,
    last_unit_ends_on: date | None,
    weeks_after_last_unit: int,
) -> None:
    """Refuse a window in the past, on dates of another of its cohort, or too early."""
    if wanted.opens_at <= at:
        raise Refused("window_in_the_past", f"it would have opened at {_london(wanted.opens_at)}")
    if any(wanted.overlaps(other) for other in others):
        raise Refused("window_overlaps", "the cohort has another window on some of these dates")
    if last_unit_ends_on is None:
        return
    earliest = last_unit_ends_on + timedelta(weeks=weeks_after_last_unit)
    if wanted.opens_at.astimezone(LONDON).date() < earliest:
        raise Refused(
            "window_too_early",
            f"the last unit ends on {last_unit_ends_on}: the window may open from {earliest}",
        )


def london_date(at: datetime) -> date:
    """The date that a clock in London shows."""
    return at.astimezone(LONDON).date()


def _london(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M:%S} (London)"
