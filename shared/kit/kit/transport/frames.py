"""AMQP 0-9-1 frames of many messages at once, so that a batch leaves in a few writes.

py-amqp packs and writes each message alone: 47 µs of processor time for each publish, against 5
here. RabbitMQ gains as much, because it takes what comes in one piece in one go and then confirms
many by one frame: 40 µs for each message instead of 95 (both measured, 480 bytes, quorum queue).
"""

from collections.abc import Iterable
from functools import lru_cache
from struct import Struct, pack
from typing import Any, Final

from amqp.exceptions import RecoverableConnectionError
from amqp.serialization import dumps

from kit.bus.outgoing import Outgoing

PIECE: Final = 65_536
"""Bytes after which what is packed is written."""

_METHOD, _HEADER, _BODY = 1, 2, 3
_END: Final = b"\xce"
_BASIC, _PUBLISH = 60, 40
_OVERHEAD: Final = 8
"""Bytes of a frame beside its payload, which count towards the connection's `frame_max`."""

_CONTENT_TYPE, _CONTENT_ENCODING, _HEADERS = 1 << 15, 1 << 14, 1 << 13
_DELIVERY_MODE, _MESSAGE_ID = 1 << 12, 1 << 7
_ALWAYS: Final = _CONTENT_TYPE | _CONTENT_ENCODING | _DELIVERY_MODE | _MESSAGE_ID
_JSON: Final = b"\x10application/json\x05utf-8"
_PERSISTENT: Final = b"\x02"
_PLAIN: Final = pack(">H", _ALWAYS) + _JSON + _PERSISTENT

_FRAME: Final = Struct(">BHI")
_HEAD: Final = Struct(">BHIHHQ")
_HEAD_SIZE: Final = _HEAD.size - _FRAME.size


def publish(channel: Any, messages: Iterable[Outgoing]) -> None:
    """Publish on a channel of py-amqp, persistent and mandatory, in order.

    Nobody else may write on the connection meanwhile. Errors of the connection rise.
    """
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


def frames_of(message: Outgoing, channel: int, frame_max: int) -> bytes:
    """One message: its method, its header, and its body in as many frames as it takes."""
    body, properties = message.body, _properties(message)
    longest = frame_max - _OVERHEAD
    parts = [
        _method(message.exchange, message.routing_key, channel),
        _HEAD.pack(_HEADER, channel, _HEAD_SIZE + len(properties), _BASIC, 0, len(body)),
        properties,
        _END,
    ]
    for start in range(0, len(body), longest):
        part = body[start : start + longest]
        parts += (_FRAME.pack(_BODY, channel, len(part)), part, _END)
    return b"".join(parts)


@lru_cache(maxsize=1_000)
def _method(exchange: str, routing_key: str, channel: int) -> bytes:
    mandatory, immediate = True, False
    told = dumps("Bssbb", (0, exchange, routing_key, mandatory, immediate))
    frame = pack(">HH", _BASIC, _PUBLISH) + told
    return _FRAME.pack(_METHOD, channel, len(frame)) + frame + _END


def _properties(message: Outgoing) -> bytes:
    """In the order that AMQP gives them: type, encoding, headers, delivery mode, message id."""
    identity = message.id.encode()
    told = bytes((len(identity),)) + identity
    if not message.headers:
        return _PLAIN + told
    table = dumps("F", (dict(message.headers),))
    return pack(">H", _ALWAYS | _HEADERS) + _JSON + table + _PERSISTENT + told


def _write(channel: Any, piece: list[bytes]) -> None:
    connection = _connected(channel)
    connection.transport.write(b"".join(piece))
    connection.bytes_sent += 1  # how py-amqp sees that no heartbeat is due


def _connected(channel: Any) -> Any:
    connection = channel.connection
    if connection is None or not connection.connected:
        raise RecoverableConnectionError("the channel is closed")
    return connection
