"""What the relay reads and writes in the outbox, a batch at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Row,
    Text,
    Uuid,
    bindparam,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from kit.db.tables import outbox, outbox_waiting
from kit.db.types import Instant

still_waits = exists().where(outbox_waiting.c.id == outbox.c.id)
"""The condition that a row of the outbox is on its way."""

_DIALECTS = ("postgresql", "sqlite")


def _is_one(column: Any, dialect: str) -> Any:
    """One parameter, `rows`, for any number of them, where the database has arrays."""
    if dialect == "postgresql":
        return column == func.any(bindparam("rows", type_=ARRAY(BigInteger)))
    return column.in_(bindparam("rows", expanding=True))


_EVENT_ID = {  # as text at once: nothing here needs a UUID, and making one costs 2 µs
    "postgresql": cast(outbox.c.event_id, Text).label("event_id"),
    "sqlite": type_coerce(outbox.c.event_id, Uuid(as_uuid=False)).label("event_id"),
}


def _next(dialect: str) -> Any:
    now = bindparam("now", type_=Instant)
    due = or_(outbox_waiting.c.next_attempt_at.is_(None), outbox_waiting.c.next_attempt_at <= now)
    first = (
        select(outbox_waiting.c.id, outbox_waiting.c.again)
        .where(due, ~_is_one(outbox_waiting.c.id, dialect))
        .order_by(outbox_waiting.c.id)
        .limit(bindparam("limit"))
        .subquery("first")
    )
    columns = (outbox.c.source, outbox.c.name, outbox.c.body, outbox.c.attempts, first.c.again)
    found = select(outbox.c.id, _EVENT_ID[dialect], *columns)
    return found.join(first, first.c.id == outbox.c.id).order_by(first.c.id)


_NEXT = {dialect: _next(dialect) for dialect in _DIALECTS}
_FORGET = {
    dialect: delete(outbox_waiting).where(_is_one(outbox_waiting.c.id, dialect))
    for dialect in _DIALECTS
}
_UNHEARD = {
    dialect: update(outbox).where(_is_one(outbox.c.id, dialect)).values(state="unheard")
    for dialect in _DIALECTS
}
_PUT_OFF = (
    update(outbox_waiting)
    .where(outbox_waiting.c.id == bindparam("row"))
    .values(next_attempt_at=bindparam("until"))
)
_ONE_MORE = (
    update(outbox).where(outbox.c.id == bindparam("row")).values(attempts=outbox.c.attempts + 1)
)
_OF_EARLIER_VERSIONS = (
    update(outbox)
    .where(outbox.c.state == "waiting")
    .values(state="published")
    .returning(outbox.c.id, outbox.c.settled_at.is_not(None).label("again"))
)
_INSERT: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_COUNT = select(func.count(), func.min(outbox.c.created_at)).join(
    outbox_waiting, outbox_waiting.c.id == outbox.c.id
)

PLAIN_PLANS = "SET enable_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
"""For the connection that reads batches. Of a table that has just grown the planner knows nothing:
it would sort all that waits for each batch (14 ms of 20,000 rows) instead of reading the index in
its order (0.1 ms)."""


def read_in_order(connection: Connection) -> None:
    """Set this connection up for `next_rows`."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(PLAIN_PLANS)


def read_as_ever(connection: Connection) -> None:
    """Undo that, for whoever uses the connection next."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("RESET ALL")


def next_rows(
    connection: Connection, now: datetime, limit: int, besides: Sequence[int]
) -> Sequence[Row[Any]]:
    """The first rows that wait and are due, but for those that are on their way."""
    told = {"now": now, "limit": limit, "rows": besides}
    return connection.execute(_NEXT[connection.dialect.name], told).all()


def settle(connection: Connection, rows: Sequence[int]) -> None:
    """These have arrived."""
    connection.execute(_FORGET[connection.dialect.name], {"rows": rows})


def settle_unheard(connection: Connection, rows: Sequence[int]) -> None:
    """Of these the broker said that nobody listens, and so do their contracts."""
    connection.execute(_UNHEARD[connection.dialect.name], {"rows": rows})
    settle(connection, rows)


def put_off(connection: Connection, until: Sequence[tuple[int, datetime]]) -> None:
    """These were not taken, and wait until then."""
    connection.execute(_PUT_OFF, [{"row": row, "until": instant} for row, instant in until])
    connection.execute(_ONE_MORE, [{"row": row} for row, _ in until])


def take_over(connection: Connection) -> None:
    """Let what processes of an earlier version have told wait as well. They may run beside this
    one while it replaces them, and know nothing of `outbox_waiting`."""
    found = connection.execute(_OF_EARLIER_VERSIONS).all()
    if found:
        insert = _INSERT[connection.dialect.name](outbox_waiting).on_conflict_do_nothing()
        connection.execute(insert, [{"id": row.id, "again": row.again} for row in found])


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest of them."""
    count, oldest = connection.execute(_COUNT).one()
    return count, oldest
