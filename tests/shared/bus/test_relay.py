"""The relay: in order, once unless something died, and past what the broker does not take."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from ledger.events import Audited, Entered, Posted
from ledger.running import QUEUE, Ledger, wait_until
from sqlalchemy import text

from kit import metrics
from kit.bus.purge import AT_ONCE, purge
from kit.db.engine import begin
from kit.db.tables import inbox, outbox, outbox_waiting
from kit.transport.relay import BATCH, POLL_SECONDS, RECONNECT_SECONDS, Relay


@pytest.fixture
def a_relay(a_ledger: Ledger) -> Iterator[Callable[[], Relay]]:
    """Starts relays in threads of this process, and stops them."""
    running: list[tuple[Relay, threading.Thread]] = []

    def start() -> Relay:
        relay = Relay("ledger", a_ledger.engine, a_ledger.amqp_uri)
        thread = threading.Thread(target=relay.run)
        thread.start()
        running.append((relay, thread))
        return relay

    yield start
    for relay, thread in running:
        relay.stop()
        thread.join(20)


def relayed(outcome: str) -> float:
    counted = metrics.relay_events.labels(service="ledger", outcome=outcome)
    return float(counted._value.get())


def test_events_leave_in_the_order_of_the_outbox(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    a_ledger.post(*range(3 * BATCH + 7))

    a_relay()

    wait_until(lambda: a_ledger.waiting() == 0)
    assert a_ledger.take() == list(range(3 * BATCH + 7))


def test_only_one_of_two_relays_leads_and_the_other_takes_over(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    first = a_relay()
    wait_until(lambda: first.leads)
    second = a_relay()
    a_ledger.post(1)
    wait_until(lambda: a_ledger.waiting() == 0)
    assert not second.leads

    first.stop()

    wait_until(lambda: second.leads)
    a_ledger.post(2)
    wait_until(lambda: a_ledger.waiting() == 0)
    assert a_ledger.take() == [1, 2]


@pytest.mark.parametrize(
    ("place", "least", "most"),
    [
        # the batch that was confirmed and not yet marked, and what of the next one had arrived:
        # of a process that is killed the broker may never read what is still on the wire
        ("relay.after_confirm:5", BATCH, 2 * BATCH),
        # what had arrived of the second batch, which was not confirmed yet, and of the third
        (f"relay.before_message:{3 * BATCH - 10}", 0, 2 * BATCH - 1),
    ],
)
def test_a_second_relay_neither_loses_nor_reorders_when_the_leader_is_killed(
    a_ledger: Ledger, place: str, least: int, most: int
) -> None:
    events = 12 * BATCH
    leader = a_ledger.start("ledger.relay_only", HEADSHIP_FAILPOINT=place)
    a_ledger.post(*range(events), trouble="x" * 1_000)
    assert leader.wait(60) == -signal.SIGKILL

    a_ledger.start("ledger.relay_only")
    a_ledger.start("ledger.relay_only")

    wait_until(lambda: a_ledger.waiting() == 0)
    arrived = a_ledger.take()
    assert list(dict.fromkeys(arrived)) == list(range(events))
    assert least <= len(arrived) - events <= most


def test_a_relay_is_woken_by_a_commit(
    a_ledger: Ledger, a_relay: Callable[[], Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLL_SECONDS, "postgresql", 600.0)  # it would not look by itself in time
    relay = a_relay()
    a_ledger.database.after_emit = relay.wake
    wait_until(lambda: relay.leads)

    a_ledger.post(1)

    wait_until(lambda: a_ledger.waiting() == 0)


def test_what_should_be_heard_and_is_not_stays_counts_and_blocks_nothing(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    returned = relayed("returned")
    a_ledger.tell(Audited(number=1, revision=1), Posted(number=2, revision=2))

    a_relay()

    wait_until(lambda: a_ledger.take() == [2])
    row = wait_until(lambda: [r for r in a_ledger.rows(outbox) if r.attempts])[0]
    (waiting,) = a_ledger.rows(outbox_waiting)
    assert (row.name, row.id) == ("audited", waiting.id)
    assert waiting.next_attempt_at > row.created_at
    assert relayed("returned") > returned


def test_what_a_full_queue_refuses_stays_and_goes_when_there_is_room(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    with a_ledger.channel() as channel:
        channel.queue_delete(QUEUE)
    a_ledger.prepare(x_max_length=5)
    a_ledger.post(*range(20))
    a_relay()
    # the limit is soft: of the first burst more than five may go in, or even all
    wait_until(lambda: a_ledger.depth(QUEUE) >= 5)
    nacked = relayed("nacked")

    a_ledger.tell(
        *(Posted(number=n, revision=n) for n in range(20, 40)), Entered(number=40, revision=1)
    )

    wait_until(lambda: a_ledger.depth("ledger.confirm") == 1)
    wait_until(lambda: relayed("nacked") > nacked)
    assert a_ledger.waiting() > 0
    arrived = a_ledger.take()
    wait_until(lambda: arrived.extend(a_ledger.take()) or set(arrived) == set(range(40)))
    at_once = {
        json.loads(row.body)["body"]["number"]
        for row in a_ledger.rows(outbox)
        if row.name == "posted" and not row.attempts
    }
    never_refused = [number for number in arrived if number in at_once]
    assert never_refused == sorted(
        at_once
    )  # what is refused comes later, and reorders nothing else
    assert never_refused[:5] == list(range(5))


def test_what_is_settled_is_forgotten_after_35_days_and_what_waits_never(
    a_ledger: Ledger,
) -> None:
    a_ledger.post(1, 2, 3)
    _settled, waiting, fresh = [row.id for row in a_ledger.rows(outbox)]
    long_ago = datetime.now(UTC) - timedelta(days=36)
    with a_ledger.engine.begin() as connection:
        connection.execute(outbox.update().where(outbox.c.id != fresh).values(created_at=long_ago))
        connection.execute(outbox_waiting.delete().where(outbox_waiting.c.id != waiting))
        connection.execute(
            inbox.insert(), [{"queue": QUEUE, "event_id": uuid4(), "handled_at": long_ago}]
        )

        purge(connection, datetime.now(UTC))

    assert [row.id for row in a_ledger.rows(outbox)] == [waiting, fresh]
    assert a_ledger.rows(inbox) == []


def test_what_has_gathered_for_weeks_is_forgotten_a_part_at_a_time(a_ledger: Ledger) -> None:
    now, long_ago = datetime.now(UTC), datetime.now(UTC) - timedelta(days=36)
    rows = [{"queue": QUEUE, "event_id": uuid4(), "handled_at": long_ago} for _ in range(AT_ONCE)]
    last = {"queue": QUEUE, "event_id": uuid4(), "handled_at": long_ago + timedelta(hours=1)}
    with a_ledger.engine.begin() as connection:
        connection.execute(inbox.insert(), [*rows, last])

    with a_ledger.engine.begin() as connection:
        assert purge(connection, now)
    assert [row.event_id for row in a_ledger.rows(inbox)] == [last["event_id"]]
    with a_ledger.engine.begin() as connection:
        assert not purge(connection, now)
    assert a_ledger.rows(inbox) == []


def test_what_a_process_of_an_earlier_version_has_told_is_sent_too(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    a_ledger.post(1, 2)
    first, _second = a_ledger.rows(outbox)
    with a_ledger.engine.begin() as connection:  # as that version writes and leaves it
        connection.execute(outbox_waiting.delete().where(outbox_waiting.c.id == first.id))
        connection.execute(outbox.update().values(state="waiting"))

    a_relay()

    wait_until(lambda: {row.state for row in a_ledger.rows(outbox)} == {"published"})
    wait_until(lambda: a_ledger.waiting() == 0)
    assert set(a_ledger.take()) == {1, 2}


def test_a_broker_without_the_exchange_keeps_events_until_it_has_it(
    a_ledger: Ledger, a_relay: Callable[[], Relay]
) -> None:
    with a_ledger.channel() as channel:
        channel.exchange_delete("ledger.events")
    a_ledger.post(1)
    a_relay()
    wait_until(lambda: a_ledger.waiting() == 1)

    a_ledger.prepare()

    wait_until(lambda: a_ledger.waiting() == 0)
    assert a_ledger.take() == [1]


def test_a_relay_that_fails_whenever_it_leads_tries_less_and_less_often(a_ledger: Ledger) -> None:
    with begin(a_ledger.engine) as connection:
        connection.execute(text("ALTER TABLE outbox_waiting RENAME TO mislaid"))
    a_ledger.start()

    def pauses() -> list[float]:
        told = map(json.loads, a_ledger.log().splitlines())
        return [line["pause"] for line in told if line["message"] == "the relay begins anew"]

    wait_until(lambda: len(pauses()) >= len(RECONNECT_SECONDS))
    assert pauses()[: len(RECONNECT_SECONDS)] == list(RECONNECT_SECONDS)
