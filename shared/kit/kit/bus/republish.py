"""Sending settled events again: after a restore, or what a bus in memory held when it stopped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Engine, func, insert, select, update

from kit.bus.handler import handlers_of
from kit.bus.outbox import still_waits
from kit.bus.purge import KEPT
from kit.db.engine import begin
from kit.db.tables import inbox, outbox, outbox_waiting, parked

_CHUNK = 500

SURELY_KEPT: Final = KEPT - timedelta(days=5)
"""Of what is younger no database has forgotten anything: each removes old rows when it gets to it,
and an event is handled later than it is told."""


@dataclass(frozen=True)
class Ahead:
    """A queue's handler has handled so many events that no database knows to have been told."""

    queue: str
    count: int
    first_at: datetime


def handled_but_not_told(engines: Mapping[str, Engine]) -> list[Ahead]:
    """Handlers whose database is of a later point than those that told them; none if all are of
    one point. `engines` has the database of every service.

    What was parked may have been handled weeks after it was told, and forgotten by who told it."""
    since = told_again_since(engines)
    told: set[UUID] = set()
    for engine in engines.values():
        with begin(engine) as connection:
            told |= set(connection.scalars(select(outbox.c.event_id)))
    ahead: dict[str, list[datetime]] = {}
    handled = select(inbox).where(inbox.c.handled_at >= since)
    for engine in engines.values():
        with begin(engine) as connection:
            late = {(row.queue, row.event_id) for row in connection.execute(select(parked))}
            for row in connection.execute(handled):
                if row.event_id not in told and (row.queue, str(row.event_id)) not in late:
                    ahead.setdefault(row.queue, []).append(row.handled_at)
    return [Ahead(queue, len(times), min(times)) for queue, times in sorted(ahead.items())]


def republish(engine: Engine, since: datetime) -> int:
    """Let everything told since then go out again; the inboxes ignore what they have."""
    told = select(outbox.c.id).where(outbox.c.created_at >= since, ~still_waits)
    heard = update(outbox).where(outbox.c.state == "unheard", outbox.c.created_at >= since)
    with begin(engine) as connection:
        connection.execute(heard.values(state="published"))  # unless it turns out again that not
        return _let_wait(connection, connection.scalars(told).all())


def republish_unhandled(services: Iterable[type], engines: Mapping[str, Engine]) -> int:
    """Let each published event that some handler has not handled go out again.

    `engines` has the database of every service, by name. What was discarded stays so.
    """
    handled = {
        (service.name, handler.queue): (handler, _settled(engines[service.name], queue))  # type: ignore[attr-defined]
        for service in services
        for handler in handlers_of(service)
        for queue in [handler.full_name(service.name)]  # type: ignore[attr-defined]
    }
    heard: dict[tuple[str, str], list[set[str]]] = {}
    for handler, settled in handled.values():
        for event in handler.events:
            heard.setdefault((event.wire.source, event.wire.name), []).append(settled)
    since = told_again_since(engines)
    return sum(_send_again(engine, heard, since) for engine in engines.values())


def told_again_since(engines: Mapping[str, Engine]) -> datetime:
    """What was told before that does not go out again."""
    return _newest(engines) - SURELY_KEPT


def _newest(engines: Mapping[str, Engine]) -> datetime:
    """When anything was told last. Not the wall's time: the databases may be of an old backup."""
    newest = datetime.min.replace(tzinfo=UTC) + KEPT
    for engine in engines.values():
        with begin(engine) as connection:
            newest = max(newest, connection.scalar(select(func.max(outbox.c.created_at))) or newest)
    return newest


def _settled(engine: Engine, queue: str) -> set[str]:
    """The ids of events that this queue's handler has done with."""
    done = select(inbox.c.event_id).where(inbox.c.queue == queue)
    given_up = select(parked.c.event_id).where(
        parked.c.queue == queue, parked.c.state == "discarded"
    )
    with begin(engine) as connection:
        return {str(event_id) for event_id in connection.scalars(done)} | set(
            connection.scalars(given_up)
        )


def _send_again(
    engine: Engine, heard: Mapping[tuple[str, str], list[set[str]]], since: datetime
) -> int:
    told = select(outbox.c.id, outbox.c.event_id, outbox.c.source, outbox.c.name).where(
        outbox.c.state == "published", outbox.c.created_at >= since, ~still_waits
    )
    with begin(engine) as connection:
        missed = [
            row.id
            for row in connection.execute(told)
            if _missing(row.event_id, heard.get((row.source, row.name), []))
        ]
        return _let_wait(connection, missed)


def _let_wait(connection: Connection, rows: Sequence[int]) -> int:
    for start in range(0, len(rows), _CHUNK):
        these = rows[start : start + _CHUNK]
        connection.execute(insert(outbox_waiting), [{"id": row, "again": True} for row in these])
    return len(rows)


def _missing(event_id: UUID, settled_by: list[set[str]]) -> bool:
    return any(str(event_id) not in settled for settled in settled_by)
