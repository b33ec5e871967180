"""Wall time in London and the instant it means."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from headship_contracts.errors import Refused

ZONE_NAME = "Europe/London"
ZONE = ZoneInfo(ZONE_NAME)

_SLOT = re.compile(r"(mon|tue|wed|thu|fri)-([01]\d|2[0-3]):([0-5]\d)")


class Weekday(IntEnum):
    """Days as a slot or a template names them; the numbers are `date.weekday()`'s."""

    mon = 0
    tue = 1
    wed = 2
    thu = 3
    fri = 4


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
