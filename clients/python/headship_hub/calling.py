"""Calls with a deadline: lines are kept, lost ones replaced, and only what is safe is repeated."""

import dataclasses
import random
import threading
import time
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from headship_contracts.errors import InternalError, Invalid, Unavailable
from headship_contracts.messages import Request
from headship_contracts.shape import Shape
from headship_hub.line import FULL, LOST, TOO_LARGE, TOO_MANY, Line, Order
from headship_hub.tls import Tls

SECONDS: Final = 10.0
"""The deadline of a call that names none; all its attempts lie within."""

MOST_SECONDS: Final = 30.0
"""The platform works no longer on a call."""

LINES: Final = 16
"""Calls at once; who comes beyond waits for a line."""

WAIT: Final = {"too_many_calls": 0.3, "too_many_at_once": 0.02, TOO_MANY: 0.3}
"""Codes by which the platform says that it has not begun, and seconds before asking again: each
time twice as long, for whoever insists is not answered any more."""

LONGEST_WAIT: Final = 1.0

FULL_WAIT: Final = 0.05
"""Seconds before asking again what the broker had no room for: there is some again at any moment,
and who asks often finds it, even while another hub sends all that it can."""

PAUSES: Final = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds before each attempt at a broker that is away; the last one again and again."""

ANSWER_SECONDS: Final = 0.2
"""With less left of the deadline nothing is asked again: the answer would hardly come in time, and
the caller would hear that the deadline was missed, and not why."""

ReplyT = TypeVar("ReplyT", bound=Shape)


class Calls:
    """Asks the platform as the hub whose address this is. Threads may share one."""

    def __init__(self, address: str, *, seconds: float = SECONDS, tls: Tls | None = None) -> None:
        if not _is_address(address):
            raise ValueError("the address must be amqp://… or amqps://…, as the provider gave it")
        if tls is not None:
            tls.check()
        self._address, self._tls, self._seconds = address, tls, seconds
        self._idle: list[Line] = []
        self._free = threading.Semaphore(LINES)
        self._changing = threading.Lock()
        self._closed = False

    def call(
        self,
        request: Request[ReplyT],
        *,
        seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> ReplyT:
        """The answer, within `seconds`. Raises ServiceError as the platform says.

        A request that writes carries an idempotency key: the one given, else a new one, which its
        repeats share. So whatever is lost on the way is asked again, and never done twice. Who
        wants to ask again after `Unavailable`, even from another process, gives a key of their own.
        """
        wire = request.wire
        key = (idempotency_key or uuid4().hex) if wire.writes else None
        order = Order(wire.service, wire.method, _said(request), key)
        told = self._ask(order, self._seconds if seconds is None else seconds)
        try:
            reply: ReplyT = wire.reply.load(told)  # type: ignore[assignment]
        except Invalid as error:
            raise InternalError("unreadable_reply", f"{order.routing_key}: {error}") from error
        return reply

    def close(self) -> None:
        """End the lines; calls under way end by themselves."""
        with self._changing:
            self._closed, lines = True, self._idle
            self._idle = []
        for line in lines:
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _ask(self, order: Order, seconds: float) -> dict[str, Any]:
        end = time.monotonic() + seconds
        if not self._free.acquire(timeout=max(0.0, seconds)):
            raise Unavailable("too_many_at_once", f"{LINES} calls are under way here")
        try:
            return self._ask_until(order, end, seconds)
        finally:
            self._free.release()

    def _ask_until(self, order: Order, end: float, seconds: float) -> dict[str, Any]:
        failures = refusals = 0
        while True:
            try:
                return self._ask_once(order, end)
            except LOST as error:
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
                lost = Unavailable("broker_away", f"{_reason(error)}, for {seconds:g} s")
                _pause(pause, end, lost, error)
            except Unavailable as error:
                if error.code not in (*WAIT, FULL):
                    raise
                spread = random.uniform(0.7, 1.3)  # nosec B311 # so that threads do not march in step
                if error.code == FULL:
                    _pause(FULL_WAIT * spread, end, error, None)
                    continue
                wait = min(WAIT[error.code] * 2**refusals, LONGEST_WAIT)
                refusals += 1
                _pause(wait * spread, end, error, None)

    def _ask_once(self, order: Order, end: float) -> dict[str, Any]:
        line = self._line(end - time.monotonic())
        try:
            left = min(end - time.monotonic(), MOST_SECONDS)
            told = line.ask(order, max(left, 0.001))
        except LOST:
            line.close()
            raise
        except Exception as error:
            if _of_the_broker(error):
                line.close()
            else:
                self._keep(line)
            raise
        except BaseException:  # somebody ended the program in the middle
            line.close()
            raise
        self._keep(line)
        return told

    def _line(self, seconds: float) -> Line:
        while True:
            with self._changing:
                if self._closed:
                    raise Unavailable("closed", "this client has been closed")
                if not self._idle:
                    break
                line = self._idle.pop()
            if not line.rested:
                return line
            line.close()
        return Line(self._address, self._tls, seconds)

    def _keep(self, line: Line) -> None:
        with self._changing:
            if not self._closed:
                self._idle.append(line)
                return
        line.close()


def _pause(seconds: float, end: float, error: Exception, cause: Exception | None) -> None:
    """Raises the error where there is no time for another attempt."""
    if time.monotonic() + seconds + ANSWER_SECONDS > end:
        raise error from cause
    time.sleep(seconds)


def _is_address(told: str) -> bool:
    """It is not quoted where it is none: it has a password in it."""
    try:
        parts = urlsplit(told)
        return parts.scheme in ("amqp", "amqps") and parts.hostname is not None and parts.port != 0
    except ValueError:  # brackets or a port that make no sense
        return False


def _reason(error: Exception) -> str:
    """In a few words: of a certificate what is wrong with it, of a file which."""
    told = getattr(error, "verify_message", None) or getattr(error, "filename", None)
    return f"{type(error).__name__} ({told})" if told else type(error).__name__


def _of_the_broker(error: Exception) -> bool:
    """Whether the broker has closed the channel over it, or may have."""
    return getattr(error, "code", None) in ("no_access", TOO_LARGE)


def _said(request: Request[Any]) -> dict[str, Any]:
    """The fields that differ from their default: one that an older platform does not know yet is
    not said before it is used."""
    dumped = request.dump()
    return {
        member.name: dumped[member.name]
        for member in dataclasses.fields(request)
        if getattr(request, member.name) != _default(member)
    }


def _default(member: Any) -> Any:
    if member.default_factory is not dataclasses.MISSING:
        return member.default_factory()
    return member.default
