"""A call on the wire: what is asked leaves by one write, and all that has come is read at once.

py-amqp opens the connection, and deals with whatever else a broker says. All by py-amqp, a call
takes 0.36 ms of the client's processor time, and so 0.23 (both measured).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from struct import Struct, pack, unpack_from
from typing import Any, Final

from amqp.exceptions import UnexpectedFrame
from amqp.serialization import dumps

PIECE: Final = 65_536
"""Bytes that are asked for at once."""

OVERHEAD: Final = 8
"""Bytes of a frame beside its payload, which count towards the connection's `frame_max`."""

METHOD, HEADER, BODY, END = 1, 2, 3, 0xCE

BASIC, PUBLISH = 60, 40
DELIVER: Final = pack(">HH", BASIC, 60)
ACK: Final = pack(">HH", BASIC, 80)

CONTENT_TYPE, CONTENT_ENCODING, HEADERS, DELIVERY_MODE = 1 << 15, 1 << 14, 1 << 13, 1 << 12
PRIORITY, CORRELATION_ID = 1 << 11, 1 << 10
TEXTS: Final = {
    "correlation_id": CORRELATION_ID,
    "reply_to": 1 << 9,
    "expiration": 1 << 8,
    "user_id": 1 << 4,
}
"""Properties of a call, in the order that AMQP gives them."""

JSON: Final = b"\x10application/json\x05utf-8"
TRANSIENT: Final = b"\x01"

FRAME: Final = Struct(">BHI")
CONTENT: Final = Struct(">HHQH")
"""How a header's payload begins: class, weight, bytes of the body, flags of the properties."""

Came = Callable[[str | None, bytes], None]
"""Is told the correlation id and the body of each reply."""


class Frames:
    """The traffic of one connection and channel of py-amqp, both open."""

    def __init__(self, connection: Any, channel: Any, came: Came) -> None:
        self._connection, self._channel, self._came = connection, channel, came
        self._held, self._at = b"", 0
        self._reply: _Reply | None = None
        connection.blocking_read = self.read  # py-amqp goes on where we are, as at the goodbye

    def publish(
        self,
        exchange: str,
        routing_key: str,
        properties: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Send JSON, to be given back where nobody takes it. `properties` may be those of TEXTS."""
        number = self._channel.channel_id
        flags, told = _properties(properties, headers)
        head = CONTENT.pack(BASIC, 0, len(body), flags) + told
        parts = [_publishing(exchange, routing_key, number), _frame(HEADER, number, head)]
        longest = self._connection.frame_max - OVERHEAD
        for start in range(0, len(body), longest):
            parts.append(_frame(BODY, number, body[start : start + longest]))
        self._connection.transport.write(b"".join(parts))

    def read(self, timeout: float | None = None) -> bool:
        """Wait for what comes next, `timeout` seconds or as long as the socket does, and deal with
        all of it. True, as py-amqp expects it. Raises TimeoutError, and what py-amqp does."""
        with self._connection.transport.having_timeout(timeout):
            came = self._connection.transport.sock.recv(PIECE)
        if not came:
            raise ConnectionResetError("the broker closed the connection")
        self._held, self._at = self._held[self._at :] + came, 0
        while (frame := self._next()) is not None:
            self._deal(*frame)
        return True

    def _next(self) -> tuple[int, int, bytes] | None:
        start = self._at + FRAME.size
        if len(self._held) < start:
            return None
        kind, channel, size = FRAME.unpack_from(self._held, self._at)
        end = start + size
        if len(self._held) <= end:
            return None
        if self._held[end] != END:
            raise UnexpectedFrame(f"a frame ends with {self._held[end]:#x}")
        self._at = end + 1
        return kind, channel, self._held[start:end]

    def _deal(self, kind: int, channel: int, payload: bytes) -> None:
        if kind == METHOD and payload.startswith(DELIVER):
            self._reply = _Reply()
        elif kind == METHOD and payload.startswith(ACK):  # a request is taken: its reply says more
            return
        elif self._reply is not None and channel == self._channel.channel_id:
            if self._reply.take(kind, payload):
                reply, self._reply = self._reply, None
                self._came(reply.correlation_id, b"".join(reply.parts))
        else:
            self._connection.on_inbound_frame((kind, channel, payload))


class _Reply:
    """What follows the method frame of a delivery: a header, and a body in parts."""

    def __init__(self) -> None:
        self.correlation_id: str | None = None
        self.parts: list[bytes] = []
        self._left = 0

    def take(self, kind: int, payload: bytes) -> bool:
        """Whether that was the last of it."""
        if kind == HEADER:
            _class, _weight, self._left, flags = CONTENT.unpack_from(payload)
            self.correlation_id = _correlation_id(payload, flags)
        elif kind == BODY:
            self.parts.append(payload)
            self._left -= len(payload)
        else:
            raise UnexpectedFrame(f"a frame of kind {kind} in a message")
        return self._left == 0


def _correlation_id(payload: bytes, flags: int) -> str | None:
    at = CONTENT.size
    for flag in (CONTENT_TYPE, CONTENT_ENCODING):
        at += 1 + payload[at] if flags & flag else 0
    at += 4 + unpack_from(">I", payload, at)[0] if flags & HEADERS else 0
    at += (flags & DELIVERY_MODE > 0) + (flags & PRIORITY > 0)
    if not flags & CORRELATION_ID:
        return None
    return payload[at + 1 : at + 1 + payload[at]].decode(errors="replace")


def _properties(texts: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
    flags, parts = CONTENT_TYPE | CONTENT_ENCODING | DELIVERY_MODE, [JSON]
    if headers:
        flags |= HEADERS
        parts.append(dumps("F", (dict(headers),)))
    parts.append(TRANSIENT)
    for name, flag in TEXTS.items():
        if name in texts:
            flags |= flag
            text = texts[name].encode()
            parts.append(bytes((len(text),)) + text)
    return flags, b"".join(parts)


@lru_cache(maxsize=100)
def _publishing(exchange: str, routing_key: str, channel: int) -> bytes:
    mandatory, immediate = True, False
    told = dumps("Bssbb", (0, exchange, routing_key, mandatory, immediate))
    return _frame(METHOD, channel, pack(">HH", BASIC, PUBLISH) + told)


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return FRAME.pack(kind, channel, len(payload)) + payload + bytes((END,))
