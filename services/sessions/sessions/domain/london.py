"""Wall time in London and the instant it means."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from headship_contracts.errors import Invalid, Refused

ZONE_NAME = "Europe/London"
ZONE = ZoneInfo(ZONE_NAME)

YEARS = range(2000, 2100)
"""What is further off is a slip in the year."""

_SLOT = re.compile(r"(mon|tue|wed|thu|fri)-([01]\d|2[0-3]):([0-5]\d)")


class Weekday(IntEnum):
    """Days as a slot or a template names them; the numbers are `date.weekday()`'s."""

    mon = 0
    tue = 1
    wed = 2
    thu = 3
    fri = 4


def require_our_years(days: Mapping[str, date | None]) -> None:
    """Raises Invalid, naming the fields, for days of no year that a programme has."""
    wrong = {
        field: [f"is {day}; it must be of the years {YEARS[0]} to {YEARS[-1]}"]
        for field, day in days.items()
        if day is not None and day.year not in YEARS
    }
    if wrong:
        raise Invalid("invalid_fields", "a day is too far off", wrong)


def read_local(told: str) -> datetime:
    """The wall time of a request's `local_start`, naive. Raises Invalid for one of no calendar."""
    try:
        local = datetime.fromisoformat(told)
    except ValueError as error:
        wrong = {"local_start": [f"is {told}, which is on no calendar"]}
        raise Invalid("invalid_fields", "there is no such time", wrong) from error
    require_our_years({"local_start": local.date()})
    return local


def instant(local: datetime, fold: int | None = None) -> datetime:
    """The UTC instant of a naive London wall time.

    Refused where the clock skips that time (`time_does_not_exist`), or passes it twice and `fold`
    (0 the first, 1 the second) does not say which is meant (`time_is_ambiguous`).
    """
    first = local.replace(tzinfo=ZONE, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=ZONE, fold=1).astimezone(UTC)
    if first.astimezone(ZONE).replace(tzinfo=None) != local:
        raise Refused("time_does_not_exist", f"the clocks skip {local:%d %B %Y %H:%M} in London")
    if first != second and fold is None:
        raise Refused(
            "time_is_ambiguous",
            f"{local:%d %B %Y %H:%M} comes twice in London: fold 0 is the first, 1 the second",
        )
    return second if fold == 1 else first


def wall(at: datetime) -> datetime:
    """The London wall time of an instant, naive."""
    return at.astimezone(ZONE).replace(tzinfo=None)


def today(at: datetime) -> date:
    """The date in London at an instant."""
    return at.astimezone(ZONE).date()


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def in_week(monday: date, slot: str) -> datetime:
    """The naive wall time of a slot such as `tue-16:00` in the week that begins on `monday`."""
    weekday, start = read_slot(slot)
    return datetime.combine(monday + timedelta(days=weekday), start)


def read_slot(slot: str) -> tuple[Weekday, time]:
    """Weekday and start of a slot such as `tue-16:00`. Refused when it is not one."""
    parts = _SLOT.fullmatch(slot)
    if parts is None:
        raise Refused("not_a_slot", f"{slot!r} is not a weekday and a time such as tue-16:00")
    return Weekday[parts[1]], time(int(parts[2]), int(parts[3]))
