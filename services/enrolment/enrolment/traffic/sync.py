"""Reading from DfE: list by list, page by page, one transaction each.

A sync that dies goes on where it was, and no two overlap: who reads holds a lease, and each page's
transaction looks whether another has taken over. A list that fails is tried again from the page
where it failed, the others are read meanwhile; what stops everything (no connection, 401, 429)
ends the sync until later.
"""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from enrolment import organisations, queries
from enrolment.dfe import ahead
from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeError, DfeStopped
from enrolment.domain.traffic import next_read, read_since
from enrolment.models import Stream, Traffic
from enrolment.traffic import missing, pages_taken, shown
from enrolment.traffic.pausing import all_is_well, pause
from enrolment.traffic.writes import wall
from headship_contracts.enrolment.dfe import SyncReport
from headship_contracts.errors import Conflict
from kit import Transaction
from kit.db import ServiceDatabase

LEASE = "sync_from_dfe"
"""Who reads has it; it is free at once when that process dies."""

UNSETTLED = "DfE has yet to answer a write of ours, or to show what a record belongs to"
"""Why a list is read again from where it began, though nothing is wrong."""

MOST_TRIES = 6
"""After so many failures in a row a sync ends, and the next one begins where this one did."""


@dataclass
class Run:
    """A sync under way; `number` counts them. The figures are of this process alone."""

    holder: UUID
    everything: bool
    number: int
    started_at: datetime
    seen: int = 0
    pages: int = 0
    received: int = 0
    changed: int = 0
    vanished: int = 0
    drifted: int = 0
    problems: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def failed(self, error: Exception) -> None:
        """Not all that was to be read has been."""
        doing = getattr(error, "doing", "")
        said = str(error) if isinstance(error, DfeError) else type(error).__name__
        self.problems.append(f"{doing}: {said}" if doing else said)
        self.failure = error


def sync(
    db: ServiceDatabase,
    client: DfeClient,
    *,
    everything: bool,
    interval: timedelta,
    patience: timedelta = timedelta(0),
) -> SyncReport:
    """Read what changed, or everything. Raises Conflict while another sync is under way, and does
    not end within `patience`.

    An error of DfE's is part of the report: what was read stays, and the next sync goes on where
    this one broke off. So does one after an error of our own, which is raised.
    """
    with db.leases.holding(LEASE, wait_seconds=patience.total_seconds()) as free:
        if not free:
            raise Conflict("sync_under_way", "another sync reads from DfE now")
        return _sync(db, client, everything=everything, interval=interval)


def _sync(
    db: ServiceDatabase, client: DfeClient, *, everything: bool, interval: timedelta
) -> SyncReport:
    run, since = _begin(db, everything, interval, client.page_size)
    try:
        _read_everything(db, client, run)
    except DfeStopped as error:
        run.failed(error)
    except Exception as error:
        run.failed(error)
        raise
    finally:
        _end(db, run)
    return SyncReport(
        everything=run.everything,
        since=since,
        pages=run.pages,
        seen=run.seen,
        received=run.received,
        changed=run.changed,
        vanished=run.vanished,
        drifted=run.drifted,
        problem="; ".join(run.problems[:5]) or None,
    )


def is_due(db: ServiceDatabase, at: datetime) -> bool:
    """Whether a sync broke off and may go on, or the next regular one is due."""
    with db.transaction(at=at) as tx:
        traffic = tx.get_one(Traffic, "sync")
        if traffic.stopped_until is not None and traffic.stopped_until > wall():
            return False
        return traffic.holder is not None or traffic.due_at is None or at >= traffic.due_at


def _begin(
    db: ServiceDatabase, everything: bool, interval: timedelta, page_size: int
) -> tuple[Run, datetime | None]:
    """Go on with a sync that broke off, or begin one. Gives from when it reads, too.

    A list that was being read by pages of another size is read from its first one.
    """
    with db.transaction() as tx:
        traffic = queries.lock_traffic(tx, "sync")
        streams = tx.scalars(select(Stream).order_by(Stream.name)).all()
        goes_on = traffic.holder is not None and (traffic.everything or not everything)
        if not goes_on or traffic.started_at is None:
            traffic.everything, traffic.started_at = everything, tx.at
            traffic.due_at = next_read(tx.at, interval, random.random())  # nosec B311 # spreads waits; nothing secret
            traffic.number += 1
            for stream in streams:
                stream.since = None if everything else read_since(stream.cursor_at, interval)
                stream.page, stream.number, stream.finished_at = 1, traffic.number, None
                stream.problem = None
        for stream in streams:
            if stream.page_size != page_size:
                stream.page, stream.page_size = 1, page_size
        traffic.holder = uuid4()
        run = Run(
            holder=traffic.holder,
            everything=traffic.everything,
            number=traffic.number,
            started_at=traffic.started_at,
        )
        return run, next(s.since for s in streams if s.name == "applications")


