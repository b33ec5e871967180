"""The audit trail of some records, newest first."""

from sqlalchemy import select

from headship_contracts.protection import AuditEntry, AuditPage, ListAudit
from kit.db.bulk import among
from kit.db.tables import audit
from kit.db.transaction import Transaction
from kit.paging import page
from kit.personal.exporting import subject_of
from kit.personal.holdings import Custody


def list_entries(tx: Transaction, request: ListAudit, custody: Custody) -> AuditPage:
    """Who read or changed anything that is about these people."""
    subject = subject_of(request.person_ids, request.application_ids)
    records = custody.records(tx, subject)
    found = select(
        *(audit.c.id, audit.c.at, audit.c.caller, audit.c.through),
        *(audit.c.act, audit.c.kind, audit.c.record_id, audit.c.correlation_id),
    ).where(among(tx, audit.c.record_id, records))
    if request.since is not None:
        found = found.where(audit.c.at >= request.since)
    if request.until is not None:
        found = found.where(audit.c.at < request.until)
    rows, next_cursor = page(
        tx, found, keys=[audit.c.id.desc()], cursor=request.cursor, limit=request.limit
    )
    return AuditPage(items=[_entry(*row) for row in rows], next_cursor=next_cursor)


def _entry(*row: object) -> AuditEntry:
    names = ("entry_id", "at", "caller", "through", "act", "kind", "record_id", "correlation_id")
    return AuditEntry(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]
