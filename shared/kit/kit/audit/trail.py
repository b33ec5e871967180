"""What a transaction notes in the audit trail, written as its last statement."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from headship_contracts.messages import Request
from headship_contracts.records import gatherings_in, records_in
from headship_contracts.shape import Shape
from kit.correlation import current_correlation
from kit.db.tables import audit
from kit.identity import Caller

READ, CHANGE = "read", "change"

Note = tuple[str, str, UUID]
"""What was done, the kind of record, its id."""

WRITERS: Final = 7_262
"""PostgreSQL's advisory lock that who writes shares, from the first row to the commit. Who seals
takes it alone for a moment: from then on no row can appear before the last one that is there."""

_INSERT: Final = text(
    f"SELECT pg_advisory_xact_lock_shared({WRITERS});"  # nosec B608 # a number of our own
    "INSERT INTO audit (at, caller, through, correlation_id, act, kind, record_id) "
    "SELECT CAST(:at AS timestamptz), :caller, :through, :correlation_id, act, kind, record_id "
    "FROM unnest(CAST(:acts AS text[]), CAST(:kinds AS text[]), CAST(:records AS uuid[]))"
    " AS noted(act, kind, record_id)"
)


_through: ContextVar[str] = ContextVar("audited_through", default="")


def current() -> str:
    """What the work of this greenlet came through; empty where nothing says so."""
    return _through.get()


@contextmanager
def coming_through(what: str) -> Iterator[None]:
    """What is noted in this block came through this: `page script_page`."""
    outer = _through.set(what)
    try:
        yield
    finally:
        _through.reset(outer)


def of_call(request: Request[Any], reply: Shape) -> Collection[Note]:
    """What a call that was answered has to note: the records that it names, and its answer does.

    An order that names none changes what many people share.
    """
    act = CHANGE if request.wire.writes else READ
    notes = dict.fromkeys((act, *record) for record in records_in(request))
    notes |= dict.fromkeys((act, *record) for record in records_in(reply))
    if not notes and act == CHANGE:
        notes = dict.fromkeys((act, *record) for record in gatherings_in(request))
    return notes


def write(tx: Session, caller: Caller, through: str, notes: Collection[Note]) -> None:
    """Write them down. Nothing that could wait for another transaction may follow."""
    told = {
        "at": datetime.now(UTC),
        "caller": str(caller)[:200],
        "through": through,
        "correlation_id": current_correlation(),
    }
    if tx.get_bind().dialect.name == "postgresql":
        acts, kinds, records = zip(*notes, strict=True)
        arrays = {
            "acts": list(acts),
            "kinds": list(kinds),
            "records": [str(record) for record in records],
        }
        tx.execute(_INSERT, told | arrays)
        return
    rows = [told | {"act": act, "kind": kind, "record_id": record} for act, kind, record in notes]
    tx.execute(insert(audit), rows)