def _read_everything(db: ServiceDatabase, client: DfeClient, run: Run) -> None:
    """All lists. Raises DfeStopped; other errors of DfE's are noted, and the next list is read."""
    with _noting(run):
        _read_delivery_partners(db, client)
    for taken in pages_taken.STREAMS:
        with _noting(run):
            _read_stream(db, client, run, taken)
    if run.everything and run.failure is None:
        with _noting(run):
            missing.look(db, client, run, _holding(db, run))


def _read_delivery_partners(db: ServiceDatabase, client: DfeClient) -> None:
    partners = client.delivery_partners()
    with db.transaction() as tx:
        organisations.know_delivery_partners(tx, partners)


def _read_stream(
    db: ServiceDatabase, client: DfeClient, run: Run, taken: pages_taken.Taken
) -> None:
    """One list, from the page where it is, to the empty one behind the last."""
    with db.transaction() as tx:
        stream = tx.get_one(Stream, taken.stream)
        page, since, finished = stream.page, stream.since, stream.finished_at is not None
    if finished:
        return

    def fetch(number: int) -> list[Any]:
        return client.records(taken.stream, since=since, page=number)

    def read(records: list[Any]) -> shown.Page[Any]:
        return shown.page_of(records, taken.read)

    with closing(ahead.pages(fetch, read, page)) as pages:
        for number, asked_at, found in pages:
            with _step(db, run) as tx:
                told = taken.take(
                    tx,
                    found,
                    run.number,
                    asked_at=asked_at,
                    began_at=run.started_at,
                    everything=run.everything,
                )
                _move_on(tx, run, taken.stream, number, told, finished=not found)
            run.pages += bool(found)
            if taken.stream == "applications":
                run.seen += len(found.digests)
            run.received += told.received
            run.changed += told.changed
            run.drifted += told.drifted


def _move_on(
    tx: Transaction, run: Run, name: str, page: int, told: shown.Told, *, finished: bool
) -> None:
    """The next sync reads on from here; a list with problems is read again from where it began."""
    stream = tx.get_one(Stream, name)
    stream.page = page + 1
    if told.unsettled:
        stream.problem = stream.problem or UNSETTLED
    if told.problems:
        named = [f"{name}, page {page}, {problem}" for problem in told.problems]
        run.problems += named
        stream.problem = "; ".join([*filter(None, [stream.problem]), *named])[:2_000]
    if finished:
        stream.finished_at = tx.at
        if stream.problem is None:
            stream.cursor_at = run.started_at


@contextmanager
def _step(db: ServiceDatabase, run: Run) -> Iterator[Transaction]:
    """One transaction of a sync that still holds the right to sync."""
    with db.transaction() as tx:
        traffic = queries.lock_traffic(tx, "sync")
        if traffic.holder != run.holder:
            raise Conflict("sync_taken_over", "this sync had lost its lease; another one reads on")
        yield tx


def _holding(db: ServiceDatabase, run: Run) -> missing.Step:
    return lambda: _step(db, run)


@contextmanager
def _noting(run: Run) -> Iterator[None]:
    try:
        yield
    except DfeStopped:
        raise
    except DfeError as error:
        run.failed(error)


def _end(db: ServiceDatabase, run: Run) -> None:
    """Let go of the lease. One that failed is gone on with, later each time."""
    with db.transaction() as tx:
        failure = run.failure
        traffic = pause(tx, "sync", failure) if failure else all_is_well(tx, "sync")
        if traffic.holder != run.holder:
            return
        traffic.problem = "; ".join(run.problems[:5]) or None
        stopped = isinstance(run.failure, DfeStopped)
        if run.failure is None or (traffic.failures >= MOST_TRIES and not stopped):
            traffic.holder, traffic.finished_at, traffic.failures = None, tx.at, 0
