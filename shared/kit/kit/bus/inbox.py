"""The inbox: what a queue's handler has already done, one row per event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from kit.db import ServiceDatabase, Transaction
from kit.db.engine import alone
from kit.db.tables import inbox


def claim(tx: Transaction, queue: str, events: Iterable[UUID]) -> set[str]:
    """Claim events for this transaction; gives back those that nobody had claimed before, as text.

    A claim that another transaction has made and not yet committed is waited for. They are made
    in the order of the ids, so that two groups with common events do not lock each other out.
    """
    connection = tx.connection()
    in_order = sorted(set(map(str, events)))
    if connection.dialect.name == "postgresql":
        return _claim_at_once(connection, queue, in_order)
    claims = sqlite.insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
    now = datetime.now(UTC)
    rows = [{"queue": queue, "event_id": UUID(e), "handled_at": now} for e in in_order]
    return set(map(str, connection.scalars(claims, rows)))


def takes_claims(database: ServiceDatabase, queue: str) -> bool:
    """Whether the database takes a claim now, which is not kept. A read-only one does not."""
    row = {"queue": queue, "event_id": uuid4(), "handled_at": datetime.now(UTC)}
    try:
        with alone(database.engine), database.engine.connect() as connection:
            connection.execute(insert(inbox).values(row))
            connection.rollback()
    except SQLAlchemyError:
        return False
    return True


def _claim_at_once(connection: Connection, queue: str, in_order: list[str]) -> set[str]:
    """One statement with one array: row by row it took a sixth of a consumer's time."""
    told = {"queue": queue, "events": in_order, "now": datetime.now(UTC)}
    return {event for (event,) in connection.exec_driver_sql(_CLAIM, told)}


_CLAIM = (
    "INSERT INTO inbox (queue, event_id, handled_at)"
    " SELECT %(queue)s, event_id, %(now)s FROM unnest(%(events)s::uuid[]) AS event_id"
    " ON CONFLICT DO NOTHING RETURNING event_id::text"
)
