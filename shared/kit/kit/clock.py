"""Domain time: what the rules take for "now".

In production it is the wall clock. In a demo or a rehearsal it is simulated: it stands at an
instant that someone set and flows on from there, so that 21 months pass in a minute. Leases,
deadlines and retries never use this clock; they use real monotonic time.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
"""The zone of all that a person sees."""


class Clock(Protocol):
    """Something that tells an aware UTC instant."""

    simulated: bool

    def now(self) -> datetime: ...


class WallClock:
    """The real time."""

    simulated = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A simulated clock inside one process: stands at `at` when set, then flows in real time."""

    simulated = True

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        self._at, self._since = at.astimezone(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._since)


class FileClock:
    """A simulated clock that several processes share: a file that holds an ISO instant.

    Now is that instant plus the time since the file was written.
    """

    simulated = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = (0, datetime.now(UTC))

    def set(self, at: datetime) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(at.astimezone(UTC).isoformat())
        fresh.replace(self._path)  # readers see the old instant or the new one, never half

    def now(self) -> datetime:
        written = os.stat(self._path).st_mtime_ns
        if written != self._read[0]:
            self._read = (written, datetime.fromisoformat(self._path.read_text()))
        return self._read[1] + timedelta(microseconds=(time.time_ns() - written) // 1000)


_clock: Clock = WallClock()
_listeners: list[Callable[[], None]] = []


def now() -> datetime:
    """The domain's now, aware, in UTC."""
    return _clock.now()


def is_simulated() -> bool:
    """Whether now() is anything but the wall clock."""
    return _clock.simulated


def use(setting: str) -> None:
    """Take the clock that the setting HEADSHIP_CLOCK names: `wall`, or `file:PATH`."""
    global _clock
    if setting == "wall":
        _clock = WallClock()
    elif setting.startswith("file:"):
        _clock = FileClock(Path(setting.removeprefix("file:")))
    else:
        raise ValueError(f"HEADSHIP_CLOCK is {setting!r}; it can be 'wall' or 'file:PATH'")


def set_simulated(at: datetime) -> None:
    """Let domain time stand at `at` and flow on from there, in this process (and, with a clock
    file, in all that share it). Timers are told at once."""
    global _clock
    if isinstance(_clock, SetClock | FileClock):
        _clock.set(at)
    else:
        _clock = SetClock(at)
    for listener in list(_listeners):
        listener()


def use_wall_clock() -> None:
    """End the simulation in this process."""
    use("wall")


def when_changed(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` at each jump made in this process; gives back a function that stops that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
