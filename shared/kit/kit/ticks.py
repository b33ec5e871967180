"""Which ticks the timers of a service have run, kept in its database for all replicas."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from kit.db import ServiceDatabase
from kit.db.engine import begin
from kit.db.tables import timer
from kit.schedule import Schedule

ATTRIBUTE: Final = "headship_timer"
"""Where `@timer` leaves the schedule on the method that it decorates."""

CLOCKS: Final = timedelta(minutes=1)
"""How far replicas' clocks may differ: a tick that is further ahead was run by a wrong one."""

_log = logging.getLogger(__name__)


def schedules_of(service_class: type) -> dict[str, Schedule]:
    """The timers of a service, by name."""
    found = {
        name: getattr(getattr(service_class, name), ATTRIBUTE, None) for name in dir(service_class)
    }
    return {name: plan for name, plan in found.items() if isinstance(plan, Schedule)}


def last_tick(database: ServiceDatabase, name: str, schedule: Schedule, now: datetime) -> datetime:
    """The last tick that any replica has run. The first call ever writes down where to begin; where
    it was run by a clock that is ahead of time no more, the timer goes on from now."""
    with database.transaction() as tx:
        known: datetime | None = tx.scalar(select(timer.c.last_tick).where(timer.c.name == name))
        if known is not None and not is_ahead(known, now):
            return known
        if known is not None:
            told = {"service": database.service, "timer": name, "tick": known.isoformat()}
            _log.warning("a timer had run ticks that are still to come", extra=told)
            _remember(tx, name, schedule.latest(now))
            return schedule.latest(now)
        insert = postgresql_insert if tx.get_bind().dialect.name == "postgresql" else sqlite_insert
        begun = schedule.before_first(now)
        tx.execute(insert(timer).values(name=name, last_tick=begun).on_conflict_do_nothing())
        found: datetime = tx.scalars(select(timer.c.last_tick).where(timer.c.name == name)).one()
        return found


def is_ahead(tick: datetime, now: datetime) -> bool:
    """Whether a tick that was run cannot have been due yet."""
    return tick > now + CLOCKS


def remember(database: ServiceDatabase, name: str, tick: datetime) -> None:
    """This tick has been run."""
    with database.transaction() as tx:
        _remember(tx, name, tick)


def ticks_due(
    engine: Engine, service_class: type, now: datetime
) -> list[tuple[str, datetime | None]]:
    """(timer, tick) for each tick that is to be run and has not been; empty: all have caught up.

    A timer that has never been started is due, with None for its tick.
    """
    with begin(engine) as connection:
        found = connection.execute(select(timer.c.name, timer.c.last_tick))
        run: dict[str, datetime] = {row.name: row.last_tick for row in found}
    due: list[tuple[str, datetime | None]] = []
    for name, schedule in schedules_of(service_class).items():
        if name not in run:
            due.append((name, None))
        else:
            due += [(name, tick) for tick in schedule.due(run[name], now)]
    return due


def _remember(tx: Session, name: str, tick: datetime) -> None:
    values: dict[str, Any] = {"last_tick": tick, "ran_at": datetime.now(UTC)}
    tx.execute(update(timer).where(timer.c.name == name).values(values))
