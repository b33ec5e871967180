"""The embedded transport does what RabbitMQ does: each feature that the kit leans on.

Every test runs on both, so that the one cannot drift from the other.
"""

import secrets
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import eventlet
import pytest
from amqp.exceptions import (
    ConsumerCancelled,
    NotFound,
    PreconditionFailed,
    ResourceLocked,
)
from kombu import Connection

from kit.transport import memory

QUICK = 5.0
"""Seconds within which what must happen happens."""


class Talk:
    """A connection with one channel, and what it has received."""

    def __init__(self, uri: str) -> None:
        self.connection = Connection(uri)
        self.connection.connect()
        self.channel = self.connection.channel()
        self.received: list[Any] = []

    def queue(self, name: str, **arguments: Any) -> str:
        told = {key.replace("_", "-"): value for key, value in arguments.items()}
        self.channel.queue_declare(name, durable=True, auto_delete=False, arguments=told or None)
        return name

    def exchange(self, name: str, kind: str) -> str:
        self.channel.exchange_declare(name, kind, durable=True, auto_delete=False)
        return name

    def publish(self, body: str, key: str, exchange: str = "", **options: Any) -> None:
        mandatory = options.pop("mandatory", False)
        headers = options.pop("headers", None)
        message = self.channel.prepare_message(body.encode(), headers=headers, properties=options)
        self.channel.basic_publish(message, exchange=exchange, routing_key=key, mandatory=mandatory)

    def consume(self, queue: str, *, prefetch: int = 0, no_ack: bool = False) -> str:
        self.channel.basic_qos(0, prefetch, False)
        tag: str = self.channel.basic_consume(queue, callback=self.received.append, no_ack=no_ack)
        return tag

    def drain_until(self, condition: Callable[[], Any], seconds: float = QUICK) -> Any:
        end = monotonic() + seconds
        while not condition():
            self.connection.drain_events(timeout=max(end - monotonic(), 0.01))
        return condition()

    def quiet(self, seconds: float = 0.15) -> None:
        with pytest.raises(TimeoutError):
            self.connection.drain_events(timeout=seconds)

    def get(self, queue: str) -> Any:
        return self.channel.basic_get(queue, no_ack=True)

    def get_soon(self, queue: str) -> Any:
        end = monotonic() + QUICK
        while (found := self.get(queue)) is None:
            assert monotonic() < end, f"nothing came into {queue}"
            eventlet.sleep(0.01)
        return found


@pytest.fixture(params=["embedded", "rabbitmq"])
def a_bus(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "rabbitmq":
        yield request.getfixturevalue("a_vhost")()
        return
    place = secrets.token_hex(4)
    yield f"embedded://guest@{place}/"
    memory.close(place)


@pytest.fixture
def talk(a_bus: str) -> Iterator[Talk]:
    one = Talk(a_bus)
    yield one
    one.connection.release()


@pytest.fixture
def other(a_bus: str) -> Iterator[Talk]:
    another = Talk(a_bus)
    yield another
    another.connection.release()


def as_text(body: Any) -> str:
    return body.decode() if isinstance(body, bytes) else str(body)


def test_a_direct_exchange_goes_by_key_and_a_fanout_to_all(talk: Talk) -> None:
    talk.exchange("direct", "direct")
    talk.exchange("fanout", "fanout")
    for queue in (talk.queue("one"), talk.queue("two")):
        talk.channel.queue_bind(queue, "direct", queue)
        talk.channel.queue_bind(queue, "fanout", "")

    talk.publish("a", "one", "direct")
    talk.publish("b", "whatever", "fanout")

    assert [as_text(talk.get_soon("one").body) for _ in range(2)] == ["a", "b"]
    assert as_text(talk.get_soon("two").body) == "b"
    assert talk.get("two") is None


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("lamp.*", ["lamp.lit"], ["lamp", "lamp.lit.twice"]),
        ("lamp.#", ["lamp", "lamp.lit", "lamp.lit.twice"], ["lamps"]),
        ("#.lit", ["lit", "lamp.lit", "a.lamp.lit"], ["lamp.out"]),
        ("*.lit", ["lamp.lit"], ["lit", "a.lamp.lit"]),
        ("#", ["", "lamp", "lamp.lit"], []),
    ],
)
def test_a_topic_exchange_goes_by_pattern(
    talk: Talk, pattern: str, fits: list[str], does_not: list[str]
) -> None:
    talk.exchange("topic", "topic")
    talk.channel.queue_bind(talk.queue("all"), "topic", pattern)

    for key in [*does_not, *fits]:
        talk.publish(key, key, "topic")

    assert [as_text(talk.get_soon("all").body) for _ in fits] == fits
    assert talk.get("all") is None


