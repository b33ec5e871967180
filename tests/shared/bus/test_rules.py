"""Rules of the bus that need no broker."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg2.errors
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from headship_contracts.errors import Refused
from kit.bus.consumer import Result
from kit.bus.outage import is_outage
from kit.bus.reading import key
from kit.bus.retry import ATTEMPTS, ERROR, FIRST_SEEN, SENT_AGAIN, RetryPolicy, onward
from kit.transport.answers import Answers

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
POLICY = RetryPolicy((1000, 5000))
DEEP = b"[" * 100_000
BODY = b'{"event_id": "0192f0c4-0000-7000-8000-000000000001"}'


def sent_on(headers: dict[str, Any], result: Result = Result.FAILED) -> Any:
    return onward(
        "ledger", "ledger.enter", POLICY, BODY, headers, result, RuntimeError("jammed"), NOW
    )


@pytest.mark.parametrize(
    ("attempts", "exchange"), [(0, "ledger.delay.1000"), (1, "ledger.delay.5000")]
)
def test_a_failed_event_waits_longer_after_each_attempt(attempts: int, exchange: str) -> None:
    onwards = sent_on({ATTEMPTS: attempts})

    assert not onwards.parks
    assert (onwards.message.exchange, onwards.message.routing_key) == (exchange, "ledger.enter")
    assert onwards.message.headers[ATTEMPTS] == attempts + 1


def test_headers_that_cannot_be_sent_again_or_would_be_too_long_are_left_behind() -> None:
    odd: dict[Any, Any] = {b"m\xe9tier": "x", "note": "€" * 42_000, FIRST_SEEN: 5}

    headers = sent_on(odd).message.headers

    assert {"note", b"m\xe9tier"}.isdisjoint(headers)
    assert headers[FIRST_SEEN] == NOW.isoformat(timespec="milliseconds")


def test_of_tables_and_lists_in_headers_the_flat_ones_are_handed_on() -> None:
    flat: dict[str, Any] = {"stack": ["desk.lend.1"], "trace": {"id": "a", "sampled": True}}
    nested: dict[str, Any] = {"table": {"in": {}}, "list": [[]], "mixed": [{}]}

    told = sent_on(flat | nested).message.headers

    assert {name: value for name, value in told.items() if name in flat | nested} == flat


def test_a_count_of_attempts_that_makes_no_sense_starts_anew() -> None:
    counts = (-9, "two", None, 2**63 - 1)

    told = [sent_on({ATTEMPTS: count}).message.headers[ATTEMPTS] for count in counts]

    assert told == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("attempts", "result"), [(2, Result.FAILED), (0, Result.HOPELESS)], ids=["spent", "hopeless"]
)
def test_an_event_is_parked_when_its_attempts_are_spent_or_it_is_hopeless(
    attempts: int, result: Result
) -> None:
    onwards = sent_on({ATTEMPTS: attempts}, result)

    assert onwards.parks
    assert (onwards.message.exchange, onwards.message.routing_key) == (
        "ledger.retry",
        "ledger.dead",
    )


def test_the_copy_leaves_the_brokers_headers_behind_and_keeps_the_first_time() -> None:
    headers = {"x-death": [{}], "x-delivery-count": 1, "CC": ["ledger.enter"], "BCC": ["all"]}
    ours = {FIRST_SEEN: "before", "trace": "kept"}

    told = sent_on(headers | ours).message.headers

    assert headers.keys().isdisjoint(told)
    assert (told[FIRST_SEEN], told["trace"]) == ("before", "kept")
    assert told[ERROR] == "RuntimeError: jammed"


def test_headers_of_others_that_would_not_fit_beside_ours_are_left_behind() -> None:
    told = sent_on({"note": "x" * 100_000, SENT_AGAIN: True}).message.headers

    assert "note" not in told
    assert told[SENT_AGAIN]
    assert told[ERROR] == "RuntimeError: jammed"


def test_a_delay_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 0\.001 seconds"):
        RetryPolicy.of_seconds(["1", "0"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event_id": 7}', b"\xff", DEEP])
def test_a_message_without_an_event_id_is_known_by_its_digest(body: bytes) -> None:
    assert len(key(body)) == 64
    assert key(body) == key(body)
    assert key(BODY) == "0192f0c4-0000-7000-8000-000000000001"


def from_database(kind: type[DBAPIError], original: Exception) -> DBAPIError:
    return kind("SELECT 1", None, original)


def postgresql(state: str) -> Exception:
    """An error as the server reports it, with its SQLSTATE."""
    reported = type("Reported", (psycopg2.errors.lookup(state),), {"pgcode": state})
    error: Exception = reported()
    return error


ADMIN_SHUTDOWN, READ_ONLY, UNIQUE_VIOLATION, CANCELLED = "57P01", "25006", "23505", "57014"


@pytest.mark.parametrize(
    "error",
    [
        PoolTimeout("no connection was free"),
        from_database(OperationalError, psycopg2.OperationalError("could not connect")),
        from_database(OperationalError, postgresql(ADMIN_SHUTDOWN)),
        from_database(DBAPIError, postgresql(READ_ONLY)),
        from_database(OperationalError, sqlite3.OperationalError("database is locked")),
    ],
)
def test_a_database_that_is_away_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("a bug"),
        Refused("no"),
        from_database(IntegrityError, postgresql(UNIQUE_VIOLATION)),
        from_database(OperationalError, postgresql(CANCELLED)),
        from_database(OperationalError, sqlite3.OperationalError("no such table: entry")),
    ],
)
def test_an_error_that_a_retry_may_spend_an_attempt_on_is_none(error: Exception) -> None:
    assert not is_outage(error)


class FakeChannel:
    """Remembers what the broker was told."""

    def __init__(self) -> None:
        self.connection = object()
        self.told: list[tuple[Any, ...]] = []

    def basic_ack(self, tag: int, multiple: bool = False) -> None:
        self.told.append(("ack", tag, multiple))

    def basic_reject(self, tag: int, requeue: bool) -> None:
        self.told.append(("requeue", tag, requeue))


class FakeDelivery:
    def __init__(self, channel: FakeChannel, tag: int) -> None:
        self.channel, self.delivery_tag = channel, tag


@pytest.fixture
def five_deliveries() -> tuple[Answers, FakeChannel, list[FakeDelivery]]:
    answers, channel = Answers(), FakeChannel()
    deliveries = [FakeDelivery(channel, tag) for tag in range(1, 6)]
    for delivery in deliveries:
        answers.took(delivery)
    return answers, channel, deliveries


def test_a_run_of_deliveries_is_acknowledged_at_once_and_never_past_an_open_one(
    five_deliveries: tuple[Answers, FakeChannel, list[FakeDelivery]],
) -> None:
    answers, channel, (one, two, three, four, five) = five_deliveries

    answers.ack([four, five])
    assert channel.told == []
    answers.ack([one, two])
    assert channel.told == [("ack", 2, True)]
    answers.requeue(three)

    assert channel.told == [("ack", 2, True), ("requeue", 3, True), ("ack", 5, True)]


def test_what_waits_for_nothing_is_acknowledged_in_a_run_as_far_as_that_goes(
    five_deliveries: tuple[Answers, FakeChannel, list[FakeDelivery]],
) -> None:
    answers, channel, (one, two, three, four, five) = five_deliveries

    answers.ack_each([one, two, four])
    answers.ack_each([five, five])
    answers.ack_each([])

    assert channel.told == [("ack", 2, True), ("ack", 4, False), ("ack", 5, False)]
    assert [answers.is_open(each) for each in (one, two, three, four, five)] == [
        *(False, False, True, False, False)
    ]


def test_a_delivery_alone_is_acknowledged_at_once(
    five_deliveries: tuple[Answers, FakeChannel, list[FakeDelivery]],
) -> None:
    answers, channel, deliveries = five_deliveries

    answers.ack([deliveries[3]])

    assert channel.told == [("ack", 4, False)]
    assert not answers.is_open(deliveries[3])


@pytest.mark.parametrize("how", ["ack", "requeue"])
def test_what_waited_for_one_that_goes_alone_goes_with_it(
    five_deliveries: tuple[Answers, FakeChannel, list[FakeDelivery]], how: str
) -> None:
    answers, channel, (one, two, *rest) = five_deliveries
    answers.ack([two, *rest])

    answers.ack([one]) if how == "ack" else answers.requeue(one)

    assert channel.told[1:] == [("ack", 5, True)], "else the broker would think them in hand"


def test_nothing_is_told_on_a_channel_that_is_gone(
    five_deliveries: tuple[Answers, FakeChannel, list[FakeDelivery]],
) -> None:
    answers, channel, deliveries = five_deliveries
    answers.took(FakeDelivery(FakeChannel(), 1))

    answers.ack(deliveries)

    assert channel.told == []
    assert not any(answers.is_open(delivery) for delivery in deliveries)


@pytest.mark.parametrize(
    ("environment", "status"),
    [
        ({"HEADSHIP_ENV": "development", "HEADSHIP_FAILPOINT": "park.after_ack"}, -signal.SIGKILL),
        ({"HEADSHIP_ENV": "development", "HEADSHIP_FAILPOINT": "park.after_ack:2"}, 0),
        ({"HEADSHIP_ENV": "production", "HEADSHIP_FAILPOINT": "park.after_ack"}, 0),
        ({"HEADSHIP_ENV": "development", "HEADSHIP_FAILPOINT": "park.at_noon"}, 1),
        ({}, 0),
    ],
)
def test_a_failpoint_kills_only_where_and_when_it_is_set(
    environment: dict[str, str], status: int
) -> None:
    program = "from kit.failpoints import reach; reach('park.after_ack')"

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        check=False,
        capture_output=True,
    )

    assert ended.returncode == status
