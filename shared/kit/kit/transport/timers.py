"""`@timer`: methods that run by the clock, once for each tick however many replicas there are.

The domain's clock decides when a tick is due, and it may be simulated; pauses are real time. Who
runs a tick holds the timer's lease meanwhile, so that a tick never runs twice at once, and the
tick of a replica that died is run by another.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Any, Final, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from kit import clock, correlation, log, metrics, ticks
from kit.audit import trail
from kit.schedule import Schedule
from kit.ticks import ATTRIBUTE
from kit.transport import worker
from kit.transport.resources import Resources

SIMULATED_SECONDS: Final = 0.1
"""How often a simulated clock is looked at: another process may have set it."""

LONGEST_SECONDS: Final = 60.0
"""How long a real clock is trusted before it is looked at again: it may have been put right."""

HELD_SECONDS: Final = 0.5
"""How often to ask for a lease that another replica has."""

BACKOFF_SECONDS: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Pauses after a tick that failed; the last one again and again."""

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


def timer(
    *,
    every: timedelta,
    at: time_of_day | None = None,
    missed: str = "skip",
    everywhere: bool = False,
) -> Callable[[FunctionT], FunctionT]:
    """Run `method(self, at)` each `every`, in domain time; `at` is London's time of day.

    Of ticks that were missed the latest one is run (`missed="skip"`), or each one in order
    (`"catch_up"`). `tx.wake("method")` in a transaction runs it at once after the commit as well.
    A tick whose process dies is run again, so a timer finishes what it finds half done.
    `everywhere`: each replica runs each tick, and the method shares the work out by itself.
    """
    schedule = Schedule(every, at, missed)

    def decorate(function: FunctionT) -> FunctionT:
        setattr(function, ATTRIBUTE, schedule)
        register_entrypoint(function, Timer(schedule, everywhere))
        return function

    return decorate


class TickFailed(Exception):
    """The run of a tick raised; it was logged, and the tick is still due."""


class Alarm(SharedExtension):
    """Rouses the timers of a service: when a transaction wakes one, and when the clock jumps."""

    resources = Resources()

    def __init__(self) -> None:
        self._timers: dict[str, Timer] = {}
        self._deaf: Callable[[], None] | None = None

    def add(self, timer: "Timer") -> None:
        """Let this timer be roused."""
        self._timers[timer.method_name] = timer

    def start(self) -> None:
        self.resources.database.after_wake = self._wake
        self._deaf = clock.when_changed(self._clock_changed)

    def stop(self) -> None:
        if self._deaf is not None:
            self._deaf()
            self._deaf = None

    def kill(self) -> None:
        self.stop()

    def _wake(self, name: str) -> None:
        if name in self._timers:
            self._timers[name].wake()
        else:
            _log.error("a transaction wakes a timer that is not there", extra={"timer": name})

    def _clock_changed(self) -> None:
        for known in self._timers.values():
            known.look()


class Timer(Entrypoint):
    """One timer of one replica: a greenlet that waits for the next tick and runs what is due."""

    resources = Resources()
    alarm = Alarm()

    def __init__(self, schedule: Schedule, everywhere: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.schedule, self.everywhere = schedule, everywhere
        self._bell = Event()
        self._woken = self._stopping = False
        self._last: datetime | None = None  # the last tick run by any replica, as far as known here
        self._failures, self._not_before = 0, 0.0
        self._thread: Any = None

    def setup(self) -> None:
        self._labels = {"service": self.container.service_name, "timer": self.method_name}
        metrics.touch(metrics.timers, {**self._labels, "outcome": metrics.TIMER_OUTCOMES})
        metrics.touch(metrics.timer_duration, self._labels)
        self.alarm.add(self)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._live, identifier=self.method_name)

    def stop(self) -> None:
        """End after the tick that is being run."""
        self._stopping = True
        self.look()
        if self._thread is not None:
            self._thread.wait()

    def wake(self) -> None:
        """Run as soon as this may; if it runs now, once more afterwards."""
        self._woken = True
        self.look()

    def look(self) -> None:
        """Look at the clock now."""
        if not self._bell.ready():
            self._bell.send()

    def _live(self) -> None:
        while not self._stopping:
            pause = self._round()
            self._bell.wait(timeout=pause)
            if self._bell.ready():
                self._bell = Event()

    def _round(self) -> float:
        """Run what is due, if this replica may; gives back the seconds until the next look."""
        early = self._not_before - time.monotonic()
        if early > 0:
            return early
        leases, name = self.resources.database.leases, f"timer:{self.method_name}"
        try:
            if not self._woken and not self._is_due():
                return self._until_next()
            if self.everywhere:
                self._run_due()
            elif leases.take(name):
                try:
                    self._run_due()
                finally:
                    leases.give_back(name)
            else:
                return HELD_SECONDS
        except Exception as error:
            return self._back_off(error)
        self._failures = 0
        return 0 if self._woken else self._until_next()

    def _is_due(self) -> bool:
        now = clock.now()
        if self._last is None or ticks.is_ahead(self._last, now):
            self._last = self._read_last()
        return next(self.schedule.due(self._last, now), None) is not None

    def _run_due(self) -> None:
        woken, self._woken = self._woken, False
        if not self.everywhere or self._last is None:
            self._last = self._read_last()  # another replica may have run what was due
        try:
            for tick in self.schedule.due(self._last, clock.now()):
                if self._stopping:
                    return
                self._run(tick)
                ticks.remember(self.resources.database, self.method_name, tick)
                self._last, woken = tick, False
            if woken:
                self._run(clock.now())
        except Exception:
            self._woken = self._woken or woken
            raise

    def _read_last(self) -> datetime:
        database = self.resources.database
        return ticks.last_tick(database, self.method_name, self.schedule, clock.now())

    def _run(self, at: datetime) -> None:
        """Have the method run by a worker, and wait for its end. Raises what it raised."""
        ended = Event()
        worker.spawn(self.container, self, partial(self._work, at, ended))
        error = ended.wait()
        if error is not None:
            raise TickFailed(self.method_name) from error

    def _work(self, at: datetime, ended: Any, service: Any) -> None:
        started = time.monotonic()
        error: BaseException | None = None
        came = trail.coming_through(f"timer {self.method_name}")
        with correlation.bind(None, f"{service.name}.{self.method_name}") as story, came:
            try:
                getattr(service, self.method_name)(at)
            except (Exception, eventlet.Timeout) as caught:
                error = caught
        seconds, outcome = time.monotonic() - started, "ok" if error is None else "failed"
        metrics.timers.labels(**self._labels, outcome=outcome).inc()
        metrics.timer_duration.labels(**self._labels).observe(seconds)
        log.ran(
            service.name,
            self.method_name,
            outcome=outcome,
            seconds=seconds,
            correlation_id=story,
            error=error,
            at=at.isoformat(),
        )
        ended.send(error)

    def _until_next(self) -> float:
        assert self._last is not None
        seconds = (self.schedule.next_after(self._last) - clock.now()).total_seconds()
        longest = SIMULATED_SECONDS if clock.is_simulated() else LONGEST_SECONDS
        return min(max(seconds, 0), longest)

    def _back_off(self, error: Exception) -> float:
        """What failed is tried again after a pause, which no wake and no clock cuts short."""
        pause = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        self._failures += 1
        self._not_before = time.monotonic() + pause
        if not isinstance(error, TickFailed):  # its stack is in the log already
            _log.warning(
                "a timer cannot look for its ticks",
                extra={**self._labels, "reason": log.reason(error), "pause": pause},
            )
        return pause
