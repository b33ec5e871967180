"""From the hubs' queue to a service's methods, and back: who calls are strangers.

Who calls is the user that the broker has checked; the reply goes to whoever asked and to no
queue; and one hub can take neither the others' turns nor the services' own.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import eventlet
from eventlet.semaphore import Semaphore
from kombu import Queue
from nameko.extensions import SharedExtension

from headship_contracts.errors import Refused, ServiceError, Unavailable
from kit import log, metrics
from kit.hubs import wire
from kit.hubs.allowances import Limits, Share, lease
from kit.hubs.turns import Turns
from kit.hubs.wire import Wire
from kit.topology import hub_queue
from kit.transport import worker
from kit.transport.answers import Answers
from kit.transport.hub_answers import HubCall, answer, packed
from kit.transport.hub_consumer import HubConsumer
from kit.transport.reply_lines import ReplyLines
from kit.transport.resources import Resources
from kit.transport.rpc_line import LINE_ERRORS

if TYPE_CHECKING:
    from kit.transport.hub_methods import HubRpc

PREFETCH: Final = 64
RENEW_SECONDS: Final = 1.0

IN_VAIN: Final = 8
"""Messages refused in a row after which the calls under way go on: of a flood much comes at once,
and all of it together would take longer than one of their steps."""

NAMELESS_TOLD: Final = 50
"""Callers without a name that are told so in a second; the others get no answer."""

_log = logging.getLogger(__name__)


class HubServer(SharedExtension):
    """Takes the hubs' calls to one service from their queue, and sends the replies."""

    consumer = HubConsumer()
    resources = Resources()
    prefetch = PREFETCH

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, HubRpc] = {}

    def setup(self) -> None:
        settings = self.resources.settings
        if settings.hubs_amqp_uri is None:
            return
        self.queue = Queue(hub_queue(self.container.service_name), no_declare=True)
        self._lines = ReplyLines(settings.hubs_amqp_uri)
        self._answers = Answers()
        limits = Limits(settings.hub_calls_per_second, settings.hub_calls_at_once)
        leasing = partial(self._lease, uuid4().hex, limits)
        self._turns = Turns(limits, leasing)
        self._room = Semaphore(max(1, self.container.max_workers // 2))
        self._nameless = (0, 0)
        self._in_vain = 0
        self._thrown_away: list[Any] = []
        self._refusals: dict[UUID | None, deque[Callable[[], None]]] = {}
        self.consumer.register_provider(self)

    def start(self) -> None:
        if self.consumer.on:
            self._renewing = self.container.spawn_managed_thread(self._renew, identifier="hubs")

    def enter(self, method: "HubRpc") -> None:
        """Answer one method more."""
        self._methods[method.method_name] = method

    def leave(self, method: "HubRpc") -> None:
        """Answer it no more; the last one ends the taking of calls."""
        del self._methods[method.method_name]
        if not self._methods and self.consumer.on:
            self.consumer.unregister_provider(self)

    def stop(self) -> None:
        if self.consumer.on:
            self._renewing.kill()
            self._lines.close_rested(after=0.0)

    def kill(self) -> None:
        self.stop()

    def receive(self, message: Any) -> None:
        """Take a message; called by the consumer, which must not wait for anything."""
        self._answers.took(message)
        if self._taken(message):
            self._in_vain = 0
            return
        message.body = b""  # it is not kept until the broker is answered: many would be too much
        self._in_vain += 1
        if self._in_vain >= IN_VAIN:
            self._in_vain = 0
            eventlet.sleep(0)

    def _taken(self, message: Any) -> bool:
        """Whether it is a call that may be run."""
        told = Wire(message.properties, message.body)
        method = str(message.delivery_info["routing_key"]).rpartition(".")[2]
        if told.reply_to is None:
            self._count(method, "no_reply_to")
            self._throw_away(message)
            return False
        entrypoint = self._methods.get(method)
        try:
            hub = told.hub()
        except Refused as error:
            self._refuse(message, told, method, error, told_so=self._tell_nameless())
            return False
        if entrypoint is None:
            unknown = Refused("no_such_method", method)
            self._refuse(message, told, method, unknown, told_so=self._turns.is_told(hub))
            return False
        if len(message.body) > self.resources.settings.hub_request_bytes:  # it is not kept waiting
            large = wire.too_large(message.body, self.resources.settings.hub_request_bytes)
            self._refuse(message, told, method, large, told_so=self._turns.is_told(hub))
            return False
        full = self._turns.hopeless(hub)
        if full is not None:
            self._refuse(message, told, method, full, told_so=self._turns.is_told(hub))
            return False
        call = HubCall(entrypoint.served, told, hub, time.monotonic())
        if self._all_at_hand(hub):
            worker.spawn(self.container, entrypoint, partial(self._work, message, call))
            return True
        self.container.spawn_managed_thread(
            partial(self._run, entrypoint, message, call), identifier=f"hub's {method}"
        )
        return True

    def _all_at_hand(self, hub: UUID) -> bool:
        """Whether a call can begin at once, as most do; then its turn and room are taken.

        Not what has just become free for somebody who waits: they would be overtaken, or the
        consumer would wait behind them.
        """
        if self._room.balance <= 0 or self.container._worker_pool.sem.balance <= 0:
            return False
        if not self._turns.take_at_hand(hub):
            return False
        self._room.acquire()
        return True

    def _run(self, entrypoint: "HubRpc", message: Any, call: HubCall) -> None:
        """With a turn of the hub's, and room among the workers, of which hubs have half."""
        method = call.served.method
        try:
            self._turns.take(call.hub)
        except Unavailable as error:
            told_so = self._turns.is_told(call.hub)
            self._refuse(message, call.wire, method, error, told_so=told_so)
            return
        except Exception as error:  # the database is away
            _log.warning("a hub's call has no turn", extra={"reason": log.reason(error)})
            away = Unavailable("database_away", "try again later")
            self._refuse(message, call.wire, method, away, told_so=True)
            return
        self._room.acquire()
        worker.spawn(self.container, entrypoint, partial(self._work, message, call))

    def _work(self, message: Any, call: HubCall, service: Any) -> None:
        most_bytes = self.resources.settings.hub_request_bytes
        answer(service, call, most_bytes, partial(self._end, message, call))

    def _end(self, message: Any, call: HubCall, reply: dict[str, Any]) -> None:
        """Its turn is free before its hub has the answer, and may ask again."""
        self._turns.give_back(call.hub)
        self._room.release()
        self._reply(message, call.wire, reply)

    def _refuse(
        self, message: Any, told: Wire, method: str, error: ServiceError, *, told_so: bool
    ) -> None:
        """Before anything of the request is read. A hub's are told one after another, so that a
        flood of them is one piece of work beside the others'."""
        known = method if method in self._methods else "unknown"
        self._count(known, error.code if told_so else "unanswered")
        if not told_so:
            self._throw_away(message)
            return
        waiting = self._refusals.get(told.sender)
        if waiting is None:
            waiting = self._refusals[told.sender] = deque()
            tell = partial(self._tell_refusals, told.sender, waiting)
            self.container.spawn_managed_thread(tell, identifier="refusals of a hub")
        waiting.append(partial(self._reply, message, replace(told, body=b""), wire.refusal(error)))

    def _throw_away(self, message: Any) -> None:
        """Acknowledge it, at the loop's next turn, with what else there is by then."""
        if not self._thrown_away:
            eventlet.spawn_n(self._acknowledge)
        self._thrown_away.append(message)

    def _acknowledge(self) -> None:
        thrown_away, self._thrown_away = self._thrown_away, []
        self._answers.ack_each(thrown_away)

    def _tell_refusals(self, hub: UUID | None, waiting: deque[Callable[[], None]]) -> None:
        try:
            while waiting:
                waiting.popleft()()
                eventlet.sleep(0)
        finally:
            del self._refusals[hub]

    def _reply(self, message: Any, told: Wire, reply: dict[str, Any]) -> None:
        line = self._lines.of(told.sender)
        if told.reply_to is not None and line is not None:
            properties = {"correlation_id": told.correlation_id} if told.correlation_id else {}
            sent: dict[str, Any] = {
                "body": packed(reply),
                "exchange": "",
                "routing_key": told.reply_to,
                "properties": properties,
            }
            try:
                try:
                    line.publish(**sent)
                except LINE_ERRORS:  # it may have been only this line that was lost
                    line.publish(**sent)
            except LINE_ERRORS as error:
                _log.warning("a reply was not sent", extra={"reason": type(error).__name__})
                self._answers.requeue(message)
                return
        self._answers.ack([message])

    def _renew(self) -> None:
        while True:
            eventlet.sleep(RENEW_SECONDS)
            self._lines.close_rested()
            try:
                self._turns.renew()
            except Exception as error:
                _log.warning("hubs' turns are not renewed", extra={"reason": log.reason(error)})

    def _lease(self, replica: str, limits: Limits, hub: UUID, wanted: Share) -> Share:
        return lease(self.resources.database, hub, replica, wanted, limits)

    def _tell_nameless(self) -> bool:
        second = int(time.time())
        told = self._nameless[1] + 1 if self._nameless[0] == second else 1
        self._nameless = (second, told)
        return told <= NAMELESS_TOLD

    def _count(self, method: str, outcome: str) -> None:
        labels = {"service": self.container.service_name, "method": method}
        metrics.hub_requests.labels(**labels, outcome=outcome).inc()
