"""The embedded transport does what RabbitMQ does for those who consume and declare.

Every test runs on both, so that the one cannot drift from the other.
"""

from time import monotonic

import eventlet
import pytest
from amqp.exceptions import ConsumerCancelled, NotFound, PreconditionFailed, ResourceLocked
from toy_talk import QUICK, Talk, as_text


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
