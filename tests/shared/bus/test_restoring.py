"""After a restore: which letters are told again, and whose databases are not of one point."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from ledger.running import DEAD, QUEUE, Ledger, wait_until
from sqlalchemy import Engine

from kit.bus import parked as letters
from kit.bus.purge import purge
from kit.bus.republish import handled_but_not_told, told_again_since
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.db.tables import inbox, outbox, parked
from kit.transport import dead_letters

NOW = datetime.now(UTC)
LATE = timedelta(days=10)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One database with the kit's tables."""
    made = open_engine(f"sqlite:///{tmp_path / 'sessions.db'}")
    migrate(made, "sessions")
    yield made
    made.dispose()


def has_told(engine: Engine, at: datetime) -> None:
    row = {"source": "sessions", "name": "posted", "body": "{}", "state": "published"}
    with engine.begin() as connection:
        connection.execute(
            outbox.insert().values(event_id=uuid4(), created_at=at, attempts=0, **row)
        )


def has_handled(engine: Engine, event_id: UUID, at: datetime) -> None:
    with engine.begin() as connection:
        connection.execute(inbox.insert().values(queue=QUEUE, event_id=event_id, handled_at=at))


def test_a_letter_replayed_weeks_late_does_not_make_databases_be_of_two_points(
    engine: Engine,
) -> None:
    event_id = uuid4()
    has_told(engine, NOW)
    with engine.begin() as connection:
        parked_then = {"parked_at": NOW - timedelta(days=40), "reason": "it was jammed"}
        connection.execute(
            parked.insert().values(queue=QUEUE, event_id=str(event_id), **parked_then)
        )
    letters.settle(engine, QUEUE, str(event_id), "replayed")
    has_handled(engine, event_id, NOW)
    with engine.begin() as connection:
        purge(connection, NOW + LATE)

    assert handled_but_not_told({"sessions": engine}) == []
    has_handled(engine, uuid4(), NOW)
    assert [one.count for one in handled_but_not_told({"sessions": engine})] == [1]


def test_letters_that_no_outbox_tells_again_outlive_a_restore(
    a_ledger: Ledger, engine: Engine
) -> None:
    has_told(engine, NOW)
    since = told_again_since({"sessions": engine})
    old, young = since - timedelta(seconds=1), since + timedelta(seconds=1)
    for body in (told_at(old), told_at(young), told_at(young), b"no event"):
        a_ledger.publish(body, exchange="ledger.retry", key=DEAD)
    wait_until(lambda: a_ledger.depth(DEAD) == 4)

    assert dead_letters.clear("ledger", a_ledger.amqp_uri, since) == (2, 2)

    wait_until(lambda: a_ledger.depth(DEAD) == 2)
    assert [letter.body for letter in a_ledger.letters()] == [told_at(old), b"no event"]


def told_at(instant: datetime) -> bytes:
    wire: dict[str, Any] = {"event_id": str(UUID(int=7)), "sent_at": instant.isoformat()}
    return json.dumps(wire).encode()
