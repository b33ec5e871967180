"""Sending settled events again: after a restore, or what a bus in memory held when it stopped."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select, update

from kit.bus.handler import handlers_of
from kit.db.engine import begin
from kit.db.tables import inbox, outbox, parked

_CHUNK = 500


def republish(engine: Engine, since: datetime) -> int:
    """Let everything told since then go out again; the inboxes ignore what they have."""
    again = update(outbox).where(outbox.c.state != "waiting", outbox.c.created_at >= since)
    with begin(engine) as connection:
        return connection.execute(again.values(_WAITING)).rowcount


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
    return sum(_send_again(engine, heard) for engine in engines.values())


_WAITING: dict[str, Any] = {"state": "waiting", "attempts": 0, "next_attempt_at": None}


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


def _send_again(engine: Engine, heard: Mapping[tuple[str, str], list[set[str]]]) -> int:
    told = select(outbox.c.id, outbox.c.event_id, outbox.c.source, outbox.c.name).where(
        outbox.c.state == "published"
    )
    with begin(engine) as connection:
        missed = [
            row.id
            for row in connection.execute(told)
            if _missing(row.event_id, heard.get((row.source, row.name), []))
        ]
        for start in range(0, len(missed), _CHUNK):
            these = update(outbox).where(outbox.c.id.in_(missed[start : start + _CHUNK]))
            connection.execute(these.values(_WAITING))
    return len(missed)


def _missing(event_id: UUID, settled_by: list[set[str]]) -> bool:
    return any(str(event_id) not in settled for settled in settled_by)
