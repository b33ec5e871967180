"""Declarations: made and locked to their evidence, owed to DfE, and followed as DfE shows them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from enrolment import metrics, outcomes, queries, schemas
from enrolment.declarations.standing import Standing, is_fundable
from enrolment.dfe.shapes import DfeDeclaration
from enrolment.domain import declarations as rules
from enrolment.domain.evidence import MADE_AT_DFE, MADE_ELSEWHERE
from enrolment.models import Application, Declaration
from enrolment.traffic.writes import owe
from headship_contracts.enrolment.declarations import DeclarationPage, ListDeclarations
from headship_contracts.enrolment.events import (
    DeclarationRefused,
    DeclarationSubmitted,
    DeclarationVoided,
)
from headship_contracts.errors import Refused
from kit import Transaction
from kit.paging import page


def list_declarations(tx: Transaction, request: ListDeclarations) -> DeclarationPage:
    """Oldest first, each beside what its evidence says today."""
    wanted = select(Declaration).options(joinedload(Declaration.application))
    for name in ("application_id", "declaration_type", "state", "dfe_statement_id"):
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


def make(tx: Transaction, standing: Standing) -> Declaration:
    """Lock the evidence, and owe DfE the declaration; written with the transaction's next flush."""
    application, due = standing.application, standing.due
    if due.proof is None or due.declared_at is None:
        raise ValueError(f"nothing proves a declaration of {application.id}")
    told = due.proof.told
    declaration = Declaration(
        id=uuid4(),
        application_id=application.id,
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
        fundable=is_fundable(application),
        expected_statement_id=standing.statement_id,
        created_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(declaration)
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
    return declaration


def taken(
    tx: Transaction, application: Application, declaration: Declaration, seen: DfeDeclaration
) -> None:
    """DfE has it."""
    declaration.dfe_declaration_id, declaration.state = seen.id, seen.state
    declaration.problem = None
    _keep_what_dfe_tells(declaration, seen)
    declaration.revision = tx.next_revision(declaration.revision)
    tx.emit(DeclarationSubmitted(**schemas.declaration_state(declaration), state=declaration.state))
    if declaration.declaration_type == "completed":
        tx.flush()
        outcomes.declared(tx, application, declaration)


def refused(tx: Transaction, declaration: Declaration, field: str, message: str) -> None:
    """DfE said no: it stays refused until somebody has it sent again, or drops it."""
    declaration.state = rules.REFUSED
    declaration.problem = {"field": field, "message": message}
    declaration.revision = tx.next_revision(declaration.revision)
    tx.emit(DeclarationRefused(**schemas.declaration_state(declaration), reason=message))


def change_refused(tx: Transaction, declaration: Declaration, field: str, message: str) -> None:
    """DfE did not change it or take it back: it stands as before."""
    if declaration.decision == "voiding":
        declaration.decision, declaration.void_reason = None, None
        declaration.expected_clawback_id = None
    declaration.problem = {"field": field, "message": message}
    declaration.revision = tx.next_revision(declaration.revision)


def reopen(tx: Transaction, declaration: Declaration) -> None:
    """It is sent once more."""
    if declaration.state != rules.REFUSED:
        raise Refused("declaration_dropped", f"it is {declaration.state}: make another")
    declaration.state, declaration.problem = rules.READY, None
    declaration.revision = tx.next_revision(declaration.revision)


def keep_declaration_state(tx: Transaction, shown: DfeDeclaration) -> bool:
    """Bring a declaration to what DfE shows, and tell what that means; says if anything changed.

    One that was not made here is kept without evidence of ours, where its application is known.
    """
    return keep_declaration_states(tx, [shown]) > 0


def keep_declaration_states(tx: Transaction, shown: Sequence[DfeDeclaration]) -> int:
    """A page of them; how many changed. Those that were voided first: another may stand now."""
    applications = queries.lock_seen(
        tx, [d.application_id for d in shown if d.application_id is not None]
    )
    known = queries.lock_declarations_at_dfe(tx, [declaration.id for declaration in shown])
    standing: dict[UUID, list[Declaration]] = defaultdict(list)
    for made in queries.declarations_of(tx, [of.id for of in applications.values()]):
        standing[made.application_id].append(made)
    changed = 0
    for declaration in sorted(shown, key=lambda one: one.state not in rules.TAKEN_BACK):
        ours = known.get(declaration.id)
        if ours is None:
            application = applications.get(declaration.application_id or declaration.id)
            if application is not None:
                changed += _adopt(tx, application, standing[application.id], declaration)
        elif not _is_older(declaration, ours) and _follow(tx, ours, declaration):
            tx.flush()  # in this order, for one of a type may stand at a time
            changed += 1
    tx.flush()
    return changed


def _is_older(shown: DfeDeclaration, known: Declaration) -> bool:
    return known.dfe_updated_at is not None and shown.updated_at < known.dfe_updated_at


def _follow(tx: Transaction, known: Declaration, shown: DfeDeclaration) -> bool:
    before = (known.state, known.dfe_statement_id, known.dfe_clawback_statement_id, known.decision)
    former = known.state
    known.state = shown.state
    _keep_what_dfe_tells(known, shown)
    gone = known.state in rules.TAKEN_BACK
    if gone and known.decision == "voiding":
        known.decision, known.problem = None, None
    after = (known.state, known.dfe_statement_id, known.dfe_clawback_statement_id, known.decision)
    if before == after:
        return False
    known.revision = tx.next_revision(known.revision)
    if gone and former != known.state:
        tx.emit(DeclarationVoided(**schemas.declaration_state(known), state=known.state))
        if former not in rules.TAKEN_BACK and known.declaration_type == "completed":
            tx.flush()
            outcomes.voided(tx, known.application, known)
    elif former not in rules.TAKEN and known.state in rules.TAKEN:
        tx.emit(DeclarationSubmitted(**schemas.declaration_state(known), state=known.state))
    return True


def _adopt(
    tx: Transaction,
    application: Application,
    standing: list[Declaration],
    shown: DfeDeclaration,
) -> bool:
    """One that was not made here. `standing`: all that are known of the application."""
    of_its_type = [d for d in standing if d.declaration_type == shown.declaration_type]
    ours = next((d for d in of_its_type if d.state in rules.LIVE), None)
    if shown.state in rules.TAKEN and ours is not None:
        if ours.state != rules.REFUSED:
            return False  # on its way there, or its end is still to be shown to us
        taken(tx, application, ours, shown)  # refused once, and there since by another way
        tx.flush()
        return True
    declaration = _made_at_dfe(tx, application, shown, shown.id)
    tx.add(declaration)
    standing.append(declaration)
    if declaration.state in rules.TAKEN:
        tx.emit(
            DeclarationSubmitted(**schemas.declaration_state(declaration), state=declaration.state)
        )
    if declaration.has_passed is not None:
        outcomes.made_at_dfe(tx, declaration)
    return True


def _made_at_dfe(
    tx: Transaction, application: Application, shown: DfeDeclaration, record: UUID
) -> Declaration:
    declaration = Declaration(
        id=uuid4(),
        application=application,
        application_id=application.id,
        dfe_declaration_id=shown.id,
        declaration_type=shown.declaration_type,
        state=shown.state,
        declaration_date=shown.declaration_date,
        has_passed=shown.has_passed,
        delivery_partner_id=None,
        evidence_service=MADE_ELSEWHERE,
        evidence_record=record,
        evidence_revision=0,
        evidence_fact={"kind": MADE_AT_DFE},
        evidence_on=shown.declaration_date.date(),
        created_at=tx.at,
        revision=tx.next_revision(None),
    )
    _keep_what_dfe_tells(declaration, shown)
    return declaration


def _keep_what_dfe_tells(declaration: Declaration, shown: DfeDeclaration) -> None:
    declaration.dfe_statement_id = shown.statement_id
    declaration.dfe_clawback_statement_id = shown.clawback_statement_id
    declaration.dfe_updated_at = shown.updated_at
    declaration.lead_provider = shown.lead_provider or declaration.lead_provider
