"""What is sent on when an event has failed: back to its queue after a pause, or to be parked."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kit.bus.consumer import Result
from kit.bus.outgoing import Outgoing
from kit.bus.reading import key
from kit.log import reason

PREFIX: Final = "headship-"
ATTEMPTS: Final = "headship-attempts"
FIRST_SEEN: Final = "headship-first-seen"
QUEUE: Final = "headship-queue"
ERROR_TYPE: Final = "headship-error-type"
ERROR: Final = "headship-error"
STACK: Final = "headship-stack"
SENT_AGAIN: Final = "headship-sent-again"
"""Set by a republish: what was parked once may be parked again, for its letter may be lost."""

LONGEST_STACK: Final = 8_000
LONGEST_ERROR: Final = 1_000
LONGEST_OTHERS: Final = 64_000
"""Characters of headers that are not ours. All headers must fit into one frame (128 KiB), and a
message whose copy does not would come back, fail and come back."""

COPIES: Final = ("CC", "BCC")
"""Headers by which a sender has the broker deliver to others as well."""

MOST_ATTEMPTS: Final = 1_000_000
"""A count beyond that is not ours: one more might not fit into a header."""


@dataclass(frozen=True)
class RetryPolicy:
    """The pause before each retry, in milliseconds. After the last one an event is parked."""

    delays: tuple[int, ...]

    @classmethod
    def of_seconds(cls, seconds: list[str]) -> "RetryPolicy":
        """From a setting such as ["0.2", "5", "600"]. Raises ValueError."""
        delays = tuple(round(float(text) * 1000) for text in seconds)
        if any(delay < 1 for delay in delays):
            raise ValueError("each delay is at least 0.001 seconds")
        return cls(delays)

    def delay_after(self, attempts: int) -> int | None:
        """The pause after so many failed attempts; None when it is to be parked."""
        return self.delays[attempts - 1] if attempts <= len(self.delays) else None


@dataclass(frozen=True)
class Onward:
    """A copy of a failed message, on its way to a delay queue or to the dead letters."""

    message: Outgoing
    parks: bool


def onward(
    service: str,
    queue: str,
    policy: RetryPolicy,
    body: bytes,
    headers: Mapping[str, Any],
    result: Result,
    error: Exception,
    now: datetime,
) -> Onward:
    """Where a message whose handler failed goes next, and with which headers.

    Headers of the broker's own (x-death and the like) are left behind: with them it would take
    the next round for a loop, and drop the message. So are all others that are too long.
    """
    attempts = attempts_of(headers) + 1
    delay = policy.delay_after(attempts) if result is Result.FAILED else None
    told = handed_on(headers)
    if len(str(told).encode(errors="replace")) > LONGEST_OTHERS:
        told = {SENT_AGAIN: True} if SENT_AGAIN in headers else {}
    told |= {
        ATTEMPTS: attempts,
        FIRST_SEEN: _text_in(told, FIRST_SEEN) or now.isoformat(timespec="milliseconds"),
        QUEUE: queue,
        ERROR_TYPE: type(error).__name__,
        ERROR: reason(error)[:LONGEST_ERROR],
        STACK: _stack(error),
    }
    parks = delay is None
    exchange = f"{service}.retry" if parks else f"{service}.delay.{delay}"
    routing_key = f"{service}.dead" if parks else queue
    return Onward(Outgoing(key(body), exchange, routing_key, body, told), parks)


def handed_on(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers that a copy of a message takes along: those that are not the broker's own and
    can be sent again."""
    return {name: value for name, value in headers.items() if _is_handed_on(name, value)}


def _is_handed_on(name: Any, value: Any) -> bool:
    """A name that is no text, as py-amqp gives what is not UTF-8, cannot be sent again; nor can
    tables within tables, which it reads to twice the depth to which it packs them. By CC the broker
    would send a copy to where its sender says, back to its handler as well."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_flat = not any(isinstance(each, (dict, list)) for each in inner)
    is_ours_to_send = isinstance(name, str) and not name.startswith("x-") and name not in COPIES
    return is_ours_to_send and is_flat


def _text_in(headers: Mapping[str, Any], name: str) -> str | None:
    found = headers.get(name)
    return found if isinstance(found, str) else None


def attempts_of(headers: Mapping[str, Any]) -> int:
    """How often the handler has failed on this message."""
    told = headers.get(ATTEMPTS, 0)
    return told if isinstance(told, int) and 0 <= told <= MOST_ATTEMPTS else 0


def _stack(error: Exception) -> str:
    """The stack without values; the innermost frames, which tell most, are kept."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))
    return "".join(frames.format())[-LONGEST_STACK:]