def test_a_message_bound_twice_to_a_queue_arrives_once(talk: Talk) -> None:
    talk.exchange("topic", "topic")
    talk.queue("one")
    talk.channel.queue_bind("one", "topic", "a.*")
    talk.channel.queue_bind("one", "topic", "#")

    talk.publish("x", "a.b", "topic")

    assert talk.get_soon("one") is not None
    assert talk.get("one") is None


def test_headers_and_properties_arrive_as_they_were_sent(talk: Talk) -> None:
    talk.queue("one")

    talk.publish(
        "text",
        "one",
        headers={"count": 3, "deep": {"list": [1, "two"]}},
        correlation_id="c",
        message_id="m",
        user_id=talk.connection.userid,
    )

    found = talk.get_soon("one")
    assert found.properties["application_headers"] == {"count": 3, "deep": {"list": [1, "two"]}}
    for name, value in {
        "correlation_id": "c",
        "message_id": "m",
        "user_id": talk.connection.userid,
    }.items():
        assert found.properties[name] == value
    assert found.delivery_info["routing_key"] == "one"
    assert not found.delivery_info["redelivered"]


def test_a_user_cannot_send_as_somebody_else(talk: Talk) -> None:
    talk.queue("one")

    def send_as_somebody() -> None:
        talk.publish("x", "one", user_id="somebody")
        talk.drain_until(lambda: False, 1)

    with pytest.raises(PreconditionFailed, match="user_id"):
        send_as_somebody()


def test_each_message_is_confirmed_and_the_unroutable_one_is_returned_first(talk: Talk) -> None:
    talk.queue("one")
    told: list[Any] = []
    open_tags = {1, 2, 3}

    def confirmed(tag: int, multiple: bool) -> None:
        told.append("ack")
        open_tags.difference_update({t for t in open_tags if t == tag or (multiple and t < tag)})

    talk.channel.confirm_select()
    talk.channel.events["basic_ack"].add(confirmed)
    talk.channel.events["basic_return"].add(
        lambda error, exchange, key, message: told.append((key, message.properties["message_id"]))
    )

    talk.publish("a", "one", mandatory=True)
    talk.publish("b", "nowhere", mandatory=True, message_id="lost")
    talk.publish("c", "one", mandatory=True)
    talk.drain_until(lambda: not open_tags)

    assert ("nowhere", "lost") in told
    assert told[-1] == "ack"
    assert [as_text(talk.get_soon("one").body) for _ in range(2)] == ["a", "c"]


def test_a_full_queue_refuses_with_a_nack(talk: Talk) -> None:
    talk.queue("small", x_max_length=1, x_overflow="reject-publish")
    answers: list[str] = []
    talk.channel.confirm_select()
    talk.channel.events["basic_ack"].add(lambda tag, multiple: answers.append("ack"))
    talk.channel.events["basic_nack"].add(lambda tag, multiple: answers.append("nack"))

    talk.publish("a", "small")
    talk.drain_until(lambda: answers == ["ack"])
    talk.publish("b", "small")
    talk.drain_until(lambda: answers == ["ack", "nack"])

    assert as_text(talk.get_soon("small").body) == "a"


