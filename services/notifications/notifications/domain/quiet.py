"""When it is decent to write: nights, weekends, bank holidays and school holidays in London time.

| class | nights | weekends, bank and school holidays |
|---|---|---|
| critical | at once | at once |
| transactional | after the night | at once |
| informational | after the night | on the next working day in term |
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.easter import easter  # type: ignore[import-untyped]

from notifications.domain.templates import CRITICAL, INFORMATIONAL
from notifications.domain.wording import LONDON

LONGEST_HOLD = timedelta(days=60)
"""Longer than any school's holidays: who has none left is written to after it."""

NEAR = timedelta(weeks=3)
"""Less than between any two holidays of a year."""

NIGHT, DAY_OFF, ENOUGH = "quiet_hours", "quiet_day", "enough_for_today"
DAILY_LIMIT = "daily_limit"
"""Why a message is held: the last where the channel, not the person, has had enough today."""


@dataclass(frozen=True)
class Hours:
    """The hours in which nobody is written to, by London's wall clock; over midnight or not."""

    begin: time = time(20)
    end: time = time(7, 30)

    def are_on(self, wall: time) -> bool:
        """Whether it is one of them."""
        if self.begin <= self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end


@dataclass(frozen=True)
class Holiday:
    """A school holiday; both days are in it."""

    first_day: date
    last_day: date

    def is_near(self, other: "Holiday") -> bool:
        """Whether they are one holiday, which a school has somewhat sooner or later than others."""
        overlaps = self.first_day <= other.last_day and other.first_day <= self.last_day
        return overlaps or abs(self.first_day - other.first_day) <= NEAR


@dataclass(frozen=True)
class Calendar:
    """Days on which a person is not written to about what can wait.

    `school` holds what is published for their school or authority: each of it takes the place of
    the holiday of the national skeleton that is near it. None: they work in no school.
    """

    bank_holidays: Collection[date]
    school: Sequence[Holiday] | None = ()

    def is_off(self, day: date) -> bool:
        """A weekend, a bank holiday, or a school holiday."""
        if day.weekday() >= 5 or day in self.bank_holidays:
            return True
        if self.school is None:
            return False
        if any(one.first_day <= day <= one.last_day for one in self.school):
            return True
        supposed = [one for one in skeleton(day.year) if one.first_day <= day <= one.last_day]
        return any(not any(its.is_near(one) for its in self.school) for one in supposed)


def held_until(
    message_class: str, at: datetime, hours: Hours, calendar: Calendar
) -> tuple[datetime, str] | None:
    """Until when a message of this class is held at `at`, and why; None: it may go out."""
    if message_class == CRITICAL:
        return None
    local = at.astimezone(LONDON)
    day, why = local.date(), None
    if hours.are_on(local.timetz().replace(tzinfo=None)):
        why = NIGHT
        if local.time() >= hours.end:  # before midnight
            day += timedelta(days=1)
    if message_class == INFORMATIONAL:
        last = day + LONGEST_HOLD
        while calendar.is_off(day) and day < last:
            day, why = day + timedelta(days=1), DAY_OFF
    return None if why is None else (morning(day, hours), why)


def morning(day: date, hours: Hours) -> datetime:
    """When the first messages of a day go out."""
    return datetime.combine(day, hours.end, LONDON).astimezone(UTC)


def next_morning(at: datetime, hours: Hours) -> datetime:
    """The end of the night that follows."""
    return morning(at.astimezone(LONDON).date() + timedelta(days=1), hours)


def next_day(message_class: str, at: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """When a message of this class may go out that does not go out today: at midnight, or when it
    is decent from then on.
    """
    tomorrow = at.astimezone(LONDON).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), LONDON).astimezone(UTC)
    held = held_until(message_class, midnight, hours, calendar)
    return midnight if held is None else held[0]


def closing_time(at: datetime, evening: time = time(17)) -> datetime:
    """When what begins to wait now is told together: at 17:00 in London, after a day at most."""
    local = at.astimezone(LONDON)
    closes = datetime.combine(local.date(), evening, LONDON)
    if closes <= local:
        closes = datetime.combine(local.date() + timedelta(days=1), evening, LONDON)
    return min(closes.astimezone(UTC), at + timedelta(hours=24))


def skeleton(year: int) -> list[Holiday]:
    """School holidays of England as most authorities have them: to go by until they are known."""
    sunday = easter(year)
    return [
        Holiday(date(year, 1, 1), date(year, 1, 3)),
        _week(date(year, 2, 15)),
        Holiday(sunday - timedelta(days=6), sunday + timedelta(days=12)),
        _week(date(year, 5, 25)),
        Holiday(date(year, 7, 22), date(year, 9, 3)),
        _week(date(year, 10, 25)),
        Holiday(date(year, 12, 21), date(year, 12, 31)),
    ]


def _week(not_before: date) -> Holiday:
    """The working week that begins with the first Monday from this day on."""
    monday = not_before + timedelta(days=-not_before.weekday() % 7)
    return Holiday(monday, monday + timedelta(days=4))


def read_hours(told: str) -> Hours:
    """`20:00-07:30`. Raises ValueError saying what is right."""
    begin, _, end = told.partition("-")
    try:
        return Hours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError as error:
        raise ValueError(f"is {told!r}; it must be two times such as 20:00-07:30") from error
