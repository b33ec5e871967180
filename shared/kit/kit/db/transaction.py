"""A service's database, and the transaction in which each of its stories happens."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session, configure_mappers

from headship_contracts.errors import Refused
from headship_contracts.messages import Envelope, Event, EventWire
from kit import clock
from kit.audit import trail
from kit.correlation import current_causation, current_correlation
from kit.db.bulk import insert_rows, new_ids
from kit.db.engine import alone
from kit.db.leases import Leases
from kit.db.tables import outbox, outbox_waiting
from kit.failpoints import reach
from kit.identity import Caller

MAX_EVENT_BYTES = 1_048_576
"""A longer event is refused where it is made, not where it would get stuck."""

EVENTS_AT_ONCE = 500
"""Written in one statement; between two of them other greenlets get their turn."""


class Countable(Protocol):
    """A Prometheus counter, its labels chosen."""

    def inc(self, amount: float = 1) -> None: ...


class Transaction(Session):
    """A SQLAlchemy session that also tells others, in the same commit. The kit commits it."""

    def __init__(self, engine: Engine, service: str, caller: Caller, at: datetime) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.at = at
        """The domain's instant for everything in this transaction, aware UTC."""
        self.caller = caller
        """Who asked for it; for an event or a timer, the service itself."""
        self.woken: set[str] = set()
        self._service = service
        self.counted: list[tuple[Countable, float]] = []
        self._at_the_end: list[Callable[[], object]] = []
        self._noted: dict[trail.Noted, None] = {}
        self._outgoing: list[dict[str, Any]] = []
        self._envelopes: dict[tuple[EventWire, str, str | None], dict[str, Any]] = {}

    def emit(self, event: Event) -> None:
        """Tell a fact: it leaves when, and only when, this transaction commits."""
        self._emit(event.wire, [event.dump()])

    def emit_each(self, kind: type[Event], facts: Iterable[Mapping[str, Any]]) -> None:
        """Tell as many facts of one kind, each by its fields: what a long list brings at once."""
        self._emit(kind.wire, [kind.dump_of(fields) for fields in facts])

    def _emit(self, wire: EventWire, bodies: Sequence[dict[str, Any]]) -> None:
        if wire.source != self._service:
            raise ValueError(f"{self._service} cannot emit {wire.source}'s {wire.name}")
        now = datetime.now(UTC)
        envelope = orjson.dumps(self._envelope(wire) | {"sent_at": now.isoformat()})
        row = {"source": wire.source, "name": wire.name, "created_at": now}
        row |= {"state": "published", "attempts": 0}
        for event_id, body in zip(new_ids(len(bodies)), bodies, strict=True):
            its = orjson.dumps({"event_id": event_id, "body": body})
            told = b"%b,%b" % (envelope[:-1], its[1:])  # of which the first part is always the same
            if len(told) > MAX_EVENT_BYTES:
                raise Refused("event_too_large", f"{wire.name} is over {MAX_EVENT_BYTES} bytes")
            self._outgoing.append({"event_id": event_id, "body": told.decode(), **row})

    def _envelope(self, wire: EventWire) -> dict[str, Any]:
        """What the envelopes of all events of a kind have in common here, as JSON values."""
        because = (wire, current_correlation(), current_causation())
        known = self._envelopes.get(because)
        if known is None:
            known = Envelope(
                event_id=uuid4(),
                source=wire.source,
                name=wire.name,
                version=wire.version,
                occurred_at=self.at,
                sent_at=self.at,
                correlation_id=because[1],
                causation_id=because[2],
            ).dump()
            del known["event_id"]
            self._envelopes[because] = known
        return known

    def wake(self, timer: str) -> None:
        """Run this service's timer of that name at once after the commit."""
        self.woken.add(timer)

    def count(self, counter: Countable, amount: float = 1) -> None:
        """Count what is done here once it is committed: what is rolled back counts nothing."""
        self.counted.append((counter, amount))

    def at_the_end(self, work: Callable[[], object]) -> None:
        """Do this once the story is told. Not by SQLAlchemy's `before_commit`: what is audited
        takes the commit along, and nothing may follow it."""
        self._at_the_end.append(work)

    def audit(self, notes: "Iterable[trail.Note]") -> None:
        """Note in the audit trail whose records are read or changed here. The kit does it for
        what a call's contract names; this is for what a file or a page tells besides."""
        self._noted |= dict.fromkeys(trail.here(notes))

    def next_revision(self, former: int | None) -> int:
        """The revision of a record that changes now: take it while the record's row is locked.

        UTC microseconds of the wall clock, so that it also grows after a restore; never less
        than the former one plus one.
        """
        return max(time.time_ns() // 1000, (former or 0) + 1)

    @property
    def emitted(self) -> bool:
        return bool(self._outgoing)

    def end(self) -> None:
        """Do what was put off until now; the kit does this when the block is through."""
        for work in self._at_the_end:
            work()

    def write_outbox(self) -> None:
        """Put what was emitted into the outbox, in the order told; the kit does this at the end."""
        if self._outgoing:
            self.flush()
            for begin in range(0, len(self._outgoing), EVENTS_AT_ONCE):
                rows = self._outgoing[begin : begin + EVENTS_AT_ONCE]
                insert_rows(self, outbox, rows, listed_in=outbox_waiting)

    def write_audit(self) -> None:
        """Put what was noted into the audit trail, with which the transaction may end."""
        if self._noted:
            self.flush()
            trail.write(self, self.caller, self._noted)


class ServiceDatabase:
    """One service's database. `transaction()` is the only way in."""

    def __init__(self, engine: Engine, service: str) -> None:
        configure_mappers()  # what is wrong with them shows at start, and no first call waits
        self.engine = engine
        self.service = service
        self.leases = Leases(engine)
        self.after_emit: Callable[[], None] = _nobody_listens
        self.after_wake: Callable[[str], None] = _nobody_listens

    @contextmanager
    def transaction(
        self, *, at: datetime | None = None, caller: Caller | None = None
    ) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, or rolls back when it raises."""
        teller = caller or Caller("service", self.service)
        with self._only_one_here(), alone(self.engine):
            tx = Transaction(self.engine, self.service, teller, at or clock.now())
            with tx:
                yield tx
                tx.end()
                tx.write_outbox()
                _reach_when(tx, "outbox.before_commit")
                tx.write_audit()
                tx.commit()
                _reach_when(tx, "outbox.after_commit")
        for counter, amount in tx.counted:
            counter.inc(amount)
        if tx.emitted:
            self.after_emit()
        for timer in sorted(tx.woken):
            self.after_wake(timer)

    @contextmanager
    def _only_one_here(self) -> Iterator[None]:
        if self in _open_here.get():
            raise RuntimeError("a transaction inside a transaction would wait for the outer one")
        outer = _open_here.set((*_open_here.get(), self))
        try:
            yield
        finally:
            _open_here.reset(outer)


_open_here: ContextVar[tuple[ServiceDatabase, ...]] = ContextVar("open_transactions", default=())


def refuse_in_transaction(what: str) -> None:
    """Raises RuntimeError if this greenlet is in a transaction: `what` would keep its locks."""
    if _open_here.get():
        raise RuntimeError(f"{what} inside a transaction: do it before or after")


def _reach_when(tx: Transaction, failpoint: str) -> None:
    if tx.emitted:
        reach(failpoint)


def _nobody_listens(*_told: object) -> None:
    """Until the relay and the timers run in this process, their own polling does."""
