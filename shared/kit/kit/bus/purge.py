"""How long the kit's own rows are kept: longer than the oldest backup that one would restore."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete

from kit.bus.outbox import still_waits
from kit.db.tables import idempotency, inbox, outbox, parked

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
        delete(parked).where(parked.c.state != "parked", parked.c.parked_at < before),
    )
    return sum(connection.execute(statement).rowcount for statement in old)
