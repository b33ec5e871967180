"""Declarations: what is due and evidenced is made, locked to its evidence, and owed to DfE."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from enrolment import metrics, outcomes, queries, schemas
from enrolment.dfe.shapes import DfeDeclaration
from enrolment.domain import declarations as rules
from enrolment.domain.evidence import RESULT
from enrolment.due import Standing, stand
from enrolment.models import (
    Application,
    DeadlineWarning,
    Declaration,
)
from enrolment.writes import owe
from headship_contracts.enrolment.declarations import (
    DeclarationPage,
    ListDeclarations,
)
from headship_contracts.enrolment.events import (
    DeclarationDue,
    DeclarationRefused,
    DeclarationSubmitted,
)
from kit import Transaction
from kit.clock import LONDON
from kit.db import ServiceDatabase
from kit.paging import page

AT_ONCE = 200
"""Applications looked at in one transaction: their rows are locked meanwhile."""


def declare_what_is_due(db: ServiceDatabase, at: datetime) -> None:
    """Walk through all who are enrolled: make what can be made, warn of deadlines."""
    after: UUID | None = None
    while True:
        with db.transaction(at=at) as tx:
            enrolled = list(tx.scalars(queries.enrolled_after(after, AT_ONCE)))
            if not enrolled:
                return
            after = enrolled[-1].id
            for application in _with_early_results(tx, enrolled):
                outcomes.owe_further(tx, application)
            standings = stand(tx, enrolled, at)
            warned = defaultdict(list)
            for warning in queries.warnings_of(tx, [s.application.id for s in standings]):
                warned[warning.application_id, warning.declaration_type].append(warning.days)
            for standing in standings:
                if standing.due.reason == rules.CAN_BE_MADE:
                    _make(tx, standing)
                else:
                    key = (standing.application.id, standing.due.milestone.declaration_type)
                    _warn(tx, standing, at, warned[key])


def _with_early_results(tx: Transaction, enrolled: Sequence[Application]) -> list[Application]:
    """Those with a result that was told before its own day."""
    by_id = {application.id: application for application in enrolled}
    early = {
        evidence.application_id
        for evidence in queries.evidence_of(tx, by_id)
        if evidence.kind == RESULT
        and evidence.fact["completion_date"] > evidence.told_at.date().isoformat()
    }
    return [by_id[application_id] for application_id in sorted(early)]


def list_declarations(tx: Transaction, request: ListDeclarations) -> DeclarationPage:
    """Oldest first, each beside what its evidence says today."""
    wanted = select(Declaration).options(joinedload(Declaration.application))
    for name in ("application_id", "declaration_type", "state"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Declaration, name) == value)
    if request.cohort is not None:
        wanted = wanted.join(Declaration.application).where(Application.cohort == request.cohort)
    keys = (Declaration.created_at, Declaration.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    evidence = queries.evidence_of(tx, {d.application_id for d in found})
    return DeclarationPage(
        items=[schemas.declaration_record(d, evidence) for d in found], next_cursor=cursor
    )


def taken(
    tx: Transaction, application: Application, declaration: Declaration, seen: DfeDeclaration
) -> None:
    """DfE has it."""
    declaration.dfe_declaration_id, declaration.state = seen.id, seen.state
    declaration.problem = None
    declaration.revision = tx.next_revision(declaration.revision)
    tx.emit(DeclarationSubmitted(**schemas.declaration_state(declaration), state=declaration.state))
    if declaration.declaration_type == "completed":
        tx.flush()
        outcomes.declared(tx, application, declaration)


def refused(tx: Transaction, declaration: Declaration, field: str, message: str) -> None:
    """DfE said no: it stays refused until somebody has it sent again."""
    declaration.state = rules.REFUSED
    declaration.problem = {"field": field, "message": message}
    declaration.revision = tx.next_revision(declaration.revision)
    tx.emit(DeclarationRefused(**schemas.declaration_state(declaration), reason=message))


def reopen(tx: Transaction, declaration: Declaration) -> None:
    """It is sent once more."""
    declaration.state, declaration.problem = rules.READY, None
    declaration.revision = tx.next_revision(declaration.revision)


def _make(tx: Transaction, standing: Standing) -> None:
    application, due = standing.application, standing.due
    if due.proof is None or due.declared_at is None:
        raise ValueError(f"nothing proves a declaration of {application.id}")
    told = due.proof.told
    declaration = Declaration(
        application=application,
        declaration_type=due.milestone.declaration_type,
        state=rules.READY,
        declaration_date=due.declared_at,
        has_passed=due.proof.has_passed,
        delivery_partner_id=application.delivery_partner_id if application.in_england else None,
        evidence_service=told.service,
        evidence_record=told.record,
        evidence_revision=told.revision,
        evidence_fact={**told.fact, "kind": told.kind},
        evidence_on=due.proof.on,
        created_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(declaration)
    tx.flush()  # its id names what is owed
    partner = standing.partner_at_dfe
    body = {
        "participant_id": str(application.participant.dfe_participant_id),
        "course_identifier": application.course,
        "declaration_type": declaration.declaration_type,
        "declaration_date": schemas.iso(declaration.declaration_date),
        "has_passed": declaration.has_passed,
        "delivery_partner_id": str(partner) if partner else None,
    }
    told_to_dfe = {name: value for name, value in body.items() if value is not None}
    owe(tx, application, "declare", told_to_dfe, subject=str(declaration.id))
    tx.count(metrics.declarations_made.labels(type=declaration.declaration_type))


def _warn(tx: Transaction, standing: Standing, at: datetime, warned: Sequence[int]) -> None:
    """21, 7 and 1 days before the deadline of what is not made, each once."""
    application, milestone = standing.application, standing.due.milestone
    today = at.astimezone(LONDON).date()
    days_left = standing.due.days_left(today)
    days = rules.warning_due(days_left, warned)
    if days is None or application.training_status != "active":
        return
    kind = milestone.declaration_type
    tx.add(DeadlineWarning(application_id=application.id, declaration_type=kind, days=days))
    no_evidence = standing.due.reason in (rules.NO_EVIDENCE, rules.NOT_OPEN)
    tx.emit(
        DeclarationDue(
            application_id=application.id,
            participant_id=application.participant_id,
            course=application.course,
            declaration_type=kind,
            delivery_partner_id=application.delivery_partner_id,
            revision=tx.next_revision(None),
            due_on=max(milestone.opens_on, today),
            deadline_on=milestone.deadline_on,
            days_left=days_left,
            reason="no_evidence" if no_evidence else "not_sent",
        )
    )
