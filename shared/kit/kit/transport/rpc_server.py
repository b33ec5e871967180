"""`@rpc`: a service's method answers a kind of request, to nameko's proxies and to ours.

What nameko's own entrypoint lacks: contracts, callers, idempotency keys, deadlines, answers to
what cannot be read, and a container that survives a broker that goes away before the reply.
"""

import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import eventlet
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY, LOGIN_METHOD_CONFIG_KEY
from nameko.exceptions import deserialize_to_instance
from nameko.extensions import register_entrypoint
from nameko.rpc import RpcConsumer

from headship_contracts.errors import CROSSING, InternalError, Invalid, ServiceError, Unavailable
from headship_contracts.messages import Request, wire_name
from kit import correlation, log, metrics
from kit.calls import ATTRIBUTE, Permits, Served, incoming, run_call, serve
from kit.calls.errors import kind_of, no_such_method, to_wire
from kit.calls.incoming import Call
from kit.config import MESSAGE_MOST_BYTES
from kit.failpoints import reach
from kit.identity import caller_of
from kit.transport import worker
from kit.transport.method import Method
from kit.transport.queue_consumer import QueueConsumer
from kit.transport.resources import Resources
from kit.transport.rpc_line import LINE_ERRORS, Line

StoryT = TypeVar("StoryT", bound=Callable[..., Any])

_log = logging.getLogger(__name__)

for _kind in CROSSING:  # nameko's proxies in a process with the kit raise our own classes
    deserialize_to_instance(_kind)


def rpc(
    request: type[Request[Any]],
    *,
    transaction: bool = True,
    allowed: tuple[str, ...] | None = None,
    permits: Permits | None = None,
) -> Callable[[StoryT], StoryT]:
    """Let the method, named as the request travels, answer that request.

    With `transaction` (self, tx, request): one transaction, committed before the reply. Without
    it (self, request, caller), for what calls out or takes long: it opens its own, and bears
    being run again after a crash. `allowed` names the kinds of callers that may; `permits(tx)`,
    for one without a transaction, refuses who may not, even what was answered before.
    """

    def decorate(story: StoryT) -> StoryT:
        served = serve(story, request, transaction=transaction, allowed=allowed, permits=permits)
        setattr(story, ATTRIBUTE, served)
        register_entrypoint(story, Rpc(served))
        return story

    return decorate


class RpcServer(RpcConsumer):
    """Takes the calls to one service from its queue, and sends the replies.

    nameko's own consumer, so that its stopping and its tools work, from the message to the reply
    by our rules.
    """

    queue_consumer = QueueConsumer()

    def setup(self) -> None:
        super().setup()
        self.queue.no_declare = True
        config = self.container.config
        self._line = Line(
            config[AMQP_URI_CONFIG_KEY],
            ssl=config.get(AMQP_SSL_CONFIG_KEY),
            login_method=config.get(LOGIN_METHOD_CONFIG_KEY),
        )
        self._methods = {provider.method_name: provider for provider in self._providers}

    def register_provider(self, provider: Any) -> None:
        super().register_provider(provider)
        self._methods = {known.method_name: known for known in self._providers}

    def stop(self) -> None:
        super().stop()
        self._line.close()

    def kill(self) -> None:
        self._line.close()

    def receive(self, message: Any) -> None:
        """Take a message; called by the consumer, which must not wait."""
        _, _, method = message.delivery_info["routing_key"].rpartition(".")
        entrypoint = self._methods.get(method)
        if entrypoint is None:
            self._count("unknown", "not_found")
            self._in_passing(message, {"result": None, "error": no_such_method(method)})
            return
        try:
            call = _call_in(entrypoint.served, message)
        except Invalid as error:
            self._count(method, "invalid")
            self._in_passing(message, {"result": None, "error": to_wire(error)})
            return
        work = partial(self._work, message, call)
        start = partial(worker.spawn, self.container, entrypoint, work)
        if self.container._worker_pool.sem.balance > 0:  # nor does anybody wait for a worker
            start()
        else:
            self.container.spawn_managed_thread(start, identifier=f"call of {method}")

    def _work(self, message: Any, call: Call, service: Any) -> None:
        reply = _answer(service, call)
        reach("call.after_commit")
        self._reply(message, reply)

    def _in_passing(self, message: Any, reply: dict[str, Any]) -> None:
        self.container.spawn_managed_thread(partial(self._reply, message, reply))

    def _reply(self, message: Any, reply: dict[str, Any] | None) -> None:
        """A reply that cannot be sent puts the request back: the broker is away, and a repeat is
        what a caller who gets no answer does as well."""
        target = message.properties.get("reply_to")
        if reply is not None and target and not _is_a_method(target):
            try:
                self._send(target, message.properties.get("correlation_id"), reply)
            except LINE_ERRORS as error:
                _log.warning("a reply was not sent", extra={"reason": type(error).__name__})
                self.queue_consumer.requeue_message(message)
                return
        self.queue_consumer.ack_message(message)

    def _send(self, target: str, correlation_id: str | None, reply: dict[str, Any]) -> None:
        sent = {
            "body": _packed(reply),
            "exchange": self.queue.exchange.name,
            "routing_key": target,
            "properties": {"correlation_id": correlation_id} if correlation_id else {},
        }
        try:
            self._line.publish(**sent)
        except LINE_ERRORS:  # it may have been only this line that was lost
            self._line.publish(**sent)

    def _count(self, method: str, outcome: str) -> None:
        service = self.container.service_name
        metrics.rpc_requests.labels(service=service, method=method, outcome=outcome).inc()
        log.ran(service, method, outcome=outcome, seconds=0)


