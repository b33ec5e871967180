"""AMQP 0-9-1 frames: a message leaves in one piece, and a batch of them in a few writes.

py-amqp packs and writes each message alone: 47 µs of processor time for each publish, against 5
here. RabbitMQ gains as much, because it takes what comes in one piece in one go and then confirms
many by one frame: 40 µs for each message instead of 95 (both measured, 480 bytes, quorum queue).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from struct import Struct, pack
from typing import Any, Final

import amqp
from amqp.exceptions import RecoverableConnectionError
from amqp.serialization import dumps

from kit.bus.outgoing import Outgoing

PIECE: Final = 65_536
"""Bytes after which what is packed is written."""

TRANSIENT, PERSISTENT = 1, 2
"""AMQP's delivery modes: of what need not survive the broker, and of what must."""

_METHOD, _HEADER, _BODY = 1, 2, 3
_END: Final = b"\xce"
_BASIC, _PUBLISH = 60, 40
_OVERHEAD: Final = 8
"""Bytes of a frame beside its payload, which count towards the connection's `frame_max`."""

_CONTENT_TYPE, _CONTENT_ENCODING, _HEADERS, _DELIVERY_MODE = 1 << 15, 1 << 14, 1 << 13, 1 << 12
_ALWAYS: Final = _CONTENT_TYPE | _CONTENT_ENCODING | _DELIVERY_MODE
_TEXTS: Final = {
    "correlation_id": 1 << 10,
    "reply_to": 1 << 9,
    "expiration": 1 << 8,
    "message_id": 1 << 7,
    "user_id": 1 << 4,
}
"""Properties that a message may have, in the order that AMQP gives them."""

_JSON: Final = b"\x10application/json\x05utf-8"

_FRAME: Final = Struct(">BHI")
_HEAD: Final = Struct(">BHIHHQ")
_HEAD_SIZE: Final = _HEAD.size - _FRAME.size


def publish(channel: Any, messages: Iterable[Outgoing]) -> None:
    """Publish, persistent and mandatory, in order, on a channel of py-amqp or of the bus in memory,
    which has no frames.

    Nobody else may write on the connection meanwhile. Errors of the connection rise.
    """
    if not isinstance(channel, amqp.Channel):
        for message in messages:
            publish_one(
                channel,
                message.body,
                exchange=message.exchange,
                routing_key=message.routing_key,
                properties={"message_id": message.id},
                headers=message.headers,
                delivery_mode=PERSISTENT,
                mandatory=True,
            )
        return
    piece: list[bytes] = []
    size = 0
    for message in messages:
        frames = frames_of(message, channel.channel_id, _connected(channel).frame_max)
        piece.append(frames)
        size += len(frames)
        if size >= PIECE:
            _write(channel, piece)
            piece, size = [], 0
    if piece:
        _write(channel, piece)


def publish_one(
    channel: Any,
    body: bytes,
    *,
    exchange: str,
    routing_key: str,
    properties: Mapping[str, str],
    headers: Mapping[str, Any],
    delivery_mode: int,
    mandatory: bool,
) -> None:
    """Publish JSON on a channel of py-amqp or of the bus in memory, which has no frames.

    `properties` may be those of _TEXTS. Nobody else may write on the connection meanwhile. Errors
    of the connection rise.
    """
    if isinstance(channel, amqp.Channel):
        longest = _connected(channel).frame_max
        method = _method(exchange, routing_key, mandatory, channel.channel_id)
        head = _properties(properties, headers, delivery_mode)
        _write(channel, [_framed(method, head, body, channel.channel_id, longest)])
        return
    message = channel.prepare_message(
        body,
        content_type="application/json",
        content_encoding="utf-8",
        headers=dict(headers),
        properties={"delivery_mode": delivery_mode, **properties},
    )
    channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=mandatory)


def frames_of(message: Outgoing, channel: int, frame_max: int) -> bytes:
    """A persistent and mandatory message: its method, its header, and its body in as many frames
    as it takes."""
    method = _method(message.exchange, message.routing_key, True, channel)
    head = _properties({"message_id": message.id}, message.headers, PERSISTENT)
    return _framed(method, head, message.body, channel, frame_max)


def _framed(method: bytes, properties: bytes, body: bytes, channel: int, frame_max: int) -> bytes:
    longest = frame_max - _OVERHEAD
    parts = [
        method,
        _HEAD.pack(_HEADER, channel, _HEAD_SIZE + len(properties), _BASIC, 0, len(body)),
        properties,
        _END,
    ]
    for start in range(0, len(body), longest):
        part = body[start : start + longest]
        parts += (_FRAME.pack(_BODY, channel, len(part)), part, _END)
    return b"".join(parts)


@lru_cache(maxsize=1_000)
def _method(exchange: str, routing_key: str, mandatory: bool, channel: int) -> bytes:
    immediate = False
    told = dumps("Bssbb", (0, exchange, routing_key, mandatory, immediate))
    frame = pack(">HH", _BASIC, _PUBLISH) + told
    return _FRAME.pack(_METHOD, channel, len(frame)) + frame + _END


def _properties(texts: Mapping[str, str], headers: Mapping[str, Any], delivery_mode: int) -> bytes:
    flags, parts = _ALWAYS, [_JSON]
    if headers:
        flags |= _HEADERS
        parts.append(dumps("F", (dict(headers),)))
    parts.append(bytes((delivery_mode,)))
    for name, flag in _TEXTS.items():
        if name in texts:
            flags |= flag
            text = texts[name].encode("utf-8", "surrogatepass")  # as py-amqp has read it
            parts.append(bytes((len(text),)) + text)
    return pack(">H", flags) + b"".join(parts)


def _write(channel: Any, piece: list[bytes]) -> None:
    connection = _connected(channel)
    connection.transport.write(b"".join(piece))
    connection.bytes_sent += 1  # how py-amqp sees that no heartbeat is due


def _connected(channel: Any) -> Any:
    connection = channel.connection
    if connection is None or not connection.connected:
        raise RecoverableConnectionError("the channel is closed")
    return connection
