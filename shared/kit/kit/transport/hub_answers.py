"""From a hub's call to the reply that it gets, by a worker."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import eventlet

from headship_contracts.errors import InternalError, Refused, ServiceError, Unavailable
from headship_contracts.messages import wire_name
from kit import correlation, log, metrics
from kit.calls import Served, run_call
from kit.calls.errors import kind_of
from kit.config import MESSAGE_MOST_BYTES
from kit.hubs import wire
from kit.hubs.wire import Wire
from kit.identity import Caller

Reply = Callable[[dict[str, Any]], None]
"""Sends the body of a reply."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HubCall:
    """One call that may be answered; `arrived` is of the monotonic clock."""

    served: Served
    wire: Wire
    hub: UUID
    arrived: float

    @property
    def caller(self) -> Caller:
        return Caller("hub", str(self.hub))


def answer(service: Any, call: HubCall, most_bytes: int, reply: Reply) -> None:
    """Answer a call by `reply`, and tell of it: whoever asks need not wait for that. Raises nothing
    but what `reply` does."""
    with correlation.bind(None, call.wire.correlation_id) as story:
        outcome, told, error = _outcome(service, call, most_bytes, story)
    seconds = time.monotonic() - call.arrived
    try:
        reply(told)
    finally:
        _tell_of(service, call, outcome, seconds, story, error)


def _tell_of(
    service: Any,
    call: HubCall,
    outcome: str,
    seconds: float,
    story: str,
    error: BaseException | None,
) -> None:
    labels = {"service": service.name, "method": call.served.method}
    metrics.hub_requests.labels(**labels, outcome=outcome).inc()
    metrics.hub_duration.labels(**labels).observe(seconds)
    log.ran(
        service.name,
        call.served.method,
        outcome=outcome,
        seconds=seconds,
        correlation_id=story,
        caller=str(call.caller),
        error=error,
    )


def packed(reply: Mapping[str, Any]) -> bytes:
    """A reply as it leaves. One that is too long for the broker would end the hub's line, whatever
    else is on its way there would be lost, and nobody would be told why."""
    body = json.dumps(reply).encode()
    if len(body) <= MESSAGE_MOST_BYTES:
        return body
    told = f"{len(body)} bytes; {MESSAGE_MOST_BYTES} are the most"
    _log.error("a reply to a hub is too long", extra={"reason": told})
    fewer = Refused("reply_too_large", f"{told}: ask for fewer at a time, by limit")
    return json.dumps(wire.refusal(fewer)).encode()


def _outcome(
    service: Any, call: HubCall, most_bytes: int, story: str
) -> tuple[str, dict[str, Any], BaseException | None]:
    """The outcome in a word, the reply, and what belongs into the log with its stack."""
    left = call.wire.seconds - (time.monotonic() - call.arrived)
    try:
        with eventlet.Timeout(max(left, 0.001), _TooLate):
            kind = call.served.request
            fields, key = call.wire.request(kind, most_bytes), call.wire.key(kind)
            answer = run_call(service, call.served.method, fields, call.caller, key)
    except ServiceError as error:
        kind_name = wire_name(kind_of(error).__name__)
        bug = error.__cause__ if isinstance(error, Unavailable) else None
        return kind_name, wire.refusal(error), bug
    except _TooLate:
        late = Unavailable("deadline_missed", f"no answer in {call.wire.seconds:g} s")
        return "unavailable", wire.refusal(late), None
    except (Exception, eventlet.Timeout) as error:
        return "internal_error", wire.refusal(InternalError("internal_error", story)), error
    return ("repeated" if answer.repeated else "ok"), wire.result(answer.reply), None


class _TooLate(BaseException):
    """The caller has given up: so do we, wherever we are."""
