"""What the four databases say of events: told, handled, parked; and whether all is quiet.

The demo reads the databases as an administrator does after an incident; no service does that.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, func, select

from kit.bus.outbox import still_waits
from kit.bus.outbox import waiting as outbox_waits
from kit.db.engine import begin
from kit.db.tables import inbox, outbox, parked

Subscribers = Mapping[tuple[str, str], list[str]]
"""(source, event) → the full names of the queues that take it."""


@dataclass
class Ledger:
    """Follows the outboxes of all services, and knows what is still on its way."""

    engines: Mapping[str, Engine]
    subscribers: Subscribers
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    _read: dict[str, int] = field(default_factory=dict)

    def under_way(self) -> int:
        """Deliveries not yet handled or parked, and events not yet published."""
        waiting = 0
        for service, engine in self.engines.items():
            with begin(engine) as connection:
                fresh = connection.execute(
                    select(outbox.c.id, outbox.c.name).where(
                        outbox.c.id > self._read.get(service, 0)
                    )
                ).all()
                waiting += outbox_waits(connection)[0]
            for row in fresh:
                self.told[service, row.name] += 1
                self._read[service] = max(self._read.get(service, 0), row.id)
        return waiting + self.expected - self.handled() - self.parked()

    @property
    def expected(self) -> int:
        """How many deliveries the events told so far lead to."""
        return sum(
            count * len(self.subscribers.get(event, [])) for event, count in self.told.items()
        )

    def handled(self) -> int:
        """Deliveries handled, once each."""
        return self._count(select(func.count()).select_from(inbox))

    def parked(self) -> int:
        """Deliveries that wait in a dead-letter queue."""
        return self._count(select(func.count()).where(parked.c.state == "parked"))

    def published(self) -> int:
        """Events that the broker has confirmed."""
        return self._count(select(func.count()).where(outbox.c.state == "published", ~still_waits))

    def unhandled(self) -> list[str]:
        """Each published event that a subscriber has not handled, as "queue: source.name id"."""
        handled: dict[str, set[UUID]] = {}
        for engine in self.engines.values():
            with begin(engine) as connection:
                for row in connection.execute(select(inbox.c.queue, inbox.c.event_id)):
                    handled.setdefault(row.queue, set()).add(row.event_id)
        missing = []
        for service, engine in self.engines.items():
            with begin(engine) as connection:
                rows = connection.execute(select(outbox.c.event_id, outbox.c.name)).all()
            missing += [
                f"{queue}: {service}.{row.name} {row.event_id}"
                for row in rows
                for queue in self.subscribers.get((service, row.name), [])
                if row.event_id not in handled.get(queue, set())
            ]
        return missing

    def _count(self, query: object) -> int:
        total = 0
        for engine in self.engines.values():
            with begin(engine) as connection:
                total += connection.scalar(query) or 0  # type: ignore[call-overload]
        return total
