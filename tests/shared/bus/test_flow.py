"""Events from outbox to effect, on a real broker and a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from ledger.events import Audited, Confirmed, Entered, Posted
from ledger.running import DELAYS, Ledger, wait_until
from ledger.service import LedgerService

from kit import Database, Transaction, handles
from kit.bus.republish import republish, republish_unhandled
from kit.bus.retry import RetryPolicy
from kit.db.tables import inbox, outbox, outbox_waiting
from kit.topology import topology_of
from kit.transport.declare import TopologyMismatch, TopologyMissing, check, declare

POLICY = RetryPolicy.of_seconds(DELAYS)


class Renamed:
    """The ledger after somebody has found better names for its handlers."""

    name = "ledger"
    db = Database()

    @handles(Posted, queue="enter")
    def write_down(self, tx: Transaction, event: Posted) -> None:
        """As `enter`."""

    @handles(Entered, queue="confirm")
    def countersign(self, tx: Transaction, event: Entered) -> None:
        """As `confirm_an_entry`."""


def test_an_event_is_handled_and_its_handler_tells_the_next(a_ledger: Ledger) -> None:
    a_ledger.start()

    a_ledger.post(1, 2, 3)

    a_ledger.wait_for(1, 2, 3)
    wait_until(lambda: a_ledger.waiting() == 0)
    assert set(a_ledger.entries().values()) == {1}


def test_an_event_that_nobody_hears_is_done_when_the_broker_returns_it(a_ledger: Ledger) -> None:
    a_ledger.start()

    a_ledger.tell(Confirmed(number=1, revision=1))

    wait_until(lambda: [row.state for row in a_ledger.rows(outbox)] == ["unheard"])


def test_events_sent_again_have_no_second_effect(a_ledger: Ledger) -> None:
    a_ledger.start()
    a_ledger.post(*range(20))
    a_ledger.wait_for(*range(20))
    wait_until(lambda: a_ledger.waiting() == 0)

    sent_again = republish(a_ledger.engine, datetime.now(UTC) - timedelta(hours=1))

    assert sent_again == 60  # 20 each of Posted, Entered, Confirmed
    wait_until(lambda: a_ledger.waiting() == 0)
    a_ledger.post(99)
    a_ledger.wait_for(99)
    assert set(a_ledger.entries().values()) == {1}
    assert set(a_ledger.confirmations().values()) == {1}


def test_what_the_bus_lost_is_sent_again_to_those_who_have_not_handled_it(
    a_ledger: Ledger,
) -> None:
    process = a_ledger.start()
    a_ledger.post(1, 2, 3)
    a_ledger.wait_for(1, 2, 3)
    wait_until(lambda: a_ledger.waiting() == 0)
    assert a_ledger.stop(process) == 0
    lost = a_ledger.rows(outbox)[0].event_id
    with a_ledger.engine.begin() as connection:
        connection.execute(inbox.delete().where(inbox.c.event_id == lost))

    sent_again = republish_unhandled([LedgerService], {"ledger": a_ledger.engine})

    assert sent_again == 1
    waiting = {row.id for row in a_ledger.rows(outbox_waiting)}
    assert [row.event_id for row in a_ledger.rows(outbox) if row.id in waiting] == [lost]


def test_a_renamed_handler_keeps_its_queue(a_ledger: Ledger) -> None:
    assert topology_of([Renamed], POLICY) == topology_of([LedgerService], POLICY)
    check(topology_of([Renamed], POLICY), a_ledger.amqp_uri)


def test_declaring_twice_changes_nothing(a_ledger: Ledger) -> None:
    a_ledger.prepare()

    check(topology_of([LedgerService], POLICY), a_ledger.amqp_uri)


def test_a_queue_with_other_arguments_is_named(a_ledger: Ledger) -> None:
    with pytest.raises(TopologyMismatch, match=r"queue ledger\.enter .*x-max-length"):
        a_ledger.prepare(x_max_length=5)


def test_what_a_broker_lacks_is_named(a_ledger: Ledger) -> None:
    with a_ledger.channel() as channel:
        channel.queue_delete("ledger.confirm")
        channel.exchange_delete("ledger.delay.50")

    with pytest.raises(
        TopologyMissing, match=r"no exchange ledger\.delay\.50, no queue ledger\.confirm: run"
    ):
        check(topology_of([LedgerService], POLICY), a_ledger.amqp_uri)


def test_a_service_without_its_queue_does_not_start_and_says_which(a_ledger: Ledger) -> None:
    with a_ledger.channel() as channel:
        channel.queue_delete("ledger.confirm")
        channel.exchange_delete("ledger.delay.200")

    process = a_ledger.start()

    assert process.wait(60) == 1
    told = "the broker has no exchange ledger.delay.200, no queue ledger.confirm: run `headship top"
    assert told in a_ledger.log()


def test_two_handlers_cannot_share_a_queue() -> None:
    class Greedy(LedgerService):
        @handles(Audited, queue="enter")
        def audit(self, tx: Transaction, event: Audited) -> None:
            """As much as anything."""

    with pytest.raises(ValueError, match="audit and enter share queue='enter'"):
        topology_of([Greedy], POLICY)


@pytest.mark.parametrize("queue", ["Enter", "en-ter", "en ter", ""])
def test_a_queue_needs_a_plain_name(queue: str) -> None:
    with pytest.raises(ValueError, match="small letters, digits and underscores"):
        handles(Posted, queue=queue)(lambda service, tx, event: None)


def test_declaring_is_for_all_services_at_once(a_ledger: Ledger) -> None:
    class Auditor:
        name = "auditor"

        @handles(Audited, Posted, queue="audit")
        def audit(self, tx: Transaction, event: Audited | Posted) -> None:
            """Hears two kinds of events from one queue."""

    topology = topology_of([LedgerService, Auditor], POLICY)

    declare(topology, a_ledger.amqp_uri)

    a_ledger.tell(Audited(number=1, revision=1), Posted(number=2, revision=2))
    a_ledger.start()
    a_ledger.wait_for(2)
    wait_until(lambda: a_ledger.depth("auditor.audit") == 2)
