"""What is published reaches the real broker as it was meant."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

from kit.bus.outgoing import Outgoing
from kit.transport.confirms import RETURNED
from kit.transport.publisher import ConfirmedPublisher
from kit.transport.settling import raw_body

FRAME_MAX = 131_072
"""Bytes of a frame, as py-amqp and RabbitMQ agree when neither is told otherwise."""


@pytest.fixture
def a_queue(a_vhost: Callable[[], str]) -> Iterator[tuple[str, Any]]:
    """A broker's address, and a queue there that takes what is published to `büro` as `ö.#`."""
    uri = a_vhost()
    with Connection(uri) as connection:
        exchange = Exchange("büro", type="topic", durable=True)
        queue = Queue("alles", exchange, routing_key="ö.#", durable=True)
        bound = queue.bind(connection.channel())
        bound.declare()
        yield uri, bound


def taken(queue: Any) -> list[Any]:
    return list(iter(lambda: queue.get(no_ack=True), None))


def test_messages_arrive_in_order_and_whole_whatever_their_size(a_queue: tuple[str, Any]) -> None:
    uri, queue = a_queue
    sizes = [0, 1, 500, FRAME_MAX - 9, FRAME_MAX - 8, FRAME_MAX - 7, 3 * FRAME_MAX, 20]
    sent = [
        Outgoing(f"{number}", "büro", "ö.ä", bytes([number]) * size)
        for number, size in enumerate(sizes)
    ]

    with ConfirmedPublisher(uri) as publisher:
        assert publisher.publish(sent) == {}

    arrived = taken(queue)
    assert [raw_body(message) for message in arrived] == [message.body for message in sent]
    assert [message.properties["message_id"] for message in arrived] == [m.id for m in sent]
    assert {message.delivery_info["routing_key"] for message in arrived} == {"ö.ä"}
    assert {message.content_type for message in arrived} == {"application/json"}
    assert {message.properties["delivery_mode"] for message in arrived} == {2}


def test_headers_arrive_as_they_were_sent(a_queue: tuple[str, Any]) -> None:
    uri, queue = a_queue
    headers = {"größe": "sehr groß", "attempts": 3, "again": True, "stack": "…" * 5_000}

    with ConfirmedPublisher(uri) as publisher:
        publisher.publish(
            [Outgoing("1", "büro", "ö", b"{}", headers), Outgoing("2", "büro", "ö", b"{}")]
        )

    first, second = taken(queue)
    assert first.headers == headers
    assert second.headers == {}


def test_what_no_queue_takes_is_told_by_its_id_and_the_rest_arrives(
    a_queue: tuple[str, Any],
) -> None:
    uri, queue = a_queue
    keys = {"a": "ö", "b": "nobody", "c": "ö.ü", "d": "nobody"}
    with ConfirmedPublisher(uri) as publisher:
        first = publisher.send([Outgoing(name, "büro", key, b"{}") for name, key in keys.items()])
        second = publisher.send(
            [Outgoing("e", "büro", "nobody", b"{}"), Outgoing("f", "büro", "ö", b"{}")]
        )

        assert publisher.confirm(second) == {"e": RETURNED}
        assert publisher.confirm(first) == {"b": RETURNED, "d": RETURNED}

    assert [message.properties["message_id"] for message in taken(queue)] == ["a", "c", "f"]
