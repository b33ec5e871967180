"""A broker that shakes hands and then says nothing more, as one without memory or disk does."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

from loopback import served_by

START, START_OK, TUNE, OPEN, OPEN_OK = (10, 10), (10, 11), (10, 30), (10, 40), (10, 41)
CHANNEL_OPEN, CHANNEL_OPEN_OK = (20, 10), (20, 11)
CONSUME, CONSUME_OK = (60, 20), (60, 21)
CONFIRM, CONFIRM_OK = (85, 10), (85, 11)
METHOD: Final = 1


@contextmanager
def silent_broker(*, after: tuple[int, int]) -> Iterator[str]:
    """The address of one that does not answer the method `after`, nor reads on from then."""
    over = threading.Event()
    with served_by(lambda line: _talk(line, after, over)) as port:
        try:
            yield f"amqp://hub:secret@127.0.0.1:{port}/hubs"
        finally:
            over.set()


def _talk(line: socket.socket, after: tuple[int, int], over: threading.Event) -> None:
    with suppress(EOFError), line.makefile("rb") as told:
        _read(told, 8)  # AMQP 0 0 9 1
        versions = b"\0\x09" + struct.pack(">I", 0) + _long(b"PLAIN") + _long(b"en_US")
        line.sendall(_method(0, START, versions))
        while True:
            kind, channel, size = struct.unpack(">BHI", _read(told, 7))
            payload = _read(told, size + 1)
            asked = struct.unpack(">HH", payload[:4]) if kind == METHOD else None
            if asked == after:
                over.wait()
                return
            if asked in _ANSWERS:
                answer, arguments = _ANSWERS[asked]
                line.sendall(_method(channel, answer, arguments))


def _long(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text


_ANSWERS: Final = {
    START_OK: (TUNE, struct.pack(">HIH", 2047, 131_072, 60)),
    OPEN: (OPEN_OK, b"\0"),
    CHANNEL_OPEN: (CHANNEL_OPEN_OK, _long(b"")),
    CONSUME: (CONSUME_OK, b"\x01x"),
    CONFIRM: (CONFIRM_OK, b""),
}


def _method(channel: int, method: tuple[int, int], arguments: bytes) -> bytes:
    payload = struct.pack(">HH", *method) + arguments
    return struct.pack(">BHI", METHOD, channel, len(payload)) + payload + b"\xce"


def _read(told: BinaryIO, size: int) -> bytes:
    found = told.read(size)
    if len(found) < size:
        raise EOFError
    return found