def test_an_expired_message_goes_to_the_dead_letters_under_its_own_key(talk: Talk) -> None:
    talk.exchange("back", "direct")
    talk.exchange("pause", "fanout")
    talk.channel.queue_bind(talk.queue("work"), "back", "work")
    talk.queue("waiting", x_message_ttl=80, x_dead_letter_exchange="back")
    talk.channel.queue_bind("waiting", "pause", "")

    talk.consume("work")
    started = monotonic()
    talk.publish("x", "work", "pause", headers={"mine": 1})
    talk.drain_until(lambda: talk.received)

    assert monotonic() - started >= 0.08
    headers = talk.received[0].properties["application_headers"]
    assert headers["mine"] == 1
    assert (headers["x-first-death-queue"], headers["x-first-death-reason"]) == (
        "waiting",
        "expired",
    )
    assert [(d["queue"], d["reason"], d["count"]) for d in headers["x-death"]] == [
        ("waiting", "expired", 1)
    ]


def test_a_message_with_a_limit_of_its_own_expires(talk: Talk) -> None:
    talk.queue("one")

    talk.publish("x", "one", expiration="60")
    eventlet.sleep(0.2)

    assert talk.get("one") is None


def test_a_rejected_message_goes_to_the_dead_letters_under_the_queues_key(talk: Talk) -> None:
    talk.exchange("back", "direct")
    talk.channel.queue_bind(talk.queue("dead"), "back", "dead")
    talk.queue("one", x_dead_letter_exchange="back", x_dead_letter_routing_key="dead")

    talk.consume("one")
    talk.publish("x", "one")
    talk.drain_until(lambda: talk.received)
    talk.channel.basic_reject(talk.received[0].delivery_tag, requeue=False)

    found = talk.get_soon("dead")
    death = found.properties["application_headers"]["x-death"][0]
    assert (death["queue"], death["reason"], death["routing-keys"]) == ("one", "rejected", ["one"])


def test_a_message_that_keeps_coming_back_is_buried_after_the_limit(talk: Talk) -> None:
    talk.exchange("back", "direct")
    talk.channel.queue_bind(talk.queue("dead"), "back", "dead")
    talk.queue(
        "one",
        x_queue_type="quorum",
        x_delivery_limit=2,
        x_dead_letter_exchange="back",
        x_dead_letter_routing_key="dead",
    )

    talk.consume("one", prefetch=1)
    talk.publish("x", "one")
    for deliveries in (1, 2, 3):
        talk.drain_until(lambda wanted=deliveries: len(talk.received) >= wanted)
        talk.channel.basic_reject(talk.received[-1].delivery_tag, requeue=True)

    found = talk.get_soon("dead")
    assert found.properties["application_headers"]["x-first-death-reason"] == "delivery_limit"
    assert [m.delivery_info["redelivered"] for m in talk.received] == [False, True, True]
    counts = [(m.headers or {}).get("x-delivery-count", 0) for m in talk.received]
    assert counts == [0, 1, 2]


def test_a_consumer_gets_no_more_than_it_can_take(talk: Talk, other: Talk) -> None:
    talk.queue("one")
    for number in range(4):
        talk.publish(str(number), "one")

    talk.consume("one", prefetch=2)
    talk.drain_until(lambda: len(talk.received) == 2)
    talk.quiet()
    other.consume("one", prefetch=10)
    other.drain_until(lambda: len(other.received) == 2)
    talk.channel.basic_ack(talk.received[1].delivery_tag, multiple=True)
    other.publish("4", "one")
    other.publish("5", "one")
    end = monotonic() + QUICK
    while len(talk.received) + len(other.received) < 6:
        assert monotonic() < end
        for each in (talk, other):
            try:
                each.connection.drain_events(timeout=0.05)
            except TimeoutError:
                continue

    assert len(talk.received) <= 4
    assert {as_text(m.body) for m in talk.received + other.received} == set("012345")


