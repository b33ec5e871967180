"""The relay: takes events from the outbox to the bus, in order, and marks them when they arrived.

One per service leads, by an advisory lock on the very connection that reads and marks, so that
who loses the connection loses the lead too. A crash at any point loses nothing; events may go out
twice, which the inboxes of those who hear them see to.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row

from headship_contracts.messages import EVENTS
from kit import metrics
from kit.audit.sealing import seal
from kit.bus import outbox
from kit.bus.outage import is_outage
from kit.bus.outgoing import Outgoing
from kit.bus.purge import purge
from kit.bus.retry import SENT_AGAIN
from kit.db.engine import alone
from kit.db.locks import try_lock, unlock
from kit.failpoints import reach
from kit.hubs import changes
from kit.hubs.changes import HubFeed
from kit.log import reason
from kit.topology import event_exchange
from kit.transport.confirms import RETURNED, Batch
from kit.transport.publisher import BROKER_AWAY, ConfirmedPublisher

BATCH = 200
POLL_SECONDS = {"postgresql": 1.0, "sqlite": 30.0}
"""How often to look without being woken, or when rows that the broker refused are due again. The
one process that SQLite serves wakes its own relay."""
FOLLOW_SECONDS = 0.5
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
REFUSED_SECONDS = (1, 2, 5, 15, 60, 300)
"""Pauses of a row that the broker did not take; the last one again and again."""
GAUGE_SECONDS = 5.0
PURGE_SECONDS = 3600.0
SEAL_SECONDS = 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """Rows on their way, and where the broker's answers for them are kept."""

    rows: Sequence[Row[Any]]
    batch: Batch


