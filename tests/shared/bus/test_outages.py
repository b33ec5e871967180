"""Stops, and servers that go away under load: nothing lost, nothing doubled, back by itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger.running import DEAD, Ledger, wait_until

from cli.backing import PostgreSQL, RabbitMQ
from cli.backing.databases import create_database, drop_database

RECOVERY_SECONDS = 10
"""From the server's return until the last of what came meanwhile is done, too."""


@pytest.fixture
def an_exposed_ledger(
    expendable_rabbitmq: RabbitMQ, expendable_postgresql: PostgreSQL, tmp_path: Path
) -> Iterator[Ledger]:
    """A ledger on servers that a test may kill."""
    name = f"ledger_{time.monotonic_ns()}"
    url = create_database(expendable_postgresql.url, name)
    ledger = Ledger(expendable_rabbitmq.amqp_uri(), url, tmp_path)
    ledger.prepare()
    ledger.take(DEAD)  # what the test before has left on this broker
    yield ledger
    ledger.close()
    drop_database(expendable_postgresql.url, name)


def test_a_stop_with_fifty_events_in_flight_loses_and_doubles_nothing(a_ledger: Ledger) -> None:
    process = a_ledger.start()
    a_ledger.wait_until_consuming()
    a_ledger.post(*range(50), trouble="slow:0.02")
    a_ledger.post(*range(50, 700))
    wait_until(lambda: 0 < a_ledger.depth("ledger.enter") < 400)

    status = a_ledger.stop(process)

    assert status == 0
    entered_at_the_stop = sum(a_ledger.entries().values())
    assert 50 <= entered_at_the_stop < 700
    a_ledger.start()
    a_ledger.wait_for(*range(700))
    assert '"outcome": "duplicate"' not in a_ledger.log()  # what was in flight was acknowledged
    assert set(a_ledger.entries().values()) == {1}
    assert set(a_ledger.confirmations().values()) == {1}


def test_a_stop_does_not_wait_for_the_consumers_next_beat(a_ledger: Ledger) -> None:
    process = a_ledger.start("ledger.patient")
    a_ledger.wait_until_consuming()

    assert a_ledger.stop(process) == 0  # one that waits is ended after DRAIN_SECONDS, with 1


def test_a_stop_ends_while_messages_keep_coming(a_ledger: Ledger) -> None:
    a_ledger.post(*range(4000))
    for _ in range(4):
        before = len(a_ledger.entries())
        process = a_ledger.start()
        wait_until(lambda before=before: len(a_ledger.entries()) > before + 100)

        assert a_ledger.stop(process) == 0
        assert "Connection to broker lost" not in a_ledger.log()


def test_two_processes_share_the_work_and_a_rolling_restart_doubles_nothing(
    a_ledger: Ledger,
) -> None:
    processes = [a_ledger.start(), a_ledger.start()]
    a_ledger.wait_until_consuming(2)
    for turn in range(3):
        a_ledger.post(*range(turn * 200, turn * 200 + 200))
        leaving = processes.pop(0)
        processes.append(a_ledger.start())
        a_ledger.wait_until_consuming(3)
        assert a_ledger.stop(leaving) == 0

    a_ledger.wait_for(*range(600))

    assert set(a_ledger.entries().values()) == {1}
    assert set(a_ledger.confirmations().values()) == {1}


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_a_service_recovers_by_itself_when_the_broker_is_killed_under_load(
    an_exposed_ledger: Ledger, expendable_rabbitmq: RabbitMQ
) -> None:
    ledger = an_exposed_ledger
    process = ledger.start()
    ledger.wait_until_consuming()
    ledger.post(1000, trouble="refused")
    ledger.wait_for_letters(1)
    ledger.post(*range(400))
    wait_until(lambda: len(ledger.entries()) > 20)

    expendable_rabbitmq.node_kill()
    ledger.post(*range(400, 600))
    expendable_rabbitmq.node_start()

    ledger.wait_for(*range(600), seconds=RECOVERY_SECONDS)
    assert process.poll() is None
    assert [letter.error_type for letter in ledger.wait_for_letters(1)] == ["Refused"]
    assert set(ledger.entries().values()) == {1}
    assert set(ledger.confirmations().values()) == {1}


@pytest.mark.timeout(180)
def test_a_service_can_be_stopped_while_the_broker_is_away(
    an_exposed_ledger: Ledger, expendable_rabbitmq: RabbitMQ
) -> None:
    process = an_exposed_ledger.start()
    an_exposed_ledger.wait_until_consuming()
    expendable_rabbitmq.node_kill()
    wait_until(lambda: "the broker is away" in an_exposed_ledger.log())

    status = an_exposed_ledger.stop(process, seconds=8)

    expendable_rabbitmq.node_start()
    assert status == 0


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_a_service_recovers_by_itself_when_the_database_is_killed_under_load(
    an_exposed_ledger: Ledger, expendable_postgresql: PostgreSQL
) -> None:
    ledger = an_exposed_ledger
    process = ledger.start()
    ledger.wait_until_consuming()
    ledger.post(*range(1000))
    wait_until(lambda: len(ledger.entries()) > 20)

    expendable_postgresql.kill()
    wait_until(lambda: "the database is away" in ledger.log())
    expendable_postgresql.resume()

    ledger.engine.dispose()
    ledger.wait_for(*range(1000), seconds=RECOVERY_SECONDS)
    assert process.poll() is None
    assert ledger.letters() == []
    assert set(ledger.entries().values()) == {1}
    assert set(ledger.confirmations().values()) == {1}
