"""Reading from DfE: page by page, one transaction each, so that a sync that dies goes on there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import update

from enrolment import dfe_queries, metrics, organisations, queries, schemas
from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeError, DfeRefused, DfeUnauthorised
from enrolment.dfe.shapes import DfeApplication
from enrolment.domain.traffic import loss_is_believable, read_since
from enrolment.following import be_removed, follow_dfe, know_person, receive
from enrolment.models import Application, Participant, Traffic
from enrolment.writes import wall
from headship_contracts.enrolment.dfe import SyncReport
from headship_contracts.errors import Conflict
from kit import Transaction
from kit.db import ServiceDatabase

LEASE = timedelta(minutes=5)
"""How long a sync may take for one page until it counts as dead and another may go on."""


@dataclass
class _Run:
    """A sync under way. `number` counts full syncs; rows carry the last one that saw them."""

    holder: UUID
    everything: bool
    number: int
    since: datetime | None
    page: int
    started_at: datetime
    pages: int = 0
    seen: int = 0
    received: int = 0
    changed: int = 0
    vanished: int = 0
    problems: list[str] = field(default_factory=list)


def sync(
    db: ServiceDatabase, client: DfeClient, *, everything: bool, interval: timedelta
) -> SyncReport:
    """Read what changed, or everything. Raises Conflict while another sync is under way.

    An error of DfE's ends it and is part of the report: what was read stays, and the next sync
    goes on where this one broke off.
    """
    run = _begin(db, everything, interval)
    try:
        _read_delivery_partners(db, client)
        _read_applications(db, client, run)
        if run.everything and not run.problems:
            _look_for_vanished(db, client, run)
        metrics.dfe_unauthorised.set(0)
    except DfeError as error:
        if isinstance(error, DfeUnauthorised):
            metrics.dfe_unauthorised.set(1)
        run.problems.append(f"page {run.page}: {error}")
        _break_off(db, run)
    except Exception as error:
        run.problems.append(f"page {run.page}: {type(error).__name__}")
        _break_off(db, run)
        raise
    else:
        _end(db, run)
    return SyncReport(
        everything=run.everything,
        since=run.since,
        pages=run.pages,
        seen=run.seen,
        received=run.received,
        changed=run.changed,
        vanished=run.vanished,
        problem="; ".join(run.problems[:5]) or None,
    )


def is_due(db: ServiceDatabase, at: datetime, interval: timedelta) -> bool:
    """Whether the last sync broke off, or began long enough ago in domain time."""
    with db.transaction(at=at) as tx:
        traffic = tx.get_one(Traffic, "sync")
        begun_at, unfinished = traffic.started_at, traffic.holder is not None
    return begun_at is None or unfinished or at >= begun_at + interval


def _begin(db: ServiceDatabase, everything: bool, interval: timedelta) -> _Run:
    with db.transaction() as tx:
        traffic = dfe_queries.lock_traffic(tx, "sync")
        if traffic.held_until is not None and traffic.held_until > wall():
            raise Conflict("sync_under_way", "another sync reads from DfE now")
        goes_on = traffic.holder is not None and traffic.everything == everything
        if not goes_on or traffic.started_at is None:
            traffic.everything, traffic.page, traffic.started_at = everything, 1, tx.at
            traffic.since = None if everything else read_since(traffic.cursor_at, interval)
            traffic.number += 1
        traffic.holder, traffic.held_until = uuid4(), wall() + LEASE
        return _Run(
            holder=traffic.holder,
            everything=traffic.everything,
            number=traffic.number,
            since=traffic.since,
            page=traffic.page,
            started_at=traffic.started_at or tx.at,
        )


def _break_off(db: ServiceDatabase, run: _Run) -> None:
    """The next sync goes on at this page."""
    with db.transaction() as tx:
        traffic = dfe_queries.lock_traffic(tx, "sync")
        if traffic.holder == run.holder:
            traffic.held_until, traffic.problem = None, "; ".join(run.problems[:5])


def _end(db: ServiceDatabase, run: _Run) -> None:
    """The next sync reads from here on only if this one has read all it should."""
    with db.transaction() as tx:
        traffic = dfe_queries.lock_traffic(tx, "sync")
        if traffic.holder != run.holder:
            return
        traffic.holder, traffic.held_until = None, None
        traffic.finished_at = tx.at
        traffic.problem = "; ".join(run.problems[:5]) or None
        if not run.problems:
            traffic.cursor_at = run.started_at


def _step(db: ServiceDatabase, run: _Run, work: Callable[[Transaction], None]) -> None:
    """One transaction of a sync that still holds the right to sync."""
    with db.transaction() as tx:
        traffic = dfe_queries.lock_traffic(tx, "sync")
        if traffic.holder != run.holder:
            raise Conflict("sync_taken_over", "this sync was too slow; another one reads on")
        work(tx)
        traffic.page, traffic.held_until = run.page, wall() + LEASE


def _read_delivery_partners(db: ServiceDatabase, client: DfeClient) -> None:
    shown = client.delivery_partners()
    with db.transaction() as tx:
        for partner in shown:
            organisations.know_delivery_partner(tx, partner)


def _read_applications(db: ServiceDatabase, client: DfeClient, run: _Run) -> None:
    while True:
        listed = client.applications(updated_since=run.since, page=run.page)
        if listed.count == 0:
            return
        run.problems += [f"page {run.page}, {problem}" for problem in listed.problems]
        run.page += 1
        _step(db, run, partial(_take_page, run=run, shown=listed.read))
        run.pages += 1
        run.seen += listed.count


def _take_page(tx: Transaction, run: _Run, shown: list[DfeApplication]) -> None:
    known = dfe_queries.lock_seen(tx, [seen.id for seen in shown])
    people = dfe_queries.participants_by_dfe_id(tx, [seen.participant_id for seen in shown])
    schemas.know_schools(tx, {seen.school_urn for seen in shown if seen.school_urn})
    for seen in shown:
        participant = people.get(seen.participant_id)
        if participant is None:
            participant = _meet(tx, seen)
            people[seen.participant_id] = participant
        differs = know_person(participant, seen)
        application = known.get(seen.id)
        if application is None:
            known[seen.id] = receive(tx, participant, seen)
            run.received += 1
        elif follow_dfe(tx, application, seen) or differs:
            run.changed += 1
    if run.everything:
        tx.flush()
        ids = [application.id for application in known.values()]
        marked = update(Application).where(Application.id.in_(ids))
        tx.execute(marked.values(seen_in_sync=run.number))


def _meet(tx: Transaction, seen: DfeApplication) -> Participant:
    participant = Participant(
        id=uuid4(),
        dfe_participant_id=seen.participant_id,
        full_name=seen.full_name,
        email=seen.email,
        email_set_at=wall(),
        trn=seen.trn,
        trn_verified=seen.trn_verified,
    )
    tx.add(participant)
    return participant


def _look_for_vanished(db: ServiceDatabase, client: DfeClient, run: _Run) -> None:
    """What a full sync did not show is asked for by its id: only a 404 means that it is gone."""
    with db.transaction() as tx:
        missing = dfe_queries.not_seen_in(tx, run.number, run.started_at)
        held = dfe_queries.count_at_dfe(tx)
        asked = [(a.id, a.dfe_application_id) for a in missing if a.dfe_application_id]
    gone = [ours for ours, theirs in asked if not _is_there(client, theirs)]
    if not loss_is_believable(len(gone), held):
        run.problems.append(
            f"{len(gone)} of {held} applications are gone at DfE: too many to believe, none removed"
        )
        return
    for application_id in gone:
        _step(db, run, partial(_remove, application_id=application_id))
        run.vanished += 1


def _is_there(client: DfeClient, dfe_application_id: UUID) -> bool:
    try:
        client.application(dfe_application_id)
    except DfeRefused as error:
        if error.status == 404:
            return False
        raise
    return True


def _remove(tx: Transaction, application_id: UUID) -> None:
    application = queries.lock_application(tx, application_id)
    if application.status != "removed":
        be_removed(tx, application, "vanished")
