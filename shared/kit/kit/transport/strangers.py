"""What anybody's program may put on the bus, read so that it ends or stops nothing here.

py-amqp trusts who sends. Over properties or a routing key that it cannot read it ends the
connection, so that the message comes again for ever; and it decodes a body by whatever codec the
sender names, some of which take minutes for a megabyte.
"""

from typing import Any

from amqp import abstract_channel, method_framing
from amqp.basic_message import Message
from amqp.serialization import loads
from kombu.transport import pyamqp

_PROPERTY_FLAGS = 12
"""Where in a header frame it says which properties follow."""


class CarefulMessage(Message):
    """One whose properties cannot be read is as one without."""

    __slots__ = ()

    def inbound_header(self, buf: Any, offset: int = 0) -> Any:
        try:
            return super().inbound_header(buf, offset)
        except Exception:  # whatever a stranger's bytes bring about in the decoder
            return super().inbound_header(bytes(buf[:_PROPERTY_FLAGS]) + b"\0\0", offset)


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
