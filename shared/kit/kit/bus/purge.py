"""How long the kit's own rows are kept: longer than the oldest backup that one would restore."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select

from kit.bus.outbox import still_waits
from kit.db.tables import hub_changes, idempotency, inbox, outbox, parked

KEPT: Final = timedelta(days=35)

KEYS_KEPT: Final = timedelta(days=30)
"""How long a call may be repeated under its idempotency key."""


def purge(connection: Connection, now: datetime) -> int:
    """Delete what has been settled for longer than these; how many rows that were."""
    before = now - KEPT
    old = (
        delete(outbox).where(
            outbox.c.created_at < before, outbox.c.state != "waiting", ~still_waits
        ),
        delete(inbox).where(inbox.c.handled_at < before),
        delete(idempotency).where(idempotency.c.created_at < now - KEYS_KEPT),
        delete(hub_changes).where(
            hub_changes.c.told_at < before,
            hub_changes.c.id < select(func.max(hub_changes.c.id)).scalar_subquery(),
        ),  # the newest one stays, so that the feed's positions go on from there
        delete(parked).where(parked.c.state != "parked", parked.c.parked_at < before),
    )
    return sum(connection.execute(statement).rowcount for statement in old)
