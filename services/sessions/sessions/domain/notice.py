"""How long before a session people must know of it or of its move, in working days."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sessions.domain.template import Kind

NOTICE: Mapping[Kind, int] = {Kind.webinar: 5, Kind.coaching: 5, Kind.face_to_face: 10}
"""The usual numbers, where a provider sets no others: two weeks for a journey, one for a screen."""


def first_day(told_on: date, working_days: int, holidays: Collection[date]) -> date:
    """The first day that is so many whole working days after the one on which people are told."""
    day, left = told_on + timedelta(days=1), working_days
    while left > 0:
        if day.weekday() < 5 and day not in holidays:
            left -= 1
        day += timedelta(days=1)
    return day


def first_days(
    told_on: date, holidays: Collection[date], notice: Mapping[Kind, int] = NOTICE
) -> dict[Kind, date]:
    """Kind of session → the first day on which one may be."""
    return {kind: first_day(told_on, days, holidays) for kind, days in notice.items()}
