"""Seals over the audit trail: each is a hash over the seal before and the rows since then.

Whoever changes, deletes or slips in a row afterwards would have to make every later seal anew;
the newest one goes into the log each time, where the database's owner cannot reach it.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, Row, func, insert, select, text
from sqlalchemy.exc import OperationalError

from kit.audit.trail import WRITERS
from kit.db.engine import begin
from kit.db.tables import audit, audit_seals

AT_ONCE: Final = 10_000
"""Rows under one seal."""

AUDIT_MONTHS: Final = 72
"""How long it can be told who saw whose record: as long as a claim about it may be brought
(Limitation Act 1980, section 5, reads six years)."""

BEGINNING: Final = "0" * 64
"""What the first seal has in the place of a former one."""

_ONE_AT_A_TIME: Final = 7_263

PATIENCE: Final = "200ms"
"""Whoever writes waits behind whoever would seal: it is tried again a minute later."""

LOCK_NOT_AVAILABLE: Final = "55P03"


def seal(engine: Engine) -> tuple[int, str] | None:
    """Seal what has been written since the last time; the newest seal if there is a new one."""
    upto = _settled(engine)
    newest = None
    while upto and (made := _seal_next(engine, upto)):
        newest = made
    return newest


def rows_digest(rows: Iterable[Row[Any]]) -> str:
    """The hash over rows of the trail, in the order of their ids."""
    digest = hashlib.sha256()
    for row in rows:
        told = [
            *(row.id, row.at.astimezone(UTC).isoformat(timespec="microseconds"), row.caller),
            *(row.through, row.act, row.kind, str(row.record_id), row.correlation_id),
        ]
        digest.update(orjson.dumps(told))
        digest.update(b"\n")
    return digest.hexdigest()


def seal_digest(
    before: str, number: int, first_id: int, last_id: int, rows: int, rows_sha256: str, at: datetime
) -> str:
    """The seal itself."""
    sealed_at = at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [before, number, first_id, last_id, rows, rows_sha256, sealed_at]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def rows_between(connection: Connection, first_id: int, last_id: int) -> list[Row[Any]]:
    """Rows of the trail by their ids, both ends included, at most as many as one seal covers and
    one more."""
    found = select(audit).where(audit.c.id >= first_id, audit.c.id <= last_id)
    return list(connection.execute(found.order_by(audit.c.id).limit(AT_ONCE + 1)))


def _settled(engine: Engine) -> int:
    """The last row before which none can appear any more: whoever was writing is done."""
    try:
        with begin(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS})"))
            return connection.scalar(select(func.max(audit.c.id))) or 0
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        return 0


def _seal_next(engine: Engine, upto: int) -> tuple[int, str] | None:
    with begin(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        last = connection.execute(
            select(audit_seals).order_by(audit_seals.c.number.desc()).limit(1)
        ).one_or_none()
        number, first_id = (last.number + 1, last.last_id + 1) if last else (1, 1)
        rows = rows_between(connection, first_id, upto)[:AT_ONCE]
        if not rows:
            return None
        now, digest = datetime.now(UTC), rows_digest(rows)
        before = last.sha256 if last else BEGINNING
        made = seal_digest(before, number, first_id, rows[-1].id, len(rows), digest, now)
        connection.execute(
            insert(audit_seals).values(
                number=number,
                first_id=first_id,
                last_id=rows[-1].id,
                rows=len(rows),
                rows_sha256=digest,
                sealed_at=now,
                sha256=made,
            )
        )
    return number, made
