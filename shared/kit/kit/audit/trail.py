"""What a transaction notes in the audit trail, written as its last statement."""

from collections.abc import Collection, Iterable, Iterator
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
from kit.db.postgres import KEPT, LAST
from kit.db.tables import audit
from kit.identity import Caller

READ, CHANGE = "read", "change"

Note = tuple[str, str, UUID]
"""What was done, the kind of record, its id."""

Noted = tuple[str, str, UUID, str, str]
"""A note, what its work came through, and the id of its story."""

WRITERS: Final = 7_262
"""PostgreSQL's advisory lock that who writes shares, from the first row to the commit. Who seals
takes it alone for a moment: from then on no row can appear before the last one that is there."""

_INSERT: Final = text(
    "INSERT INTO audit (at, caller, act, kind, record_id, through, correlation_id) "
    "SELECT CAST(:at AS timestamptz), :caller, act, kind, record_id, through, story "
    "FROM unnest(CAST(:acts AS text[]), CAST(:kinds AS text[]), CAST(:records AS uuid[]),"
    " CAST(:throughs AS text[]), CAST(:stories AS text[]))"
    " AS noted(act, kind, record_id, through, story)"
).execution_options(first=f"SELECT pg_advisory_xact_lock_shared({WRITERS})", **KEPT, **LAST)

_through: ContextVar[str] = ContextVar("audited_through", default="")


@contextmanager
def coming_through(what: str) -> Iterator[None]:
    """What is noted in this block came through this: `rpc get_application`, `page script_page`,
    `event enrolment.enter` with the handler's queue, `timer keep_retention`."""
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


def here(notes: Iterable[Note]) -> Iterator[Noted]:
    """The notes of the work that this greenlet is at: events that share a transaction keep each
    its own story."""
    through, story = _through.get(), current_correlation()
    return ((*note, through, story) for note in notes)


def write(tx: Session, caller: Caller, notes: Collection[Noted]) -> None:
    """Write them down, as the transaction's last statement; PostgreSQL commits with it."""
    told = {"at": datetime.now(UTC), "caller": str(caller)[:200]}
    if tx.get_bind().dialect.name == "postgresql":
        acts, kinds, records, throughs, stories = map(list, zip(*notes, strict=True))
        arrays = {"acts": acts, "kinds": kinds, "throughs": throughs, "stories": stories}
        ids = f"{{{','.join(map(str, records))}}}"
        tx.connection().execute(_INSERT, told | arrays | {"records": ids})
        return
    columns = ("act", "kind", "record_id", "through", "correlation_id")
    tx.execute(insert(audit), [told | dict(zip(columns, note, strict=True)) for note in notes])
