"""Runs one service as a process: `kit.run("sessions")`.

Exit codes: 0 asked to stop and finished, 1 died or did not stop in time, 2 wrong settings.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import importlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Final

import eventlet
from eventlet.queue import LightQueue
from nameko.containers import ServiceContainer

from kit import clock, log, metrics
from kit.config import KitSettings, SettingsError, load
from kit.transport import collector, loop
from kit.transport.refusals import EXPECTED
from kit.transport.resources import SOURCES, Resources, check_settings

STOPPED, DIED, WRONG_SETTINGS = 0, 1, 2
"""Exit codes."""

ASKED_TO_STOP: Final = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger("kit.process")


def run(service: str) -> None:
    """Run the service of this name until it is asked to stop, and leave the process."""
    sys.exit(serve(service_class(service), os.environ))


def service_class(service: str) -> type:
    """The class in `<service>.service` that bears the service's name."""
    module = importlib.import_module(f"{service}.service")
    for member in vars(module).values():
        if isinstance(member, type) and getattr(member, "name", None) == service:
            return member
    raise LookupError(f"{service}.service has no class with name = {service!r}")


def serve(service: Any, source: Mapping[str, Any]) -> int:
    """Run a service class with settings from `source`; gives back the exit code."""
    log.configure([service.name])
    try:
        check_settings(service, source)
    except SettingsError as error:
        for problem in error.problems:
            _log.critical("a setting is not right", extra={"problem": problem})
        return WRONG_SETTINGS
    settings = load(KitSettings, source)
    log.configure([service.name], settings.log_level.upper())
    clock.use(settings.headship_clock)
    metrics.tell_build(service.name, settings.headship_revision)
    return Process(service, source, settings).run()


class Process:
    """One container, and the signals that end it."""

    def __init__(self, service: Any, source: Mapping[str, Any], settings: KitSettings) -> None:
        self.name = service.name
        self._settings = settings
        self._container: Any = ServiceContainer(
            service, {SOURCES: source, "AMQP_URI": settings.amqp_uri}
        )
        self._news: Any = LightQueue()
        self._started = False

    def run(self) -> int:
        """Until the container has died, or a signal has come and all work is done."""
        _log.info("starting", extra={"service": self.name, "pid": os.getpid()})
        loop.log_errors(EXPECTED)
        self._listen_for_signals()
        starting = eventlet.spawn(self._live)
        news = self._news.get()
        if isinstance(news, signal.Signals):
            return self._stop(news, starting)
        return self._died(news)

    def _live(self) -> None:
        try:
            self._container.start()
            self._started = True
            collector.spare()
            _log.info("started", extra={"service": self.name})
            self._container.wait()
        except Exception as error:
            self._news.put(error)

    def _stop(self, asked_by: signal.Signals, living: Any) -> int:
        _log.info("stopping", extra={"service": self.name, "signal": asked_by.name})
        resources: Resources = self._container.shared_extensions[Resources]
        resources.draining = True
        if self._started:
            self._container.stop()
        else:
            living.kill()  # what it waits for may never come
        resources.close()
        signal.setitimer(signal.ITIMER_REAL, 0)
        _log.info("stopped", extra={"service": self.name})
        return STOPPED

    def _died(self, error: Exception) -> int:
        if isinstance(error, EXPECTED):
            told = {"service": self.name, "reason": str(error)}
            _log.critical("the service cannot run", extra=told)
        else:
            _log.critical("the service died", exc_info=error, extra={"service": self.name})
        return DIED

    def _listen_for_signals(self) -> None:
        """A signal alone does not wake the loop from its wait for sockets: a byte does.

        The time limit is the system's own, which also ends a loop that does not turn.
        """
        reader, writer = socket.socketpair()
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.fileno())
        limit = max(self._settings.drain_seconds, 1)

        def begin_to_stop(_number: int, _frame: FrameType | None) -> None:
            if not any(signal.getitimer(signal.ITIMER_REAL)):  # who asks again waits no longer
                signal.setitimer(signal.ITIMER_REAL, limit)

        def give_up(_number: int, _frame: FrameType | None) -> None:
            _log.critical(
                "did not stop in time, and is ended",
                extra={"service": self.name, "DRAIN_SECONDS": limit},
            )
            os._exit(DIED)

        for number in ASKED_TO_STOP:
            signal.signal(number, begin_to_stop)
        signal.signal(signal.SIGALRM, give_up)

        def listen() -> None:
            with reader, writer:
                while True:
                    self._news.put(signal.Signals(reader.recv(1)[0]))

        eventlet.spawn(listen)
