"""How long the kit's own rows are kept: longer than the oldest backup that one would restore."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, select, tuple_

from kit.bus.outbox import still_waits
from kit.db.tables import hub_changes, idempotency, inbox, outbox, parked

KEPT: Final = timedelta(days=35)

KEYS_KEPT: Final = timedelta(days=30)
"""How long a call may be repeated under its idempotency key."""


AT_ONCE: Final = 5_000
"""Rows of a table in one transaction: what it holds up must not notice."""


def purge(connection: Connection, now: datetime) -> bool:
    """Delete some of what has been settled for longer than these, the oldest first; whether there
    may be more."""
    before = now - KEPT
    newest = select(func.max(hub_changes.c.id)).scalar_subquery()
    gone = (
        _delete(connection, outbox.c.created_at, before, outbox.c.state != "waiting", ~still_waits),
        _delete(connection, inbox.c.handled_at, before),
        _delete(connection, idempotency.c.created_at, now - KEYS_KEPT),
        # the newest one stays, so that the feed's positions go on from there
        _delete(connection, hub_changes.c.told_at, before, hub_changes.c.id < newest),
        _delete(connection, parked.c.parked_at, before, parked.c.state != "parked"),
    )
    return max(gone) == AT_ONCE


def _delete(
    connection: Connection, time: Any, before: datetime, *conditions: ColumnElement[bool]
) -> int:
    key = tuple(time.table.primary_key)
    oldest = select(*key).where(time < before, *conditions).order_by(time).limit(AT_ONCE)
    return connection.execute(delete(time.table).where(tuple_(*key).in_(oldest))).rowcount
