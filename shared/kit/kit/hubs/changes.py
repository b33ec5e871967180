"""The feed of changes for hubs: written by the relay that leads, the one place where commits have
an order, so that nothing ever appears before what a hub has read already."""

import dataclasses
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from headship_contracts.errors import Invalid, Refused
from headship_contracts.hub_changes import HubChange, HubChanges, HubChangesRequest
from headship_contracts.messages import EVENTS, Event
from kit.bus.purge import KEPT
from kit.db import Transaction
from kit.db.tables import hub_changes
from kit.log import reason

Concerned = Callable[[Connection, Sequence[Event]], Sequence[Collection[UUID]]]
"""Events → for each of them the hubs that it concerns, as things stand when it leaves."""

CLOCKS: Final = timedelta(seconds=5)
"""How far replicas' clocks may differ."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HubFeed:
    """What a service declares, as an attribute of its class: which events concern which hubs."""

    events: tuple[type[Event], ...]
    concerned: Concerned

    @property
    def names(self) -> set[str]:
        return {event.wire.name for event in self.events}


def feed_of(service_class: type) -> HubFeed | None:
    """The feed that a service declares, if it has one."""
    members = (getattr(service_class, name) for name in dir(service_class))
    return next((member for member in members if isinstance(member, HubFeed)), None)


def note(connection: Connection, feed: HubFeed, rows: Sequence[Row[Any]]) -> None:
    """Write down for whom these events, which leave now, are a change. Once for each event."""
    told, events = _read_all(feed, rows)
    if not events:
        return
    now = datetime.now(UTC)
    found = [
        {
            "hub": hub,
            "event_id": UUID(envelope["event_id"]),
            "name": envelope["name"],
            "record": _record(event),
            "application_id": getattr(event, "application_id", None),
            "session_id": getattr(event, "session_id", None),
            "occurred_at": datetime.fromisoformat(envelope["occurred_at"]),
            "told_at": now,
        }
        for envelope, event, hubs in zip(
            told, events, feed.concerned(connection, events), strict=True
        )
        for hub in sorted(set(hubs))
    ]
    if found:
        connection.execute(_INSERT[connection.dialect.name], found)


def _read_all(feed: HubFeed, rows: Sequence[Row[Any]]) -> tuple[list[dict[str, Any]], list[Event]]:
    """The envelopes of those that hubs may hear of, and the events in them. One that cannot be read
    is left out, and logged: it must not hold up all others."""
    told, events = [], []
    names = feed.names
    for row in rows:
        if row.name not in names:
            continue
        envelope = json.loads(row.body)
        try:
            event = EVENTS[envelope["source"], envelope["name"]].load(envelope["body"])
        except (Invalid, KeyError) as error:
            known = {"event": row.name, "event_id": str(row.event_id), "reason": reason(error)}
            _log.error("a change for hubs cannot be read", extra=known)
            continue
        told.append(envelope)
        events.append(event)
    return told, events


def since(tx: Transaction, hub: UUID, request: HubChangesRequest) -> HubChanges:
    """What has changed for a hub since a position. Raises Refused for one that is no good."""
    head = tx.scalar(select(func.max(hub_changes.c.id))) or 0
    now = datetime.now(UTC)
    if request.since is None:
        return HubChanges(items=[], since=_position(head, now))
    position, told_at = _read(request.since)
    if now - told_at > KEPT:
        raise Refused("position_too_old", f"changes are kept {KEPT.days} days: read the lists anew")
    if position > head:
        raise Refused("position_unknown", "this feed has no such position: read the lists anew")
    before = select(hub_changes.c.told_at).where(hub_changes.c.id <= position)
    last = tx.scalar(before.order_by(hub_changes.c.id.desc()).limit(1))
    if last is not None and last - CLOCKS > told_at:  # numbers given anew, after a restore
        raise Refused("position_unknown", "this feed has begun anew: read the lists anew")
    wanted = (
        select(hub_changes)
        .where(hub_changes.c.hub == hub, hub_changes.c.id > position, hub_changes.c.id <= head)
        .order_by(hub_changes.c.id)
        .limit(request.limit + 1)
    )
    found = tx.execute(wanted).all()
    rows, more = found[: request.limit], len(found) > request.limit
    items = [
        HubChange(
            name=row.name,
            record_id=row.record,
            application_id=row.application_id,
            session_id=row.session_id,
            occurred_at=row.occurred_at,
            since=_position(row.id, row.told_at),
        )
        for row in rows
    ]
    upto = items[-1].since if more else _position(head, now)
    return HubChanges(items=items, since=upto, more=more)


def _record(event: Event) -> UUID:
    """The id named first."""
    values = (getattr(event, member.name) for member in dataclasses.fields(event))
    return next(value for value in values if isinstance(value, UUID))


def _position(row: int, at: datetime) -> str:
    return f"{row}.{int(at.timestamp())}"


def _read(told: str) -> tuple[int, datetime]:
    row, _, seconds = told.partition(".")
    try:
        return int(row), datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused("position_unknown", "this feed has no such position") from error


_INSERT: Final[dict[str, Any]] = {
    "postgresql": postgresql_insert(hub_changes).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(hub_changes).on_conflict_do_nothing(),
}
