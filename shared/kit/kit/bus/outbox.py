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
    func,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from kit.db.tables import outbox

_WAITING = outbox.c.state == "waiting"
_EVENT_ID = {  # as text at once: nothing here needs a UUID, and making one costs 2 µs
    "postgresql": cast(outbox.c.event_id, Text).label("event_id"),
    "sqlite": type_coerce(outbox.c.event_id, Uuid(as_uuid=False)).label("event_id"),
}
_COLUMNS = (
    outbox.c.id,
    outbox.c.source,
    outbox.c.name,
    outbox.c.body,
    outbox.c.attempts,
    outbox.c.settled_at.is_not(None).label("was_settled"),
)
_COUNT = select(func.count(), func.min(outbox.c.created_at)).where(_WAITING)
_PUT_OFF = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(attempts=outbox.c.attempts + 1, next_attempt_at=bindparam("until"))
)


def next_rows(
    connection: Connection, now: datetime, limit: int, besides: Sequence[int]
) -> Sequence[Row[Any]]:
    """The first rows that wait and are due, but for those that are on their way."""
    if connection.dialect.name == "postgresql":
        # Of a table that has just grown the planner knows nothing: it would sort all that waits
        # for each batch (14 ms of 20,000 rows) instead of reading the index in its order (0.1 ms).
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
    due = or_(outbox.c.next_attempt_at.is_(None), outbox.c.next_attempt_at <= now)
    not_sent = ~_is_one_of(connection, besides) if besides else true()
    rows = select(_EVENT_ID[connection.dialect.name], *_COLUMNS).where(_WAITING, due, not_sent)
    return connection.execute(rows.order_by(outbox.c.id).limit(limit)).all()


def settle(connection: Connection, state: str, rows: Sequence[int], now: datetime) -> None:
    """These are `published`, or `unheard`."""
    these = update(outbox).where(_is_one_of(connection, rows))
    connection.execute(these.values(state=state, settled_at=now))


def put_off(connection: Connection, until: Sequence[tuple[int, datetime]]) -> None:
    """These were not taken, and wait until then."""
    connection.execute(_PUT_OFF, [{"row": row, "until": instant} for row, instant in until])


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest of them."""
    count, oldest = connection.execute(_COUNT).one()
    return count, oldest


def _is_one_of(connection: Connection, rows: Sequence[int]) -> Any:
    """One parameter for any number of rows, where the database has arrays."""
    if connection.dialect.name == "postgresql":
        given = bindparam(None, list(rows), type_=ARRAY(BigInteger))
        return outbox.c.id == func.any(given)
    return outbox.c.id.in_(rows)
