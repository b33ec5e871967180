"""Frames are dealt with whole and in order, however the bytes of them come."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
from amqp.exceptions import RecoverableConnectionError, UnexpectedFrame
from hypothesis import given
from hypothesis import strategies as st

from kit.transport.receiving import read_ahead

Frame = tuple[int, int, bytes]
METHOD, HEARTBEAT = 1, 8
DELIVER = pack(">HH", 60, 60)
frames = st.lists(st.tuples(st.sampled_from([METHOD, HEARTBEAT]), st.integers(0, 9), st.binary()))


class Line:
    """py-amqp's connection, as far as reading goes: it gets frames, and counts a method as one."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.connected, self.closes = True, False
        self.blocking_read: Any = None
        self.seen: list[Frame] = []
        self.timeouts: list[float | None] = []
        self.transport = SimpleNamespace(
            connected=True, sock=SimpleNamespace(recv=self._receive), having_timeout=self._timeout
        )
        self._pieces = iter(pieces)
        read_ahead(SimpleNamespace(connection=self))

    def on_inbound_frame(self, frame: Frame) -> bool:
        self.seen.append(frame)
        self.connected = not self.closes
        if frame[2] == b"raise":
            raise LookupError("the handler of this frame")
        return frame[0] == METHOD

    def _receive(self, _size: int) -> bytes:
        piece = next(self._pieces, b"")
        if isinstance(piece, Exception):
            raise piece
        return piece

    @contextmanager
    def _timeout(self, seconds: float | None) -> Iterator[None]:
        self.timeouts.append(seconds)
        yield


def packed(*told: Frame) -> bytes:
    return b"".join(
        pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"
        for kind, channel, payload in told
    )


def read_all(line: Line) -> None:
    while True:
        line.blocking_read(5)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


@given(told=frames, places=st.lists(st.integers(0, 10_000)))
def test_frames_come_out_as_they_went_in(told: list[Frame], places: list[int]) -> None:
    line = Line(*cut(packed(*told), places))

    with pytest.raises(OSError, match="closed the connection"):
        read_all(line)

    assert line.seen == told


def test_methods_are_dealt_with_one_by_one_and_read_at_once() -> None:
    beat, answer, delivery = (HEARTBEAT, 0, b""), (METHOD, 1, b"ok"), (METHOD, 1, b"deliver")
    line = Line(packed(beat), packed(beat, answer, beat, delivery))

    assert line.blocking_read(0.5) is False
    assert line.blocking_read(0.5) is True
    assert line.seen == [beat, beat, answer]
    assert line.blocking_read(0.5) is True
    assert line.seen == [beat, beat, answer, beat, delivery]
    assert line.timeouts == [0.5, 0.5]


def test_deliveries_in_a_row_are_dealt_with_by_one_call_up_to_an_answer() -> None:
    first, second = ((METHOD, 1, DELIVER + told) for told in (b"first", b"second"))
    answer, beat = (METHOD, 1, b"ok"), (HEARTBEAT, 0, b"")
    line = Line(packed(first, second, answer, first, beat, second), packed(first)[:-1], packed())

    assert line.blocking_read(1) is True
    assert line.seen == [first, second]
    assert line.blocking_read(1) is True
    assert line.seen == [first, second, answer]
    assert line.blocking_read(1) is True
    assert line.seen == [first, second, answer, first]
    assert line.blocking_read(1) is True
    assert line.seen == [first, second, answer, first, beat, second]
    assert line.blocking_read(1) is False


def test_nothing_more_is_dealt_with_when_a_delivery_has_closed_the_connection() -> None:
    line = Line(packed((METHOD, 1, DELIVER), (METHOD, 1, DELIVER)))
    line.closes = True

    assert line.blocking_read(1) is True
    assert line.seen == [(METHOD, 1, DELIVER)]


def test_half_a_frame_is_kept_when_the_time_is_up() -> None:
    frame = (METHOD, 1, b"deliver")
    line = Line(packed(frame)[:9], TimeoutError(), packed(frame)[9:])
    line.blocking_read(1)

    with pytest.raises(TimeoutError):
        line.blocking_read(1)

    assert line.transport.connected
    assert line.blocking_read(1) is True
    assert line.seen == [frame]


def test_what_an_error_leaves_is_dealt_with_by_the_next_call() -> None:
    bad, good = (METHOD, 1, b"raise"), (METHOD, 1, b"good")
    line = Line(packed(bad, good))

    with pytest.raises(LookupError):
        line.blocking_read(1)

    assert line.blocking_read(1) is True
    assert line.seen == [bad, good]


def test_a_lost_or_closed_connection_is_an_error_of_the_connection() -> None:
    reset = Line(ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        reset.blocking_read(1)
    assert not reset.transport.connected

    closed = Line()
    closed.connected = False
    with pytest.raises(RecoverableConnectionError):
        closed.blocking_read(1)


def test_bytes_that_are_no_frame_are_an_error() -> None:
    with pytest.raises(UnexpectedFrame):
        Line(packed((METHOD, 1, b"x"))[:-1] + b"\x00").blocking_read(1)
