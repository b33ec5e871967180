"""The platform that the demo plays on, embedded or as processes, and its simulated time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from cli.demo.ledger import Ledger
from cli.demo.simulator import SimulatorControl
from cli.services import service_classes
from headship_contracts.enrolment.dfe import DfeStatus
from headship_contracts.messages import ListRequest, Request
from headship_contracts.notifications.messages import CountMessages
from headship_contracts.shape import Shape
from kit import clock
from kit.ticks import ticks_due

PATIENCE_SECONDS = 120
"""How long the platform may take to work off one step, before the demo gives up on it."""

LOOK_SECONDS = 0.02

ReplyT = TypeVar("ReplyT", bound=Shape)


class NotQuiet(Exception):
    """The platform did not come to rest; the text tells what it still had to do."""


class Asks(Protocol):
    """What an RPC client does."""

    def call(
        self, request: Request[ReplyT], *, seconds: float, idempotency_key: str | None
    ) -> ReplyT: ...


@dataclass
class Stage:
    """The running platform. All that the demo does goes through `ask`, as an operator."""

    client: Asks
    ledger: Ledger
    dfe: SimulatorControl
    directory: Path
    metrics_urls: list[str] = field(default_factory=list)
    """Where each process tells its counters; none: they are this process's own."""
    asked: int = 0

    def ask(self, request: Request[ReplyT], key: str | None = None) -> ReplyT:
        """Ask a service. `key` makes a write harmless to repeat."""
        self.asked += 1
        return self.client.call(request, seconds=60, idempotency_key=key)

    def all_of(self, request: ListRequest[Any]) -> list[Any]:
        """All items of a list, page after page."""
        found: list[Any] = []
        cursor: str | None = None
        while True:
            page = self.ask(_at_cursor(request, cursor))
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def go_to(self, at: datetime) -> None:
        """Let it be `at`, and wait until the platform has done all that is due by then."""
        clock.set_simulated(at)
        self.settle(at)

    def now(self) -> datetime:
        """Simulated now."""
        return clock.now()

    def today(self) -> date:
        """Simulated today, in London."""
        return clock.now().astimezone(clock.LONDON).date()

    def settle(self, at: datetime | None = None) -> None:
        """Wait until nothing is under way. Raises NotQuiet after `PATIENCE_SECONDS`."""
        moment = at or clock.now()
        end = time.monotonic() + PATIENCE_SECONDS
        while (busy := self._busy(moment)) is not None:
            if time.monotonic() > end:
                raise NotQuiet(f"at {moment:%Y-%m-%d %H:%M} there is still: {busy}")
            time.sleep(LOOK_SECONDS)

    def _busy(self, moment: datetime) -> str | None:
        """The first thing found that is still to be done.

        What is asked may have been done a moment ago, and have led to events: so these are looked
        at again, and if there were new ones, everything is.
        """
        if found := self._at_work(moment):
            return found
        told = self.ledger.expected
        owed = self.ask(DfeStatus()).owed
        if owed:
            return f"{owed} things that DfE must be told"
        unsent = self.ask(CountMessages()).due
        if unsent:
            return f"{unsent} messages to send"
        if found := self._at_work(moment):
            return found
        return None if self.ledger.expected == told else "events that have just come"

    def _at_work(self, moment: datetime) -> str | None:
        """A timer that has not run, or events that are on their way."""
        for service in service_classes():
            due = ticks_due(self.ledger.engines[service.name], service, moment)
            if due:
                return f"{service.name}'s timer {due[0][0]}"
        under_way = self.ledger.under_way()
        return f"{under_way} events" if under_way else None


def _at_cursor(request: ListRequest[Any], cursor: str | None) -> ListRequest[Any]:
    return type(request).load(request.dump() | {"cursor": cursor, "limit": 500})


def subscribers() -> Mapping[tuple[str, str], list[str]]:
    """Which queues take which event, from the services' own code."""
    from kit.bus.handler import handlers_of

    taken: dict[tuple[str, str], list[str]] = {}
    for service in service_classes():
        for handler in handlers_of(service):
            for event in handler.events:
                key = (event.wire.source, event.wire.name)
                taken.setdefault(key, []).append(handler.full_name(service.name))
    return taken
