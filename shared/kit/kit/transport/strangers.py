"""What anybody's program may put on the bus, read so that it ends or stops nothing here.

py-amqp trusts who sends. Over properties or a routing key that it cannot read it ends the
connection, so that the message comes again for ever; and it decodes a body by whatever codec the
sender names, some of which take minutes for a megabyte. Headers it reads, all that there are: those
that fit into a frame take it 20 ms, and no limit of a queue counts them.
"""

from struct import unpack_from
from typing import Any, Final

from amqp import abstract_channel, method_framing, spec
from amqp.basic_message import Message
from amqp.serialization import loads
from kombu.transport import pyamqp

from kit.topology import HUB_EXCHANGE

_PROPERTY_FLAGS = 12
"""Where in a header frame it says which properties follow."""

_BEFORE_HEADERS: Final = (0x8000, 0x4000)
_HEADERS: Final = 0x2000
"""Flags of content type and content encoding, and of the headers that follow these."""

MOST_HUB_HEADERS: Final = 2_048
"""Bytes of a hub's. An idempotency key is one of them; longer ones are as none."""


class CarefulMessage(Message):
    """One whose properties cannot be read is as one without."""

    __slots__ = ()

    def inbound_header(self, buf: Any, offset: int = 0) -> Any:
        try:
            if len(buf) > MOST_HUB_HEADERS and _comes_from_a_hub(self):
                buf = _without_long_headers(buf)
            return super().inbound_header(buf, offset)
        except Exception:  # whatever a stranger's bytes bring about in the decoder
            return super().inbound_header(bytes(buf[:_PROPERTY_FLAGS]) + b"\0\0", offset)


def _comes_from_a_hub(message: Message) -> bool:
    """By the exchange that `basic.deliver` names, behind a consumer's tag, a number and a bit."""
    deliver, tag = message.frame_args, 4
    if message.frame_method != spec.Basic.Deliver:
        return False
    exchange = tag + 1 + deliver[tag] + 9
    named = bytes(deliver[exchange + 1 : exchange + 1 + deliver[exchange]])
    return named == HUB_EXCHANGE.encode()


def _without_long_headers(buf: Any) -> Any:
    (flags,) = unpack_from(">H", buf, _PROPERTY_FLAGS)
    if not flags & _HEADERS:
        return buf
    start = _PROPERTY_FLAGS + 2
    for flag in _BEFORE_HEADERS:
        if flags & flag:
            start += 1 + buf[start]
    (size,) = unpack_from(">I", buf, start)
    if size <= MOST_HUB_HEADERS:
        return buf
    return bytes(buf[:start]) + bytes(4) + bytes(buf[start + 4 + size :])


class RawChannel(pyamqp.Channel):
    """Bodies stay bytes, as they came."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.auto_decode = False


class _AnyText(bytes):
    """Bytes that say something as text, whatever they are."""

    def __getitem__(self, part: Any) -> Any:
        found = super().__getitem__(part)
        return _AnyText(found) if isinstance(found, bytes) else found

    def decode(self, *_how: Any) -> str:
        return super().decode("utf-8", "replace")


def _careful_loads(shape: Any, buffer: Any, offset: int) -> Any:
    """The arguments of a method; a routing key that is no text gets marks where it is not."""
    try:
        return loads(shape, buffer, offset)
    except UnicodeDecodeError:
        return loads(shape, _AnyText(buffer), offset)


method_framing.Message = CarefulMessage
abstract_channel.loads = _careful_loads
pyamqp.Connection.Channel = RawChannel
