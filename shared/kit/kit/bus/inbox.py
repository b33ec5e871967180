"""The inbox: what a queue's handler has already done, one row per event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from kit.db import Transaction
from kit.db.tables import inbox


def claim(tx: Transaction, queue: str, events: Iterable[UUID]) -> set[UUID]:
    """Claim events for this transaction; gives back those that nobody had claimed before.

    A claim that another transaction has made and not yet committed is waited for. They are made
    in the order of the ids, so that two groups with common events do not lock each other out.
    """
    insert = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
    now = datetime.now(UTC)
    rows = [{"queue": queue, "event_id": e, "handled_at": now} for e in sorted(set(events))]
    return set(tx.scalars(statement, rows))
