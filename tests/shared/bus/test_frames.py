"""Messages are packed as py-amqp packs them, and each answer of the broker finds its message."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import amqp
from amqp import Message
from amqp.method_framing import frame_writer
from amqp.serialization import dumps
from amqp.spec import Basic
from hypothesis import given
from hypothesis import strategies as st

from kit.bus.outgoing import Outgoing
from kit.transport.confirms import NACKED, RETURNED, Batch, Confirms
from kit.transport.frames import PERSISTENT, TRANSIENT, frames_of, publish_one

FRAME_MAX = 4_096
CHANNEL = 7
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
BODIES = st.binary(max_size=200) | st.integers(0, 3 * FRAME_MAX).map(bytes)
TOLD = WORDS | st.just("\udcff")  # a stranger's, which is no text
PROPERTIES = ["correlation_id", "reply_to", "expiration", "message_id", "user_id"]
HEADERS = st.dictionaries(WORDS, st.booleans() | st.integers(-(2**40), 2**40) | WORDS, max_size=3)


@given(
    st.builds(Outgoing, id=WORDS, exchange=WORDS, routing_key=WORDS, body=BODIES, headers=HEADERS)
)
def test_an_event_is_packed_as_the_library_packs_it(message: Outgoing) -> None:
    assert frames_of(message, CHANNEL, FRAME_MAX) == packed_by_library(
        message.body,
        exchange=message.exchange,
        routing_key=message.routing_key,
        properties={"message_id": message.id},
        headers=message.headers,
        delivery_mode=PERSISTENT,
        mandatory=True,
    )


@given(
    BODIES,
    st.fixed_dictionaries(
        {
            "exchange": WORDS,
            "routing_key": WORDS,
            "properties": st.dictionaries(st.sampled_from(PROPERTIES), TOLD),
            "headers": HEADERS,
            "delivery_mode": st.sampled_from([TRANSIENT, PERSISTENT]),
            "mandatory": st.booleans(),
        }
    ),
)
def test_a_call_or_a_reply_is_packed_as_the_library_packs_it(
    body: bytes, told: dict[str, Any]
) -> None:
    written: list[bytes] = []
    channel = object.__new__(amqp.Channel)
    channel.channel_id, channel.connection = CHANNEL, a_connection(written)

    publish_one(channel, body, **told)

    assert b"".join(written) == packed_by_library(body, **told)


def a_connection(written: list[bytes]) -> Any:
    transport = SimpleNamespace(write=lambda frames: written.append(bytes(frames)))
    return SimpleNamespace(connected=True, frame_max=FRAME_MAX, bytes_sent=0, transport=transport)


def packed_by_library(
    body: bytes,
    *,
    exchange: str,
    routing_key: str,
    properties: Mapping[str, str],
    headers: Mapping[str, Any],
    delivery_mode: int,
    mandatory: bool,
) -> bytes:
    written: list[bytes] = []
    connection = a_connection(written)
    more = {"application_headers": headers} if headers else {}
    prepared = Message(
        body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=delivery_mode,
        **properties,
        **more,
    )
    told = dumps("Bssbb", (0, exchange, routing_key, mandatory, False))
    write = frame_writer(connection, connection.transport)
    write(1, CHANNEL, Basic.Publish, told, prepared)
    return b"".join(written)


def a_batch(confirms: Confirms, *ids: str) -> Batch:
    batch = confirms.begin()
    for _ in confirms.numbered([Outgoing(name, "", "", b"") for name in ids], batch):
        continue
    return batch


def test_a_batch_is_answered_when_all_its_messages_are_in_any_order() -> None:
    confirms = Confirms()
    first, second = a_batch(confirms, "a", "b", "c"), a_batch(confirms, "d", "e")

    confirms.on_ack(5, multiple=False)
    confirms.on_ack(2, multiple=False)
    assert not confirms.has_all(first)
    confirms.on_ack(3, multiple=True)
    assert confirms.has_all(first)
    assert not confirms.has_all(second)
    confirms.on_ack(4, multiple=False)

    assert confirms.has_all(second)
    assert first.refused == second.refused == {}


def test_what_is_refused_is_told_of_its_own_batch() -> None:
    confirms = Confirms()
    first, second = a_batch(confirms, "a", "b", "c"), a_batch(confirms, "d", "e")

    confirms.on_ack(2, multiple=False)
    confirms.on_return("e")
    confirms.on_nack(4, multiple=True)
    confirms.on_ack(5, multiple=False)

    assert confirms.has_all(first)
    assert confirms.has_all(second)
    assert first.refused == {"a": NACKED, "c": NACKED}
    assert second.refused == {"d": NACKED, "e": RETURNED}


@given(st.lists(st.integers(1, 30), min_size=1, max_size=3), st.randoms())
def test_every_message_is_answered_for_once(sizes: list[int], chance: Any) -> None:
    confirms = Confirms()
    names = [[f"{batch}.{number}" for number in range(size)] for batch, size in enumerate(sizes)]
    batches = [a_batch(confirms, *ids) for ids in names]
    told = [name for ids in names for name in ids]
    nacked: set[str] = set()
    left = list(range(1, len(told) + 1))
    while left:
        multiple, refused = chance.random() < 0.3, chance.random() < 0.3
        number = chance.choice(left)
        answered = [n for n in left if n <= number] if multiple else [number]
        (confirms.on_nack if refused else confirms.on_ack)(number, multiple)
        nacked |= {told[n - 1] for n in answered} if refused else set()
        left = [n for n in left if n not in answered]
        for batch in batches:
            assert confirms.has_all(batch) == all(number >= batch.end for number in left)

    assert {name for batch in batches for name in batch.refused} == nacked
