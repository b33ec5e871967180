"""The audit trail's rows go when their years are over: whole seals of them, from the beginning.

A service's role may not delete a row of the trail. On PostgreSQL it may call a function of who owns
the tables (migration 0005), which goes by the server's clock, by the rows' own time, and by the
seals: what comes after one that is not old enough stays, so that none with a made-up date covers
anything.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, text, update

from kit.audit.sealing import AUDIT_MONTHS
from kit.db.tables import audit, audit_seals
from kit.db.transaction import Transaction
from kit.personal.retention import earlier

SEALS_AT_ONCE: Final = 10
"""The rest another night."""


def prune(tx: Transaction) -> int:
    """Delete rows that have been kept long enough; how many. The seals stay, so that the chain can
    still be followed."""
    connection = tx.connection()
    if connection.dialect.name == "postgresql":
        return connection.scalar(text("SELECT prune_audit()")) or 0
    now = datetime.now(UTC)
    seals = audit_seals.c
    young = select(func.min(seals.number)).where(seals.sealed_at >= earlier(now, AUDIT_MONTHS))
    first_young = tx.scalar(young)
    old = select(seals.last_id).where(seals.pruned_at.is_(None)).order_by(seals.number)
    if first_young is not None:
        old = old.where(seals.number < first_young)
    last = max(tx.scalars(old.limit(SEALS_AT_ONCE)), default=None)
    if last is None:
        return 0
    gone: Any = tx.execute(delete(audit).where(audit.c.id.between(1, last)))
    tx.execute(
        update(audit_seals)
        .where(seals.last_id <= last, seals.pruned_at.is_(None))
        .values(pruned_at=now)
    )
    return int(gone.rowcount)