class Relay:
    """`run()` in a greenlet or thread of its own until `stop()`; `wake()` after each commit."""

    def __init__(
        self, service: str, engine: Engine, amqp_uri: str, feed: HubFeed | None = None
    ) -> None:
        self.service = service
        self._feed = feed
        self.leads = False
        self._engine, self._amqp_uri = engine, amqp_uri
        self._lock = f"relay:{service}"
        self._woken = threading.Event()
        self._stopping = False
        self._failures = 0
        self._next_look = POLL_SECONDS[engine.dialect.name]
        self._gauged = self._purged = self._sealed = float("-inf")
        metrics.touch(metrics.relay_events, {"service": service, "outcome": metrics.RELAY_OUTCOMES})

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    def stop(self) -> None:
        """Send what is there, then end."""
        self._stopping = True
        self._woken.set()

    def run(self) -> None:
        """Lead or follow until stopped; come back by itself after any error."""
        while not self._stopping:
            try:
                with self._engine.connect() as connection:
                    self._follow(connection)
                    if not self._stopping:
                        self._lead(connection)
            except Exception as error:
                pause = RECONNECT_SECONDS[min(self._failures, len(RECONNECT_SECONDS) - 1)]
                self._failures += 1
                expected = isinstance(error, BROKER_AWAY) or is_outage(error)
                _log.warning(
                    "the relay begins anew",
                    exc_info=None if expected else error,
                    extra={"reason": reason(error), "pause": pause},
                )
                self._rest(pause)

    def _follow(self, connection: Connection) -> None:
        """Until this is the leader, or stopped."""
        while not self._stopping:
            taken = try_lock(connection, self._lock)
            connection.commit()  # the lock outlives the transaction; nothing stays open meanwhile
            if taken:
                return
            self._failures = 0
            self._rest(FOLLOW_SECONDS)

    def _lead(self, connection: Connection) -> None:
        self.leads = True
        try:
            outbox.read_in_order(connection)
            connection.commit()
            with ConfirmedPublisher(self._amqp_uri) as publisher:
                while True:
                    self._next_look = POLL_SECONDS[self._engine.dialect.name]
                    self._send_what_waits(connection, publisher)
                    if self._stopping:
                        return
                    self._see_to_the_rest(connection)
                    self._failures = 0  # not sooner: the next one to lead may fail like this one
                    self._rest(self._next_look)
                    publisher.beat()
        finally:
            self.leads = False
            self._forget_gauges()
            self._let_go(connection)

    def _send_what_waits(self, connection: Connection, publisher: ConfirmedPublisher) -> None:
        """All of it. The next batch is read and sent while the broker works on the one before, so
        that neither waits for the other; a crash repeats two batches at most."""
        before: Sent | None = None
        while True:
            sent = self._send_batch(connection, publisher, before)
            if before is not None:
                self._settle(connection, publisher, before)
            if sent is None:
                return
            if len(sent.rows) < BATCH:
                self._settle(connection, publisher, sent)
                return
            before = sent
            self._see_to_the_rest(connection)

    def _send_batch(
        self, connection: Connection, publisher: ConfirmedPublisher, before: Sent | None
    ) -> Sent | None:
        """The next rows, published and not yet confirmed."""
        under_way = [row.id for row in before.rows] if before is not None else []
        with alone(self._engine), connection.begin():
            rows = outbox.next_rows(connection, datetime.now(UTC), BATCH, under_way)
        if not rows:
            return None
        reach("relay.after_read")
        batch = publisher.send(_messages(rows))
        reach("relay.after_publish")
        return Sent(rows, batch)

    def _settle(self, connection: Connection, publisher: ConfirmedPublisher, sent: Sent) -> None:
        """Wait for the broker's answers and mark each row by them."""
        refused = publisher.confirm(sent.batch)
        reach("relay.after_confirm")
        with alone(self._engine), connection.begin():
            self._mark(connection, sent.rows, refused)
            reach("relay.before_commit")
        reach("relay.after_commit")

    def _mark(
        self, connection: Connection, rows: Sequence[Row[Any]], refused: dict[str, str]
    ) -> None:
        now = datetime.now(UTC)
        arrived: list[int] = []
        unheard: list[int] = []
        until: list[tuple[int, datetime]] = []
        answers: Counter[tuple[str, str]] = Counter()
        for row in rows:
            answer = refused.get(row.event_id)
            if answer is None:
                arrived.append(row.id)
            elif answer == RETURNED and _nobody_listens(row):
                unheard.append(row.id)
            else:
                pause = REFUSED_SECONDS[min(row.attempts, len(REFUSED_SECONDS) - 1)]
                until.append((row.id, now + timedelta(seconds=pause)))
                self._next_look = min(self._next_look, pause)
                answers[row.name, answer] += 1
        if arrived:
            outbox.settle(connection, arrived)
        if unheard:
            outbox.settle_unheard(connection, unheard)
        if self._feed is not None:
            gone = {*arrived, *unheard}
            changes.note(connection, self._feed, [row for row in rows if row.id in gone])
        if until:
            outbox.put_off(connection, until)
        self._count("published", len(arrived))
        for (name, answer), events in answers.items():
            self._count(answer, events)
            told = {"event": name, "answer": answer, "events": events}
            _log.warning("the broker did not take events", extra=told)

    def _count(self, outcome: str, events: int) -> None:
        metrics.relay_events.labels(service=self.service, outcome=outcome).inc(events)

    def _see_to_the_rest(self, connection: Connection) -> None:
        """Gauges, what an earlier version has told, the purge and the audit trail's seal, each in
        its own time."""
        now = time.monotonic()
        if now - self._gauged >= GAUGE_SECONDS:
            self._gauged = now
            with alone(self._engine), connection.begin():
                outbox.take_over(connection)
            self._set_gauges(connection)
        if now - self._purged >= PURGE_SECONDS:
            with alone(self._engine), connection.begin():
                more = purge(connection, datetime.now(UTC))
            if not more:  # else the next part in a moment
                self._purged = now
        if now - self._sealed >= SEAL_SECONDS:
            self._sealed = now
            self._seal()

    def _seal(self) -> None:
        sealed = seal(self._engine)
        if sealed is not None:
            number, sha256 = sealed
            told = {"service": self.service, "seal": number, "sha256": sha256}
            _log.info("the audit trail is sealed", extra=told)

    def _set_gauges(self, connection: Connection) -> None:
        with alone(self._engine), connection.begin():
            pending, oldest = outbox.waiting(connection)
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0
        metrics.outbox_pending.labels(service=self.service).set(pending)
        metrics.outbox_oldest.labels(service=self.service).set(age)

    def _forget_gauges(self) -> None:
        for gauge in (metrics.outbox_pending, metrics.outbox_oldest):
            gauge.labels(service=self.service)  # so that there is one to remove
            gauge.remove(self.service)

    def _let_go(self, connection: Connection) -> None:
        """So that a follower leads at once. A connection that is broken has let go already."""
        try:
            unlock(connection, self._lock)
            outbox.read_as_ever(connection)
            connection.commit()
        except Exception:
            connection.invalidate()

    def _rest(self, seconds: float) -> None:
        self._woken.wait(0 if self._stopping else seconds)
        self._woken.clear()


def _messages(rows: Sequence[Row[Any]]) -> Iterator[Outgoing]:
    for row in rows:
        reach("relay.before_message")
        yield _message(row)


def _message(row: Row[Any]) -> Outgoing:
    """A row that has been sent before and waits again is a republish, and says so."""
    headers = {SENT_AGAIN: True} if row.again else {}
    return Outgoing(row.event_id, event_exchange(row.source), row.name, row.body.encode(), headers)


def _nobody_listens(row: Row[Any]) -> bool:
    kind = EVENTS.get((row.source, row.name))
    return kind is not None and not kind.wire.heard_by