class Rpc(Method):
    """One method that is called by RPC."""

    resources = Resources()
    rpc_server = RpcServer()
    requests, duration = metrics.rpc_requests, metrics.rpc_duration
    outcomes = metrics.RPC_OUTCOMES

    def setup(self) -> None:
        super().setup()
        self.rpc_server.register_provider(self)

    def stop(self) -> None:
        self.rpc_server.unregister_provider(self)


def _packed(reply: dict[str, Any]) -> bytes:
    """A reply that is too long for the broker would end the line, and take others along."""
    body = json.dumps(reply).encode()
    if len(body) <= MESSAGE_MOST_BYTES:
        return body
    detail = f"{len(body)} bytes; {MESSAGE_MOST_BYTES} are the most"
    _log.error("a reply is too long", extra={"reason": detail})
    failure = InternalError("reply_too_large", detail)
    return json.dumps({"result": None, "error": to_wire(failure)}).encode()


def _is_a_method(target: str) -> bool:
    """Replies go through the exchange of requests: no caller may have one reach a service. Queues
    that the broker has named, `amq.gen-…`, serve callers without a name of their own."""
    return "." in target and not target.startswith("amq.")


def _call_in(served: Served, message: Any) -> Call:
    fields, key = incoming.read_body(served.request, message.body, message.content_type)
    return Call(
        method=served.method,
        fields=fields,
        idempotency_key=key,
        caller=caller_of(message.properties.get("user_id")),
        call_id=message.properties.get("correlation_id"),
        correlation_id=incoming.correlation_in(message.headers),
        seconds=incoming.seconds_in(message.properties),
    )


def _answer(service: Any, call: Call) -> dict[str, Any] | None:
    """The reply to a call, or None where nobody waits for one any more. Never raises."""
    started = time.monotonic()
    reply: dict[str, Any] | None = None
    error: BaseException | None = None
    with correlation.bind(call.correlation_id, call.call_id) as story:
        if call.expired:
            outcome = "expired"
        else:
            outcome, reply, error = _outcome(service, call, story)
    seconds = time.monotonic() - started
    labels = {"service": service.name, "method": call.method}
    metrics.rpc_requests.labels(**labels, outcome=outcome).inc()
    metrics.rpc_duration.labels(**labels).observe(seconds)
    log.ran(
        service.name,
        call.method,
        outcome=outcome,
        seconds=seconds,
        call_id=call.call_id,
        correlation_id=story,
        caller=str(call.caller),
        error=error,
    )
    return reply


def _outcome(
    service: Any, call: Call, story: str
) -> tuple[str, dict[str, Any], BaseException | None]:
    """The outcome in a word, the reply, and what belongs into the log with its stack."""
    try:
        answer = run_call(service, call.method, call.fields, call.caller, call.idempotency_key)
    except ServiceError as error:
        kind = kind_of(error)
        bug = error.__cause__ if kind is Unavailable else None
        return wire_name(kind.__name__), {"result": None, "error": to_wire(error)}, bug
    except (Exception, eventlet.Timeout) as error:
        failure = InternalError("internal_error", story)
        return "internal_error", {"result": None, "error": to_wire(failure)}, error
    outcome = "repeated" if answer.repeated else "ok"
    return outcome, {"result": answer.reply, "error": None}, None
