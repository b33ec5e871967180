"""From a message's bytes to a call, or to the error that its sender gets."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headship_contracts.errors import Invalid
from headship_contracts.messages import Request
from kit.calls.answering import fields_by_name
from kit.correlation import is_correlation, of_traceparent
from kit.identity import Caller
from kit.wire import NotJson, parse

MAX_BYTES = 1_048_576
"""A longer request is refused: what is large goes by the file store."""

TRACE_HEADER = "traceparent"
CORRELATION_HEADER = "nameko.correlation_id"
CAUSATION_HEADER = "nameko.causation_id"
"""Headers with nameko's prefix, so that its worker contexts and proxies carry them on."""


@dataclass(frozen=True)
class Call:
    """One call as it came in, at this moment of our own monotonic clock. `seconds`: how long its
    caller waits from then on at most, None if it has not said so."""

    method: str
    fields: Mapping[str, Any]
    idempotency_key: Any
    caller: Caller
    call_id: str | None
    correlation_id: str | None
    seconds: float | None
    came_at: float = field(default_factory=time.monotonic)

    @property
    def expired(self) -> bool:
        """Whether nobody waits for the answer any more. The caller's clock has no part in it: what
        has waited too long for us, the broker does not deliver."""
        return self.seconds is not None and time.monotonic() - self.came_at > self.seconds


def read_body(
    request: type[Request[Any]], body: bytes | str, content_type: str | None = None
) -> tuple[dict[str, Any], Any]:
    """The fields and the idempotency key in a request's body. Raises Invalid."""
    refuse_too_large(body)
    try:
        wire = parse(body, content_type)
    except NotJson as error:
        raise Invalid("not_json", str(error)) from error
    args = wire.get("args") if isinstance(wire, dict) else None
    kwargs = wire.get("kwargs") if isinstance(wire, dict) else None
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Invalid("malformed_request", "it needs a list `args` and an object `kwargs`")
    return fields_by_name(request, args, kwargs)


def refuse_too_large(body: bytes | str) -> None:
    """Raises Invalid for a request that is too long, on the side of whoever asks as well: over one
    that is too long for the broker it would end the line, and take other calls along."""
    if len(body) > MAX_BYTES:
        raise Invalid("too_large", f"{len(body)} bytes; {MAX_BYTES} are the most")


def correlation_in(headers: Mapping[str, Any]) -> str | None:
    """The story's id that the caller gave, in our header or as W3C's trace."""
    told = headers.get(CORRELATION_HEADER)
    if is_correlation(told):
        return str(told)
    traced = headers.get(TRACE_HEADER)
    return of_traceparent(traced) if isinstance(traced, str) else None


def seconds_in(properties: Mapping[str, Any]) -> float | None:
    """How long the caller waits, if it said so: its message is good for as long."""
    told = properties.get("expiration")
    return int(told) / 1000 if isinstance(told, str) and told.isdecimal() else None
