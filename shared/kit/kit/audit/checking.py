"""Whether the audit trail still is what was sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from headship_contracts.protection import AuditCheck, AuditFlaw, VerifyAudit
from kit.audit.sealing import BEGINNING, rows_between, rows_digest, seal_digest
from kit.db.tables import audit, audit_seals
from kit.db.transaction import Transaction

LATE: Final = timedelta(minutes=5)
"""A row that is older and has no seal: sealing does not run, or a seal was taken away."""


def verify(tx: Transaction, request: VerifyAudit) -> AuditCheck:
    """Hold some seals, in their order, against their rows and against each other."""
    connection = tx.connection()
    before, last_id = BEGINNING, 0
    if request.after:
        former = connection.execute(
            select(audit_seals).where(audit_seals.c.number == request.after)
        ).one_or_none()
        if former is not None:
            before, last_id = former.sha256, former.last_id
    seals = connection.execute(
        select(audit_seals)
        .where(audit_seals.c.number > request.after)
        .order_by(audit_seals.c.number)
        .limit(request.limit)
    ).all()
    flaws: list[AuditFlaw] = []
    for number, found in enumerate(seals, start=request.after + 1):
        flaws += _flaws(connection, found, number, before, last_id)
        before, last_id = found.sha256, found.last_id
    last = seals[-1].number if seals else request.after
    more = len(seals) == request.limit
    if not more:
        flaws += _unsealed(connection, last, last_id)
    return AuditCheck(
        seals=len(seals),
        rows=sum(one.rows for one in seals),
        last_number=last,
        head=before,
        more=more,
        flaws=flaws,
    )


def _flaws(
    connection: Connection, found: Row[Any], number: int, before: str, last_id: int
) -> Iterator[AuditFlaw]:
    def flaw(what: str) -> AuditFlaw:
        return AuditFlaw(
            number=found.number, what=what, first_id=found.first_id, last_id=found.last_id
        )

    if found.number != number:
        yield flaw("a seal is missing before this one")
    elif found.first_id != last_id + 1:
        yield flaw("it does not begin where the seal before ends")
    told = (found.number, found.first_id, found.last_id, found.rows, found.rows_sha256)
    if seal_digest(before, *told, found.sealed_at) != found.sha256:
        yield flaw("the seal is not what follows from the one before")
    if found.pruned_at is not None:
        return
    rows = rows_between(connection, found.first_id, found.last_id)
    if len(rows) < found.rows:
        yield flaw(f"{found.rows - len(rows)} of its {found.rows} rows are gone")
    elif len(rows) > found.rows:
        yield flaw(f"{len(rows) - found.rows} rows were slipped in among its {found.rows}")
    elif rows_digest(rows) != found.rows_sha256:
        yield flaw("a row is not what was sealed")


def _unsealed(connection: Connection, last: int, last_id: int) -> Iterator[AuditFlaw]:
    late = datetime.now(UTC) - LATE
    count, first, newest = connection.execute(
        select(func.count(), func.min(audit.c.id), func.max(audit.c.id)).where(
            audit.c.id > last_id, audit.c.at < late
        )
    ).one()
    if count:
        what = f"{count} rows older than {LATE.seconds // 60} minutes have no seal"
        yield AuditFlaw(number=last + 1, what=what, first_id=first, last_id=newest)
