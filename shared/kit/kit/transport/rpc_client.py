"""Calls to services: typed, with a deadline, many at once over one line.

Works in a service (as the dependency `Ask`) and outside of one (the command line), once the
standard library is green. What nameko's own proxy lacks: a deadline, errors instead of hanging
when the callee or the broker goes away, and a line that opens again.
"""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import uuid4

from eventlet.event import Event
from eventlet.patcher import is_monkey_patched
from kombu import Consumer, Exchange, Queue
from kombu.exceptions import ChannelError

from headship_contracts.errors import InternalError, Invalid, Unavailable
from headship_contracts.messages import Request
from headship_contracts.shape import Shape
from kit import metrics
from kit.calls.errors import from_wire
from kit.calls.incoming import CAUSATION_HEADER, CORRELATION_HEADER, refuse_too_large
from kit.correlation import current_causation, current_correlation
from kit.db.transaction import refuse_in_transaction
from kit.log import reason
from kit.transport.broker import to_broker
from kit.transport.rpc_line import LINE_ERRORS, Line
from kit.wire import NotJson, parse

EXCHANGE = "nameko-rpc"
SECONDS = 10.0
"""The deadline of a call that names none."""

ReplyT = TypeVar("ReplyT", bound=Shape)

_log = logging.getLogger(__name__)


class RpcClient:
    """Asks services, as the user that the URI names. All greenlets may share one; it connects at
    the first call. `asks_as` is who it is in the metrics, the user unless given.

    Raises RuntimeError in a process whose sockets are not green: its calls would wait for ever.
    """

    def __init__(
        self, amqp_uri: str, *, asks_as: str | None = None, **connection_options: Any
    ) -> None:
        if not is_monkey_patched("socket"):
            raise RuntimeError("import kit.transport.patch before anything that opens a socket")
        self._user = to_broker(amqp_uri).userid or "guest"
        self._asks_as = asks_as or self._user
        self._reply_to = uuid4().hex
        self._waiting: dict[str, Any] = {}
        self._line = Line(amqp_uri, opened=self._listen, lost=self._fail_all, **connection_options)

    def call(
        self,
        request: Request[ReplyT],
        *,
        seconds: float = SECONDS,
        idempotency_key: str | None = None,
    ) -> ReplyT:
        """The answer, within `seconds`. Raises the callee's ServiceError.

        Unavailable: `deadline_missed`, `no_such_service`, `no_such_method`, `broker_away`; after
        these a request that writes may or may not have been done, so repeat it under its key.
        """
        wire = request.wire
        told = self.call_raw(
            wire.service,
            wire.method,
            request.dump(),
            seconds=seconds,
            idempotency_key=idempotency_key,
        )
        try:
            reply: ReplyT = wire.reply.load(told)  # type: ignore[assignment]
        except Invalid as error:
            asked = f"{wire.service}.{wire.method}"
            raise InternalError("unreadable_reply", f"{asked}: {error}") from error
        return reply

    def call_raw(
        self,
        service: str,
        method: str,
        fields: Mapping[str, Any],
        *,
        seconds: float = SECONDS,
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        """As `call`, for fields and an answer that are JSON values."""
        asked = f"{service}.{method}"
        refuse_in_transaction(f"a call of {asked}")
        end = time.monotonic() + seconds
        kwargs = dict(fields)
        if idempotency_key is not None:
            kwargs["idempotency_key"] = idempotency_key
        call_id = uuid4().hex
        answered = self._waiting[call_id] = Event()
        try:
            self._send(asked, {"args": [], "kwargs": kwargs}, call_id, seconds)
            told = answered.wait(timeout=max(0.0, end - time.monotonic()))
        finally:
            del self._waiting[call_id]
        if told is None:
            told_as = {"service": self._asks_as, "asked": service, "method": method}
            metrics.deadlines_missed.labels(**told_as).inc()
            raise Unavailable("deadline_missed", f"{asked} gave no answer in {seconds:g} s")
        if told.get("error"):
            raise from_wire(told["error"], asked)
        reply: dict[str, Any] = told.get("result")
        return reply

    def close(self) -> None:
        """Close the line; calls under way are Unavailable."""
        self._line.close()
        self._fail_all("closed")

    def _send(self, asked: str, payload: dict[str, Any], call_id: str, seconds: float) -> None:
        body = json.dumps(payload).encode()
        refuse_too_large(body)
        properties = {
            "correlation_id": call_id,
            "reply_to": self._reply_to,
            "expiration": str(max(1, int(seconds * 1000))),
            "user_id": self._user,  # the broker refuses any but the connection's own
        }
        headers = {CORRELATION_HEADER: current_correlation()}
        cause = current_causation()
        if cause is not None:
            headers[CAUSATION_HEADER] = cause
        try:
            self._line.publish(
                body,
                exchange=EXCHANGE,
                routing_key=asked,
                properties=properties,
                headers=headers,
                mandatory=True,
                seconds=seconds,
            )
        except ChannelError as error:
            if "NO_ROUTE" not in str(error):
                raise Unavailable("broker_refused", f"{asked}: {error}") from error
            raise _no_such_service(asked) from error
        except LINE_ERRORS as error:
            raise Unavailable("broker_away", f"{asked}: {reason(error)}") from error

    def _listen(self, channel: Any) -> None:
        """Have a queue for replies before anything is asked. It goes with the line, so each
        line has its own, bound under the one key that this client's calls carry."""
        queue = Queue(
            f"rpc.reply-{self._user}-{uuid4().hex}",
            exchange=Exchange(EXCHANGE, type="topic", durable=True, no_declare=True),
            routing_key=self._reply_to,
            durable=False,
            exclusive=True,
            auto_delete=True,
        )
        if hasattr(channel, "events"):
            channel.events["basic_return"].add(self._returned)
        Consumer(channel, [queue], on_message=self._answered, no_ack=True).consume()

    def _answered(self, message: Any) -> None:
        """A reply; one that comes after its deadline has nobody waiting, and is nothing."""
        waiting = self._waiting.get(message.properties.get("correlation_id"))
        if waiting is None or waiting.ready():
            return
        try:
            told = parse(message.body, message.content_type)
            if not isinstance(told, dict):
                raise NotJson("a reply is an object")
        except NotJson as error:
            waiting.send_exception(InternalError("unreadable_reply", type(error).__name__))
            return
        waiting.send(told)

    def _returned(self, _error: Any, _exchange: str, asked: str, message: Any) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id"))
        if waiting is not None and not waiting.ready():
            waiting.send_exception(_no_such_service(asked))

    def _fail_all(self, reason: str) -> None:
        for waiting in list(self._waiting.values()):
            if not waiting.ready():
                waiting.send_exception(Unavailable("broker_away", f"lost in the call: {reason}"))


def _no_such_service(asked: str) -> Unavailable:
    return Unavailable("no_such_service", f"nobody on the bus answers {asked}")