def test_unacknowledged_messages_come_back_in_order_when_a_consumer_goes(
    talk: Talk, other: Talk
) -> None:
    talk.queue("one")
    for number in range(3):
        talk.publish(str(number), "one")
    other.consume("one")
    other.drain_until(lambda: len(other.received) == 3)

    other.connection.release()

    found = [talk.get_soon("one") for _ in range(3)]
    assert [as_text(message.body) for message in found] == ["0", "1", "2"]
    assert all(message.delivery_info["redelivered"] for message in found)


def test_a_cancelled_consumer_gets_nothing_more(talk: Talk) -> None:
    talk.queue("one")
    tag = talk.consume("one")

    talk.channel.basic_cancel(tag)
    talk.publish("x", "one")

    assert as_text(talk.get_soon("one").body) == "x"
    assert talk.received == []


def test_an_exclusive_queue_is_its_connections_and_goes_with_it(talk: Talk, other: Talk) -> None:
    other.channel.queue_declare("mine", exclusive=True, durable=False, auto_delete=True)

    with pytest.raises(ResourceLocked):
        talk.channel.queue_declare("mine", exclusive=True, durable=False, auto_delete=True)

    other.connection.release()
    fresh = talk.connection.channel()
    fresh.queue_declare("mine", exclusive=True, durable=False, auto_delete=True)


def test_an_auto_delete_queue_goes_with_its_last_consumer(talk: Talk) -> None:
    talk.channel.queue_declare("passing", durable=False, auto_delete=True)
    tag = talk.consume("passing")

    talk.channel.basic_cancel(tag)

    with pytest.raises(NotFound):
        talk.connection.channel().queue_declare("passing", passive=True)


def test_a_queue_that_nobody_uses_goes_after_its_time(talk: Talk) -> None:
    talk.queue("passing", x_expires=100)

    eventlet.sleep(0.4)

    with pytest.raises(NotFound):
        talk.channel.queue_declare("passing", passive=True)


def test_an_error_puts_back_what_was_under_way_on_the_channel(talk: Talk) -> None:
    talk.queue("one", x_message_ttl=1_000)
    talk.publish("x", "one")
    talk.consume("one")
    talk.drain_until(lambda: talk.received)

    with pytest.raises(PreconditionFailed):
        talk.queue("one", x_message_ttl=2_000)

    assert talk.get_soon("one").delivery_info["redelivered"]


def test_a_passive_declare_counts_messages_and_consumers(talk: Talk, other: Talk) -> None:
    talk.queue("one")
    talk.publish("x", "one")
    end = monotonic() + QUICK
    while talk.channel.queue_declare("one", passive=True).message_count != 1:
        assert monotonic() < end

    assert talk.channel.queue_declare("one", passive=True).consumer_count == 0
    other.consume("one")
    assert talk.channel.queue_declare("one", passive=True).consumer_count == 1


def test_a_consumer_learns_that_its_queue_was_deleted(talk: Talk, other: Talk) -> None:
    talk.queue("one")
    talk.consume("one")

    other.channel.queue_delete("one")

    with pytest.raises(ConsumerCancelled):
        talk.drain_until(lambda: False, 2)


def test_a_reply_reaches_the_one_who_asked_without_a_queue(talk: Talk, other: Talk) -> None:
    talk.queue("calls")
    talk.consume("amq.rabbitmq.reply-to", no_ack=True)

    talk.publish("question", "calls", reply_to="amq.rabbitmq.reply-to")
    asked = other.get_soon("calls")
    reply_to = asked.properties["reply_to"]
    other.publish("answer", reply_to)
    talk.drain_until(lambda: talk.received)

    assert reply_to.startswith("amq.rabbitmq.reply-to.")
    assert as_text(talk.received[0].body) == "answer"


def test_a_purge_empties_a_queue(talk: Talk) -> None:
    talk.queue("one")
    talk.publish("x", "one")
    talk.publish("y", "one")
    end = monotonic() + QUICK
    while talk.channel.queue_declare("one", passive=True).message_count != 2:
        assert monotonic() < end

    assert talk.channel.queue_purge("one") == 2
    assert talk.get("one") is None
