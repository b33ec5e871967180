"""The event loop of this process: how late it wakes, and errors that nobody waits for."""

import logging
import sys
import time
from types import SimpleNamespace
from typing import Any, Final

import eventlet
from eventlet import queue
from eventlet.hubs import get_hub

from kit import metrics

LAG_EVERY_SECONDS: Final = 0.5

_log = logging.getLogger(__name__)


class LagWatch:
    """One greenlet that wakes twice a second, for all services of the process."""

    def __init__(self) -> None:
        self._services: list[str] = []
        self._thread: Any = None

    def join(self, service: str) -> None:
        """Count the loop's lag for this service, too."""
        self._services.append(service)
        if self._thread is None:
            self._thread = eventlet.spawn(self._watch)

    def leave(self, service: str) -> None:
        """No longer; the last one ends the watch. Twice does no harm."""
        if service in self._services:
            self._services.remove(service)
        if not self._services and self._thread is not None:
            self._thread.kill()
            self._thread = None

    def _watch(self) -> None:
        while True:
            due = time.monotonic() + LAG_EVERY_SECONDS
            eventlet.sleep(LAG_EVERY_SECONDS)
            late = max(time.monotonic() - due, 0)
            for service in self._services:
                metrics.loop_lag.labels(service=service).observe(late)


lag: Final = LagWatch()


def log_errors(expected: tuple[type[BaseException], ...]) -> None:
    """Where eventlet would print a traceback it logs, but for errors of these kinds.

    Whoever waits for the greenlet gets the error as well.
    """
    hub = get_hub()

    def tell(_source: Any, error: tuple[Any, BaseException, Any]) -> None:
        if not isinstance(error[1], expected):
            _log.warning("a greenlet ended with an error", exc_info=error)

    def tell_and_forget(descriptor: int, error: tuple[Any, BaseException, Any]) -> None:
        tell(descriptor, error)
        hub.remove_descriptor(descriptor)

    def tell_current() -> None:
        tell(None, sys.exc_info())  # type: ignore[arg-type]  # called where there is an error

    queue.traceback = SimpleNamespace(print_exc=tell_current)  # a waiter's error, in its switch
    hub.squelch_timer_exception = tell
    hub.squelch_exception = tell_and_forget
