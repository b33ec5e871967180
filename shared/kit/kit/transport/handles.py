"""`@handles`: the way in for events."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import eventlet
from eventlet.queue import Empty, LightQueue
from eventlet.semaphore import Semaphore
from kombu import Queue
from nameko.extensions import Entrypoint, register_entrypoint

from headship_contracts.messages import Event
from kit.bus.consumer import run_deliveries
from kit.bus.handler import ATTRIBUTE, Handler
from kit.bus.outage import is_outage
from kit.bus.retry import RetryPolicy
from kit.failpoints import reach
from kit.transport import worker
from kit.transport.answers import Answers
from kit.transport.publisher import BROKER_AWAY
from kit.transport.queue_consumer import QueueConsumer
from kit.transport.resources import Resources
from kit.transport.settling import Settler, raw_body
from kit.transport.telling import Teller

GROUP = 100
"""Events in one transaction at most. With 50 a service's own time for each was a tenth more."""
GATHER_SECONDS = 0.003
GROUPS_AT_ONCE = 2
SUSPECT = 2
"""Deliveries without an answer after which a message is handled alone."""
SUSPECT_SECONDS = 0.1
"""Without a new message, until a suspect is handled: all that can go before it has to be here."""
SUSPECT_WAITS = 5.0
"""Seconds after which suspects are handled though others keep coming: each goes alone anyway."""
OUTAGE_SECONDS = (0.2, 0.5, 1.0, 2.0)
TROUBLE_SECONDS = 1.0

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


def handles(
    *events: type[Event],
    queue: str,
    ahead: Callable[[Any, Sequence[Any]], None] | None = None,
) -> Callable[[FunctionT], FunctionT]:
    """Decorates `method(self, tx, event)`, which gets each of these events at least once.

    The effect and the claim on the event are committed together, so a second delivery does
    nothing. Several events may share a transaction: a handler never commits, sends or calls out.
    `queue` is the stable name under which the broker keeps what is still to be handled.
    `ahead(tx, events)` runs once before all events of a transaction: it reads or locks by one
    statement what the method would by one for each event.
    """

    def decorate(function: FunctionT) -> FunctionT:
        handler = Handler(queue, events, function, ahead)
        setattr(function, ATTRIBUTE, handler)
        register_entrypoint(function, Handles(handler))
        return function

    return decorate


class Handles(Entrypoint):
    """Takes messages from one queue in groups, and has each group handled in one worker."""

    queue_consumer = QueueConsumer()
    resources = Resources()
    turns = worker.Turns()
    prefetch = GROUP * (GROUPS_AT_ONCE + 1)

    def __init__(self, handler: Handler, **options: Any) -> None:
        super().__init__(**options)
        self.handler = handler
        self._stopping = False
        self._outages = 0

    def setup(self) -> None:
        service = self.container.service_name
        self.queue = Queue(self.handler.full_name(service), no_declare=True)
        self.answers = Answers()
        self.settler = Settler(
            self.handler,
            self.resources.database,
            RetryPolicy.of_seconds(self.resources.settings.retry_delays),
            self.resources.settings.amqp_uri,
            self.answers,
            Teller(service, self.handler),
        )
        self._arrived = LightQueue()
        self._heard = time.monotonic()
        self._suspects: list[Any] = []
        self._suspected = 0.0
        self._slots = Semaphore(GROUPS_AT_ONCE)
        self.queue_consumer.register_provider(self)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._take_groups, identifier=str(self.queue.name))

    def stop(self) -> None:
        """What has been taken is finished; what only waits here goes back with the connection."""
        self._stopping = True
        self.queue_consumer.unregister_provider(self)

    def receive(self, message: Any) -> None:
        """Called by the queue consumer for each message; not to block."""
        self.answers.took(message)
        self._heard = time.monotonic()
        self._arrived.put(message)

    def _take_groups(self) -> None:
        while True:
            self._slots.acquire()
            group = self._gather()
            if not group:
                self._slots.release()
                continue
            self.turns.take()
            if self._stopping:
                return
            worker.spawn(self.container, self, partial(self._run, group))

    def _gather(self) -> list[Any]:
        """Wait for a message, then a moment for more. Those of a lost connection come again."""
        if self._suspects and time.monotonic() - self._suspected > SUSPECT_WAITS:
            return self._one_suspect()
        while self._suspects and self._arrived.empty():
            quiet = time.monotonic() - self._heard
            eventlet.sleep(max(SUSPECT_SECONDS - quiet, 0))  # reads the socket, also after a stall
            if self._arrived.empty() and time.monotonic() - self._heard >= SUSPECT_SECONDS:
                return self._one_suspect()
        group = [self._arrived.get()]
        if self._arrived.qsize() < GROUP - 1:
            eventlet.sleep(GATHER_SECONDS)
        while len(group) < GROUP:
            try:
                group.append(self._arrived.get_nowait())
            except Empty:
                break
        suspects = [message for message in group if _deliveries_before(message) >= SUSPECT]
        if suspects and not self._suspects:
            self._suspected = time.monotonic()
        self._suspects += suspects
        return [m for m in group if self.answers.is_open(m) and m not in suspects]

    def _one_suspect(self) -> list[Any]:
        """What was in the hands of processes that died goes alone: one event that ends its process
        must not take those beside it to the dead letters. From one end, from the other, then
        anywhere: all are reached but the one that kills."""
        turn = _deliveries_before(self._suspects[0]) % 3
        place = {2: -1, 0: 0}.get(turn, random.randrange(len(self._suspects)))  # nosec B311 # picks whom to try next; nothing secret
        message = self._suspects.pop(place)
        return [message] if self.answers.is_open(message) else []

    def _run(self, messages: list[Any], service: Any) -> None:
        reach("handler.received")
        kept: list[Any] = []
        away = "the database"
        try:
            bodies = [raw_body(message) for message in messages]
            database = self.resources.database
            kinds = [message.content_type for message in messages]
            outcomes = run_deliveries(service, self.handler, database, bodies, kinds)
            kept = self.settler.settle(messages, outcomes)
        except Exception as error:
            _log.error(
                "a group of events could not be settled",
                exc_info=error,
                extra={"queue": self.queue.name},
            )
            unsettled = [message for message in messages if self.answers.is_open(message)]
            if isinstance(error, BROKER_AWAY):  # or it takes nothing, for want of memory or disk
                away, kept = "the broker", unsettled
            elif is_outage(error):
                kept = unsettled
            else:
                self._hand_back(unsettled)
        self.turns.give_back()
        if kept:
            self._sit_out(kept, away)
        else:
            self._outages = 0
            self._slots.release()

    def _sit_out(self, messages: list[Any], away: str) -> None:
        """Database or broker is away: keep the messages and take no others, but free the worker.
        They are not put back, because the broker counts that and would park them in the end."""
        pause = OUTAGE_SECONDS[min(self._outages, len(OUTAGE_SECONDS) - 1)]
        self._outages += 1
        _log.warning(f"{away} is away", extra={"queue": self.queue.name, "pause": pause})
        eventlet.spawn_after(pause, self._resume, messages)

    def _resume(self, messages: list[Any]) -> None:
        for message in messages:
            self._arrived.put(message)
        self._slots.release()

    def _hand_back(self, messages: list[Any]) -> None:
        """After a moment, so that what cannot be settled now does not spin."""
        eventlet.sleep(TROUBLE_SECONDS)
        for message in messages:
            self.answers.requeue(message)


def _deliveries_before(message: Any) -> int:
    """How often the broker has delivered it already, and had it back."""
    counted = message.headers.get("x-delivery-count", 0)
    return counted if isinstance(counted, int) else 0
