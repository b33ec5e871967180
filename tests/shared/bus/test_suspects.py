"""Events that were in the hands of processes that died: each is handled alone."""

from threading import Event, Thread
from uuid import UUID, uuid4

from kombu import Producer
from ledger.running import DEAD, QUEUE, Ledger, wait_until


def test_a_handler_that_ends_its_process_is_parked_by_the_broker(a_ledger: Ledger) -> None:
    with a_ledger.channel() as channel:
        channel.queue_delete(QUEUE)
    a_ledger.prepare(x_delivery_limit=2)
    a_ledger.post(1, trouble="dies")
    for _ in range(3):
        a_ledger.start().wait(60)

    (letter,) = a_ledger.wait_for_letters(1)

    assert (letter.queue, letter.error_type) == (QUEUE, "ParkedByBroker")
    assert letter.error.startswith("delivery_limit: delivered too often")
    a_ledger.start()
    a_ledger.post(2)
    a_ledger.wait_for(2)


def test_what_lies_beside_an_event_that_ends_its_process_is_handled(a_ledger: Ledger) -> None:
    with a_ledger.channel() as channel:
        channel.queue_delete(QUEUE)
    a_ledger.prepare(x_delivery_limit=8)
    a_ledger.post(*range(1, 21))
    a_ledger.post(0, trouble="dies")
    a_ledger.post(*range(21, 41))

    for _ in range(9):
        a_ledger.start().wait(60)

    (letter,) = a_ledger.wait_for_letters(1)
    assert letter.error_type == "ParkedByBroker"
    a_ledger.start()
    a_ledger.wait_for(*range(1, 41))
    assert a_ledger.entries() == dict.fromkeys(range(1, 41), 1)
    assert a_ledger.depth(DEAD) == 1


def test_what_was_in_hand_of_processes_that_died_is_handled_though_others_keep_coming(
    a_ledger: Ledger,
) -> None:
    relay = a_ledger.start("ledger.relay_only")
    a_ledger.post(0, trouble="slow:2")
    wait_until(lambda: a_ledger.depth(QUEUE) == 1)
    for _ in range(2):
        process = a_ledger.start()
        wait_until(lambda: a_ledger.depth(QUEUE) == 0)
        process.kill()
        process.wait()
        wait_until(lambda: a_ledger.depth(QUEUE) == 1)
    a_ledger.start()
    enough, posted = Event(), list[UUID]()
    coming = Thread(target=keep_coming, args=[a_ledger, enough, posted])
    coming.start()
    a_ledger.wait_until_consuming()
    waited = len(posted)

    try:
        wait_until(lambda: 0 in a_ledger.entries(), seconds=30)
        assert coming.is_alive()
    finally:
        enough.set()
        coming.join()

    before = a_ledger.order().index(0)
    assert 0 < before - waited < 250, "ten seconds' worth: it waits for five"
    assert relay.poll() is None
    assert a_ledger.letters() == []


def keep_coming(ledger: Ledger, enough: Event, posted: list[UUID]) -> None:
    """Events without a pause that would be one, until it is enough: past the outbox and
    unconfirmed, for either would send them in bursts."""
    envelope = {
        "source": "ledger",
        "name": "posted",
        "version": 1,
        "occurred_at": "2026-09-01T09:00:00+00:00",
        "sent_at": "2026-09-01T09:00:00+00:00",
        "correlation_id": "0" * 32,
        "body": {"number": 1, "revision": 1},
    }
    with ledger.channel() as channel:
        producer = Producer(channel)
        while not enough.wait(0.04):
            posted.append(uuid4())
            body = envelope | {"event_id": str(posted[-1])}
            producer.publish(body, "posted", exchange="ledger.events", serializer="json")
