"""`Figures(read)`: what a service's database says of its work, as gauges.

Read each quarter of a minute, or as seldom as asked, and never for a scrape, nor where there is no
port for any; by one replica only, the one whose relay leads, so that no two tell different numbers.
It takes its series away when it leads no more. A figure is as old as
`headship_figures_read_timestamp_seconds` says.
"""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from eventlet.event import Event
from nameko.extensions import DependencyProvider
from prometheus_client import Gauge

from kit import metrics
from kit.config import load
from kit.log import reason
from kit.metrics import Series
from kit.transport.relaying import Relaying
from kit.transport.resources import Resources, sources_of

EVERY_SECONDS: Final = 15.0
"""As often as Prometheus asks."""

LOOK_SECONDS: Final = 1.0
"""How soon it is seen that this replica leads, or no longer does."""

Read = Callable[..., Mapping[Gauge, Series]]
"""`read(tx)`, or `read(tx, settings)`: gives each gauge all its series, and writes nothing."""

_log = logging.getLogger(__name__)


class Figures(DependencyProvider):
    """Has `read` tell the figures every `seconds`. A reading that fails is tried again after
    EVERY_SECONDS.

    `settings` is the class of those that `read` is given.
    """

    resources = Resources()
    relaying = Relaying()

    def __init__(
        self, read: Read, *, settings: type[Any] | None = None, seconds: float = EVERY_SECONDS
    ) -> None:
        self._read, self._settings_class, self._seconds = read, settings, seconds
        self._stopping = Event()
        self._told: list[Gauge] = []
        self._next = float("-inf")
        self._thread: Any = None

    def setup(self) -> None:
        if self._settings_class is not None:
            given = load(self._settings_class, *sources_of(self.container.config))
            self._read = partial(self._read, settings=given)

    def start(self) -> None:
        if self.resources.settings.health_port:
            self._thread = self.container.spawn_managed_thread(self._live, identifier="figures")

    def stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()
        if self._thread is not None:
            self._thread.wait()

    def kill(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()

    def _live(self) -> None:
        while not self._stopping.ready():
            if not self.relaying.relay.leads:
                self._forget()
            elif time.monotonic() >= self._next:
                pause = self._seconds if self._tell() else EVERY_SECONDS
                self._next = time.monotonic() + pause
            self._stopping.wait(timeout=LOOK_SECONDS)
        self._forget()

    def _tell(self) -> bool:
        """Whether they could be read."""
        try:
            with self.resources.database.transaction() as tx:
                figures = self._read(tx)
        except Exception as error:
            _log.warning("figures were not read", extra={"reason": reason(error)})
            return False
        for gauge, series in figures.items():
            for labels, number in series.items():
                (gauge.labels(*labels) if labels else gauge).set(number)
        self._told = list(figures)
        labels = (self.container.service_name, self.attr_name)
        metrics.figures_read.labels(*labels).set_to_current_time()
        return True

    def _forget(self) -> None:
        """What another replica tells from now on; a gauge without labels cannot be taken away."""
        for gauge in self._told:
            gauge.clear()
            if not gauge._labelnames:
                gauge.set(0)
        if self._told:
            metrics.figures_read.remove(self.container.service_name, self.attr_name)
        self._told, self._next = [], float("-inf")
