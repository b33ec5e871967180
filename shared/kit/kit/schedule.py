"""When a timer ticks: pure reckoning in domain time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kit.clock import LONDON

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

AT_ONCE = timedelta(hours=1)
"""A timer with a shorter interval runs at its very first start; others wait for their tick."""


@dataclass(frozen=True)
class Schedule:
    """A tick each `every`; with `at`, on every so many days at that time in London.

    What was missed while no replica ran, or when the simulated clock jumped, is made up tick by
    tick (`missed="catch_up"`), or only the latest one is run (`"skip"`).
    """

    every: timedelta
    at: time | None = None
    missed: str = "skip"

    def __post_init__(self) -> None:
        if self.every <= timedelta(0):
            raise ValueError(f"every={self.every} is no interval")
        if self.at is not None and self.every % DAY:
            raise ValueError(f"at={self.at} needs an interval of whole days, not {self.every}")
        if self.missed not in ("skip", "catch_up"):
            raise ValueError(f"missed={self.missed!r}; it can be 'skip' or 'catch_up'")

    def next_after(self, instant: datetime) -> datetime:
        """The first tick later than `instant`."""
        if self.at is None:
            return EPOCH + ((instant - EPOCH) // self.every + 1) * self.every
        day = self._day_on_or_after(instant.astimezone(LONDON).date())
        tick = self._tick_on(day)
        return tick if tick > instant else self._tick_on(day + self.every)

    def latest(self, now: datetime) -> datetime:
        """The last tick up to `now`."""
        if self.at is None:
            return EPOCH + ((now - EPOCH) // self.every) * self.every
        tick = self.next_after(now - self.every - DAY)
        while (following := self.next_after(tick)) <= now:
            tick = following
        return tick

    def due(self, last: datetime, now: datetime) -> Iterator[datetime]:
        """The ticks to run at `now`, in order, if `last` was the last one run."""
        if self.missed == "skip":
            if self.next_after(last) <= now:
                yield self.latest(now)
            return
        tick = self.next_after(last)
        while tick <= now:
            yield tick
            tick = self.next_after(tick)

    def before_first(self, now: datetime) -> datetime:
        """What counts as the last tick when the timer starts for the first time ever."""
        return self.latest(now) - timedelta(microseconds=1) if self.every < AT_ONCE else now

    def _day_on_or_after(self, day: date) -> date:
        return day + timedelta(days=-day.toordinal() % self.every.days)

    def _tick_on(self, day: date) -> datetime:
        assert self.at is not None
        return datetime.combine(day, self.at, LONDON).astimezone(UTC)
