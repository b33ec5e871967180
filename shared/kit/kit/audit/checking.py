"""Whether the audit trail still is what was sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from headship_contracts.protection import AuditCheck, AuditFlaw, VerifyAudit
from kit.audit.sealing import (
    AUDIT_MONTHS,
    BEGINNING,
    rows_between,
    rows_digest,
    seal_digest,
)
from kit.db.tables import audit, audit_seals
from kit.db.transaction import Transaction
from kit.personal.retention import earlier

LATE: Final = timedelta(minutes=5)
"""A row that is older and has no seal: sealing does not run, or a seal was taken away."""


def verify(tx: Transaction, request: VerifyAudit) -> AuditCheck:
    """Hold some seals, in their order, against their rows and against each other."""
    connection = tx.connection()
    before, last_id, sealed_at = BEGINNING, 0, None
    if request.after:
        former = connection.execute(
            select(audit_seals).where(audit_seals.c.number == request.after)
        ).one_or_none()
        if former is not None:
            before, last_id, sealed_at = former.sha256, former.last_id, former.sealed_at
    seals = connection.execute(
        select(audit_seals)
        .where(audit_seals.c.number > request.after)
        .order_by(audit_seals.c.number)
        .limit(request.limit)
    ).all()
    flaws = list(_before_the_first(connection)) if not request.after else []
    over = earlier(max(tx.at, datetime.now(UTC)), AUDIT_MONTHS)
    for number, found in enumerate(seals, start=request.after + 1):
        flaws += _flaws(connection, found, number, before, last_id, over)
        if sealed_at is not None and found.sealed_at < sealed_at - LATE:
            flaws.append(_flaw(found, "it is from before the seal before it"))
        before, last_id, sealed_at = found.sha256, found.last_id, found.sealed_at
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
    connection: Connection,
    found: Row[Any],
    number: int,
    before: str,
    last_id: int,
    over: datetime,
) -> Iterator[AuditFlaw]:
    """`over`: seals from before it may have been pruned. When one was is not sealed itself, but the
    seal's own time is."""

    flaw = partial(_flaw, found)
    if found.number != number:
        yield flaw("a seal is missing before this one")
    elif found.first_id != last_id + 1:
        yield flaw("it does not begin where the seal before ends")
    told = (found.number, found.first_id, found.last_id, found.rows, found.rows_sha256)
    if seal_digest(before, *told, found.sealed_at) != found.sha256:
        yield flaw("the seal is not what follows from the one before")
    rows = rows_between(connection, found.first_id, found.last_id)
    if found.pruned_at is not None and found.sealed_at < over:
        if rows:
            yield flaw(f"{len(rows)} rows were slipped in where all had been deleted in time")
        return
    if len(rows) < found.rows:
        yield flaw(f"{found.rows - len(rows)} of its {found.rows} rows are gone")
    elif len(rows) > found.rows:
        yield flaw(f"{len(rows) - found.rows} rows were slipped in among its {found.rows}")
    elif rows_digest(rows) != found.rows_sha256:
        yield flaw("a row is not what was sealed")


def _flaw(of: Row[Any], what: str) -> AuditFlaw:
    return AuditFlaw(number=of.number, what=what, first_id=of.first_id, last_id=of.last_id)


def _before_the_first(connection: Connection) -> Iterator[AuditFlaw]:
    yield from _lying(connection, audit.c.id < 1, 0, "before the first there can be")


def _unsealed(connection: Connection, last: int, last_id: int) -> Iterator[AuditFlaw]:
    now, minutes = datetime.now(UTC), LATE.seconds // 60
    for when, what in (
        (audit.c.at < now - LATE, f"older than {minutes} minutes have no seal"),
        (audit.c.at > now + LATE, f"are from more than {minutes} minutes ahead"),
    ):
        yield from _lying(connection, and_(audit.c.id > last_id, when), last + 1, what)


def _lying(
    connection: Connection, where: ColumnElement[bool], number: int, what: str
) -> Iterator[AuditFlaw]:
    """One flaw of all rows of which this is true."""
    count, first, newest = connection.execute(
        select(func.count(), func.min(audit.c.id), func.max(audit.c.id)).where(where)
    ).one()
    if count:
        told = f"{count} rows {what}"
        yield AuditFlaw(number=number, what=told, first_id=first, last_id=newest)
