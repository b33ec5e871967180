"""One connection to the platform's broker, used by one call at a time."""

import json
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from amqp.exceptions import AccessRefused, AMQPError, NotAllowed, PreconditionFailed
from kombu import Connection

from headship_contracts.errors import InternalError, Invalid, Refused, ServiceError, Unavailable
from headship_hub.errors import error_of
from headship_hub.frames import Frames
from headship_hub.tls import Tls

EXCHANGE: Final = "hub"
REPLY_TO: Final = "amq.rabbitmq.reply-to"
CONNECT_SECONDS: Final = 10.0

REST_SECONDS: Final = 20.0
"""After so long unused a line is opened anew: what stands between may have forgotten it."""

TOO_LARGE: Final = "too_large"
"""Said by the platform, or by the broker, which then closes the channel."""

TOO_MANY: Final = "too_many_connections"

FULL: Final = "queue_full"
"""The broker has not taken the request, because too many wait."""

GOODBYE_SECONDS: Final = 0.5
"""For the broker's answer to our leaving."""

LOST: Final = (AMQPError, OSError)
"""What a broker that is away, or goes away, raises."""


@dataclass(frozen=True)
class Order:
    """What is sent: a method, its fields, and the idempotency key of a request that writes."""

    service: str
    method: str
    fields: dict[str, Any]
    key: str | None

    @property
    def routing_key(self) -> str:
        return f"{self.service}.{self.method}"


class Line:
    """Raises one of LOST when the connection is, or ServiceError as the platform says.

    `seconds`: how long its opening may take, CONNECT_SECONDS at most.
    """

    def __init__(self, address: str, tls: Tls | None, seconds: float) -> None:
        self._user = unquote(urlsplit(address).username or "")
        within = min(CONNECT_SECONDS, max(seconds, 0.001))
        options: dict[str, Any] = {"connect_timeout": within, "heartbeat": 60}
        if address.startswith("amqps:") or tls is not None:
            options["ssl"] = (tls or Tls()).options(urlsplit(address).hostname)
        self._connection: Any = Connection(address, **options)
        self._socket: Any = None
        try:
            # once: whoever calls tries again, within their deadline
            self._connection.ensure_connection(max_retries=0, reraise_as_library_errors=False)
            self._amqp: Any = self._connection.connection
            self._socket = self._amqp.transport.sock
            self._patience(within)
            self._channel: Any = self._amqp.channel()
            self._channel.basic_consume(REPLY_TO, no_ack=True)
            self._channel.events["basic_return"].add(self._returned)
            self._channel.events["basic_nack"].add(self._refused)
            self._channel.confirm_select()  # else the broker would throw it away in silence
            self._frames = Frames(self._amqp, self._channel, self._came)
        except BaseException as error:
            self.close()
            if isinstance(error, (AccessRefused, NotAllowed)):
                raise _no_access(error) from error
            raise
        self._used = time.monotonic()
        self._call_id: str | None = None
        self._reply: bytes | None = None
        self._back = self._full = False
        self._sent = 0

    @property
    def rested(self) -> bool:
        """Whether it has not been used for too long."""
        return time.monotonic() - self._used > REST_SECONDS

    def ask(self, order: Order, seconds: float) -> dict[str, Any]:
        """The result, within `seconds`. A reply to an earlier call is not taken for this one's."""
        end = time.monotonic() + seconds
        self._call_id, self._reply = uuid4().hex, None
        self._back = self._full = False
        properties = {
            "correlation_id": self._call_id,
            "reply_to": REPLY_TO,
            "expiration": str(max(1, int(seconds * 1000))),
            "user_id": self._user,
        }
        headers = {} if order.key is None else {"idempotency_key": order.key}
        body = json.dumps(order.fields).encode()
        try:
            self._patience(seconds)
            self._sent += 1
            self._frames.publish(EXCHANGE, order.routing_key, properties, headers, body)
            self._wait(end)
        except AccessRefused as error:
            raise _no_access(error) from error
        except PreconditionFailed as error:
            if "user_id" in str(error):
                raise _no_access(error) from error
            raise Invalid(TOO_LARGE, str(error)) from error
        self._used = time.monotonic()
        if self._back:
            raise Unavailable("no_such_method", f"nobody answers {order.routing_key}")
        if self._full:
            raise Unavailable(FULL, "too many requests wait, whoever's they are: ask again")
        if self._reply is None:
            raise Unavailable("deadline_missed", f"no answer in {seconds:g} s")
        return _result(self._reply)

    def close(self) -> None:
        """End the connection, within a moment; no error, whatever its state."""
        try:
            self._patience(GOODBYE_SECONDS)
            self._connection.release()
        except LOST:
            self._connection.collect()

    def _patience(self, seconds: float) -> None:
        """For how long the broker may keep us waiting at whatever comes next: one that has stopped
        reading, for want of memory or disk, says nothing at all."""
        if self._socket is not None:
            self._socket.settimeout(max(seconds, 0.001))

    def _wait(self, end: float) -> None:
        while self._reply is None and not (self._back or self._full):
            left = end - time.monotonic()
            if left <= 0:
                return
            try:
                self._frames.read(left)
            except TimeoutError:
                return

    def _came(self, call_id: str | None, body: bytes) -> None:
        if call_id == self._call_id:
            self._reply = body

    def _returned(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        if message.properties.get("correlation_id") == self._call_id:
            self._back = True

    def _refused(self, number: int, _multiple: bool) -> None:
        self._full = self._full or number == self._sent  # one of before was given up meanwhile


def _result(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
        error, result = told["error"], told["result"]
    except (ValueError, LookupError, TypeError) as error:
        raise InternalError("unreadable_reply", type(error).__name__) from error
    if error is not None:
        raise error_of(error)
    if not isinstance(result, dict):
        raise InternalError("unreadable_reply", "the result is no object")
    return result


def _no_access(error: Exception) -> ServiceError:
    """The broker's own no: a wrong or ended credential, or a method that hubs may not call; or one
    connection more than a hub may have, of which another one ends in time."""
    if "connection limit" in str(error):
        return Unavailable(TOO_MANY, "all connections that a hub may have are open: close one")
    return Refused("no_access", str(error))
