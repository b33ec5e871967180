"""What one hub may ask of all replicas together: so many calls a second, so many at once.

Each replica leases a part of it in the database: calls for the second that runs, and slots for the
calls that it has under way, until shortly after. So nobody asks the database at each call, a
replica that dies gives its slots back by itself, and the sum is never more than what is allowed.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kit.db import ServiceDatabase
from kit.db.engine import begin
from kit.db.tables import hub_allowances

SLOT_SECONDS: Final = 3.0
"""How long a slot is leased; who has calls under way renews it each second."""

CLOCKS_DIFFER: Final = 2
"""Seconds by which replicas' clocks may differ; more is somebody's clock gone wrong."""

ATTEMPTS: Final = 10


@dataclass(frozen=True)
class Limits:
    """Of one hub, over all replicas."""

    calls_per_second: int
    at_once: int


@dataclass(frozen=True)
class Share:
    """What a replica may do: `calls` more in this second, `slots` calls at once."""

    calls: int
    slots: int


NOTHING: Final = Share(0, 0)


def lease(
    database: ServiceDatabase, hub: UUID, replica: str, wanted: Share, limits: Limits
) -> Share:
    """Take up to `wanted` of what is left to the hub; slots in place of those had before."""
    for _ in range(ATTEMPTS):
        with begin(database.engine) as connection:
            taken = _try(connection, hub, replica, wanted, limits, time.time())
        if taken is not None:
            return taken
    return NOTHING


def _try(
    connection: Connection, hub: UUID, replica: str, wanted: Share, limits: Limits, now: float
) -> Share | None:
    """None where another replica was quicker."""
    row = _row(connection, hub)
    second = _second(row.second, int(now))
    used = row.calls if row.second == second else 0
    others = {
        name: told for name, told in row.holders.items() if name != replica and told["until"] > now
    }
    share = Share(
        max(0, min(wanted.calls, limits.calls_per_second - used)),
        max(0, min(wanted.slots, limits.at_once - sum(told["slots"] for told in others.values()))),
    )
    mine = {replica: {"slots": share.slots, "until": now + SLOT_SECONDS}} if share.slots else {}
    changed = connection.execute(
        update(hub_allowances)
        .where(hub_allowances.c.hub == hub, hub_allowances.c.version == row.version)
        .values(
            version=row.version + 1,
            second=second,
            calls=used + share.calls,
            holders=others | mine,
        )
    )
    return share if changed.rowcount else None


def _row(connection: Connection, hub: UUID) -> Any:
    wanted = select(hub_allowances).where(hub_allowances.c.hub == hub)
    found = connection.execute(wanted).one_or_none()
    if found is None:
        fresh: Mapping[str, Any] = {
            "hub": hub,
            "version": 0,
            "second": 0,
            "calls": 0,
            "holders": {},
        }
        connection.execute(_INSERT[connection.dialect.name], fresh)
        found = connection.execute(wanted).one()
    return found


def _second(known: int, mine: int) -> int:
    """The later one, so that no two replicas count for themselves."""
    return known if mine < known <= mine + CLOCKS_DIFFER else mine


_INSERT: Any = {
    "postgresql": postgresql_insert(hub_allowances).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(hub_allowances).on_conflict_do_nothing(),
}
