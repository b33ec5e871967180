"""Making digests of many pending events: in a process of its own, so that its memory is its own.

`python -m bench.notifications.digesting URL EVENTS` prints its figures.
"""

import json
import resource
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bench.kit.ground import Ground
from kit.db import ServiceDatabase
from kit.db.bulk import insert_rows
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from notifications.digests import close_all
from notifications.domain.quiet import closing_time
from notifications.domain.values import moment
from notifications.models import DigestItem

AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
EACH = 10
"""Events that wait for one person: half of them cancel each other out."""


@dataclass(frozen=True)
class Digested:
    """One run."""

    per_second: float
    peak_mebibytes: float


def measure(ground: Ground, events: int) -> Digested:
    """Fill a database, and have a child make the digests."""
    engine = open_engine(ground.database_url)
    migrate(engine, "notifications")
    database = ServiceDatabase(engine, "notifications")
    for first in range(0, events, 1_000):
        with database.transaction(at=AT) as tx:
            insert_rows(tx, DigestItem.__table__, rows(first, 1_000))  # type: ignore[arg-type]
    engine.dispose()
    process = ground.start("-m", "bench.notifications.digesting", ground.database_url, str(events))
    said, _ = process.communicate(timeout=300)
    return Digested(**json.loads(said.strip().splitlines()[-1]))


def rows(first: int, count: int) -> list[dict[str, object]]:
    """Items of one person after another: five sessions each, every second moved there and back."""
    made: list[dict[str, object]] = []
    person = uuid4()
    for number in range(first, first + count):
        if number % EACH == 0:
            person = uuid4()
        session, step = divmod(number % EACH, 2)
        there_and_back = session % 2 == 0
        made.append(
            {
                "item_id": uuid4(),
                "business_key": f"session_moved:{person}:{session}:{step}",
                "person_id": person,
                "topic": "sessions",
                "about": f"session:{session}",
                "template": "session_moved",
                "personalisation": {"title": "School culture", "former when": dict(moment(AT))},
                "application_id": None,
                "session_id": None,
                "window_id": None,
                "declaration_type": None,
                "former": "monday" if step == 0 else "tuesday",
                "latter": ("monday" if there_and_back else "friday") if step else "tuesday",
                "revision": number + 1,
                "created_at": AT,
                "closes_at": closing_time(AT),
                "state": "pending",
                "message_id": None,
            }
        )
    return made


def run(url: str, events: int) -> Digested:
    """Make the digests, and what it took."""
    database = ServiceDatabase(open_engine(url), "notifications")
    began = time.perf_counter()
    made = close_all(database, AT + timedelta(hours=12))
    taken = time.perf_counter() - began
    assert made == events // EACH, made
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Digested(per_second=events / taken, peak_mebibytes=peak)


if __name__ == "__main__":
    figures = run(sys.argv[1], int(sys.argv[2]))
    print(json.dumps({"per_second": figures.per_second, "peak_mebibytes": figures.peak_mebibytes}))
