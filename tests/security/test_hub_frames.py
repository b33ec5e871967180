"""What a hub's client writes is what py-amqp would write, and it reads all that a broker writes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from amqp.exceptions import UnexpectedFrame
from amqp.method_framing import frame_handler, frame_writer
from amqp.serialization import dumps
from amqp.spec import Basic
from hypothesis import given
from hypothesis import strategies as st

from headship_hub.frames import Frames

FRAME_MAX = 4_096
CHANNEL = 3
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
BODIES = st.binary(max_size=200) | st.integers(0, 3 * FRAME_MAX).map(bytes)
HEADERS = st.dictionaries(WORDS, WORDS, max_size=2)
DELIVERED = dumps("sLbss", ("amq.ctag", 1, False, "", "amq.rabbitmq.reply-to.x"))
TAKEN = dumps("Lb", (7, False))
HEARTBEAT = (8, 0, b"")


class Wire:
    """Both ends of a connection: what is written stays here, and what is to be read is cut up."""

    def __init__(self, *to_read: bytes) -> None:
        self.written: list[bytes] = []
        self.pieces = list(to_read)
        self.sock = self
        self.frame_max, self.bytes_sent, self.transport = FRAME_MAX, 0, self
        self.others: list[tuple[int, int, bytes]] = []

    def write(self, frames: Any) -> None:
        self.written.append(bytes(frames))

    def recv(self, most: int) -> bytes:
        piece, rest = self.pieces[0][:most], self.pieces[0][most:]
        self.pieces[:1] = [rest] if rest else []
        return piece

    @contextmanager
    def having_timeout(self, _seconds: float | None) -> Iterator[None]:
        yield

    def on_inbound_frame(self, frame: tuple[int, int, bytes]) -> None:
        self.others.append(frame)


def by_library(method: Any, told: bytes, content: amqp.Message | None = None) -> bytes:
    wire = Wire()
    frame_writer(wire, wire)(1, CHANNEL, method, told, content)
    return b"".join(wire.written)


def a_delivery(body: bytes, **properties: Any) -> bytes:
    return by_library(Basic.Deliver, DELIVERED, amqp.Message(body, **properties))


@given(
    routing_key=WORDS,
    properties=st.dictionaries(
        st.sampled_from(["correlation_id", "reply_to", "expiration", "user_id"]), WORDS
    ),
    headers=HEADERS,
    body=BODIES,
)
def test_a_request_is_packed_as_the_library_packs_it(
    routing_key: str, properties: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> None:
    wire = Wire()
    frames = Frames(wire, SimpleNamespace(channel_id=CHANNEL), lambda *_: None)

    frames.publish("hub", routing_key, properties, headers, body)

    told = {"content_type": "application/json", "content_encoding": "utf-8", "delivery_mode": 1}
    more = {"application_headers": headers} if headers else {}
    message = amqp.Message(body, **told, **more, **properties)
    asked = dumps("Bssbb", (0, "hub", routing_key, True, False))
    assert b"".join(wire.written) == by_library(Basic.Publish, asked, message)


PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "content_type": WORDS,
        "content_encoding": WORDS,
        "application_headers": HEADERS,
        "delivery_mode": st.integers(1, 2),
        "priority": st.integers(0, 9),
        "correlation_id": WORDS,
        "reply_to": WORDS,
        "message_id": WORDS,
        "app_id": WORDS,
    },
)


@given(st.lists(st.tuples(BODIES, PROPERTIES), max_size=4), st.lists(st.integers(1, 9_000)))
def test_replies_are_read_whole_however_the_network_cuts_them_up(
    replies: list[tuple[bytes, dict[str, Any]]], cuts: list[int]
) -> None:
    ack, beat = by_library(Basic.Ack, TAKEN), amqp_frame(*HEARTBEAT)
    stream = b"".join(ack + a_delivery(body, **told) + beat for body, told in replies)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges) if a < b]
    wire, came = Wire(*pieces), []
    frames = Frames(
        wire,
        SimpleNamespace(channel_id=CHANNEL),
        lambda call_id, body: came.append((call_id, body)),
    )

    while wire.pieces:
        frames.read(5.0)

    assert came == [(told.get("correlation_id"), body) for body, told in replies]
    assert wire.others == [HEARTBEAT] * len(replies)


def test_what_else_a_broker_says_is_the_librarys() -> None:
    returned = dumps("Bsss", (312, "NO_ROUTE", "hub", "enrolment.nothing"))
    stream = by_library(Basic.Return, returned, amqp.Message(b"{}", correlation_id="mine"))
    wire, heard = Wire(stream), []
    handle = frame_handler(
        SimpleNamespace(bytes_recv=0), lambda channel, method, buf, content: heard.append(content)
    )
    wire.on_inbound_frame = handle  # type: ignore[method-assign]

    Frames(wire, SimpleNamespace(channel_id=CHANNEL), lambda *_: None).read(5.0)

    (content,) = heard
    assert (content.properties["correlation_id"], content.body) == ("mine", b"{}")


def test_an_end_of_the_connection_is_an_error_and_no_reply() -> None:
    frames = Frames(Wire(b""), SimpleNamespace(channel_id=CHANNEL), lambda *_: None)

    with pytest.raises(ConnectionResetError):
        frames.read(5.0)


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(a_delivery(b"x")[:-1] + b"\x00", id="no end"),
        pytest.param(
            by_library(Basic.Deliver, DELIVERED) + by_library(Basic.Nack, TAKEN),
            id="a method amid a message",
        ),
    ],
)
def test_nonsense_is_an_error_of_the_librarys(nonsense: bytes) -> None:
    frames = Frames(Wire(nonsense), SimpleNamespace(channel_id=CHANNEL), lambda *_: None)

    with pytest.raises(UnexpectedFrame):
        frames.read(5.0)


def amqp_frame(kind: int, channel: int, payload: bytes) -> bytes:
    head = bytes((kind,)) + channel.to_bytes(2) + len(payload).to_bytes(4)
    return head + payload + b"\xce"
