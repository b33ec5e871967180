"""What a full sync did not show: asked for by its id, since only a 404 means that it is gone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from enrolment import queries
from enrolment.applications.following import be_removed
from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeRefused
from enrolment.domain.traffic import loss_is_believable
from enrolment.models import Application, Declaration
from enrolment.traffic import drift
from kit import Transaction
from kit.db import ServiceDatabase

AT_ONCE = 200

GONE, NOT_SHOWN = "gone", "not shown"

Step = Callable[[], AbstractContextManager[Transaction]]
"""A transaction of a sync that still holds the right to sync."""


class FullSync(Protocol):
    """What is looked at of a sync under way."""

    number: int
    started_at: Any
    vanished: int
    drifted: int
    problems: list[str]


def look(db: ServiceDatabase, client: DfeClient, run: FullSync, step: Step) -> None:
    """Find and report what is gone, and remove such applications.

    Where too much is missing to be true, nothing is removed, and each record is reported.
    """
    for stream, kind in (("applications", "application"), ("declarations", "declaration")):
        with db.transaction() as tx:
            missing = queries.count_not_shown(tx, stream, run.number, run.started_at)
            held = queries.count_at_dfe(tx, stream)
        believable = loss_is_believable(missing, held)
        if not believable:
            run.problems.append(
                f"{missing} of {held} {stream} are gone at DfE: too many to believe, none removed"
            )
        after: UUID | None = None
        while batch := _batch(db, stream, run, after):
            after = batch[-1][0]
            if believable:
                for ours, theirs in batch:
                    _ask(client, run, step, kind, ours, theirs)
            else:
                with step() as tx:
                    _report(tx, run, kind, [ours for ours, _ in batch])


def _batch(
    db: ServiceDatabase, stream: str, run: FullSync, after: UUID | None
) -> list[tuple[UUID, UUID]]:
    with db.transaction() as tx:
        return queries.not_shown(tx, stream, run.number, run.started_at, after, AT_ONCE)


def _ask(client: DfeClient, run: FullSync, step: Step, kind: str, ours: UUID, theirs: UUID) -> None:
    if kind == "declaration":
        if not _is_there(client.declaration, theirs):
            with step() as tx:
                _report(tx, run, kind, [ours], GONE)
        return
    if _is_there(client.application, theirs):
        return
    cause = "moved" if _keeps_a_declaration(client, step, ours) else "vanished"
    with step() as tx:
        application = queries.lock_application(tx, ours)
        if application.status != "removed":
            gone = ("application", application.status, cause)
            run.drifted += drift.followed(
                tx, "application", application, theirs, [gone], run.number
            )
            be_removed(tx, application, cause)
            run.vanished += 1


def _keeps_a_declaration(client: DfeClient, step: Step, application_id: UUID) -> bool:
    """DfE goes on showing us our declarations of an application that has another provider now."""
    with step() as tx:
        made = queries.declarations_of(tx, [application_id])
        known = [d.dfe_declaration_id for d in made if d.dfe_declaration_id is not None]
    return bool(known) and _is_there(client.declaration, known[-1])


def _is_there(ask: Callable[[UUID], object], dfe_id: UUID) -> bool:
    try:
        ask(dfe_id)
    except DfeRefused as error:
        if error.status == 404:
            return False
        raise
    return True


def _report(
    tx: Transaction, run: FullSync, kind: str, ids: list[UUID], theirs: str = NOT_SHOWN
) -> None:
    table: Any = Application if kind == "application" else Declaration
    for record in [tx.get_one(table, one) for one in ids]:
        dfe_id = record.dfe_application_id if table is Application else record.dfe_declaration_id
        difference = (kind, record.status if table is Application else record.state, theirs)
        run.drifted += drift.stands(tx, kind, record, dfe_id, difference, run.number)
