"""The embedded transport does what RabbitMQ does on the way to a queue, and out of it as dead.

Every test runs on both, so that the one cannot drift from the other.
"""

from time import monotonic
from typing import Any

import eventlet
import pytest
from amqp.exceptions import PreconditionFailed
from toy_talk import Talk, as_text


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
