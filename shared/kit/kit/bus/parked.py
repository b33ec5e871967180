"""Which events wait among the dead letters, so that a repeat is not parked a second time."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kit.db import ServiceDatabase
from kit.db.engine import begin
from kit.db.tables import parked


def is_parked(database: ServiceDatabase, queue: str, key: str) -> bool:
    """Whether this event of this queue waits among the dead letters."""
    found = select(parked.c.state).where(parked.c.queue == queue, parked.c.event_id == key)
    with begin(database.engine) as connection:
        return connection.scalar(found) == "parked"


def record(database: ServiceDatabase, queue: str, key: str, reason: str) -> None:
    """Keep that it was parked, once the broker has it."""
    values = {"reason": reason, "parked_at": datetime.now(UTC), "state": "parked"}
    with begin(database.engine) as connection:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            insert(parked)
            .values(queue=queue, event_id=key, **values)
            .on_conflict_do_update(index_elements=["queue", "event_id"], set_=values)
        )


def settle(engine: Engine, queue: str, key: str, state: str) -> None:
    """Keep that it was `replayed` or `discarded`: if it fails again it is parked again.

    To be done before the letter leaves, or a quick second failure would take itself for a repeat.
    The row is kept as long from now as the inbox's: that was handled long after it was told, which
    is nothing strange in an event that was parked.
    """
    this_one = (parked.c.queue == queue, parked.c.event_id == key)
    values = {"state": state, "parked_at": datetime.now(UTC)}
    with begin(engine) as connection:
        connection.execute(update(parked).where(*this_one).values(values))
