"""What is due, and a dry run of declaring it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from enrolment.declarations.standing import Standing, stand
from enrolment.domain import declarations as rules
from enrolment.domain.evidence import SUBMISSION_MISSED, in_words
from enrolment.models import Application
from headship_contracts.enrolment.batches import TriedDeclaration, TriedPage, TryDeclarations
from headship_contracts.enrolment.declarations import DueDeclaration, DueDeclarations, DuePage
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page

EVIDENCED = "evidenced"
"""How the list of what is due calls a declaration that the next daily run makes."""

RowT = TypeVar("RowT")


def at_dfe() -> Select[Application]:
    """Those who are accepted there: only for them declarations are made."""
    return select(Application).where(
        Application.status == "accepted", Application.dfe_application_id.is_not(None)
    )


def narrowed(
    wanted: Select[RowT],
    *,
    cohort: str | None = None,
    course: str | None = None,
    delivery_partner_id: UUID | None = None,
    application_ids: Sequence[UUID] = (),
) -> Select[RowT]:
    """Only the applications that fit every filter given."""
    if cohort is not None:
        wanted = wanted.where(Application.cohort == cohort)
    if course is not None:
        wanted = wanted.where(Application.course == course)
    if delivery_partner_id is not None:
        wanted = wanted.where(Application.delivery_partner_id == delivery_partner_id)
    if application_ids:
        wanted = wanted.where(Application.id.in_(application_ids))
    return wanted


def due_declarations(tx: Transaction, request: DueDeclarations) -> DuePage:
    """What is open on a day and not made, by application."""
    at = tx.at
    if request.on is not None:
        at = datetime.combine(request.on, time(23, 59), LONDON)
    wanted = narrowed(
        at_dfe(),
        cohort=request.cohort,
        course=request.course,
        delivery_partner_id=request.delivery_partner_id,
    )
    found, cursor = page(
        tx, wanted, keys=(Application.id,), cursor=request.cursor, limit=request.limit
    )
    waiting = [s for s in stand(tx, found, at) if s.due.reason != rules.NOT_OPEN]
    records = [_due_record(standing, at) for standing in waiting]
    return DuePage(items=[r for r in records if _fits(r, request)], next_cursor=cursor)


def try_declarations(tx: Transaction, request: TryDeclarations) -> TriedPage:
    """What a batch would come to: the same rules, and nothing is written."""
    wanted = narrowed(
        at_dfe(),
        cohort=request.cohort,
        course=request.course,
        delivery_partner_id=request.delivery_partner_id,
        application_ids=request.application_ids,
    )
    found, cursor = page(
        tx, wanted, keys=(Application.id,), cursor=request.cursor, limit=request.limit
    )
    kind = request.declaration_type
    standings = stand(tx, found, tx.at, again=bool(request.application_ids))
    return TriedPage(
        items=[
            _tried(standing)
            for standing in standings
            if kind in (None, standing.due.milestone.declaration_type)
        ],
        next_cursor=cursor,
    )


def _tried(standing: Standing) -> TriedDeclaration:
    application, due, problem = standing.application, standing.due, standing.problem
    return TriedDeclaration(
        application_id=application.id,
        participant_id=application.participant_id,
        course=application.course,
        cohort=application.cohort,
        declaration_type=due.milestone.declaration_type,
        accepted=due.reason == rules.CAN_BE_MADE,
        reason=due.reason,
        field=problem.title if problem else None,
        message=problem.detail if problem else due.detail,
        declaration_date=due.declared_at,
        has_passed=due.proof.has_passed if due.proof else None,
        evidence_fact=in_words(due.proof.told) if due.proof else None,
    )


def _fits(record: DueDeclaration, request: DueDeclarations) -> bool:
    return (
        request.declaration_type in (None, record.declaration_type)
        and request.reason in (None, record.reason)
        and request.missed in (None, record.days_left < 0)
    )


def _due_record(standing: Standing, at: datetime) -> DueDeclaration:
    application, due = standing.application, standing.due
    detail = due.detail
    if due.reason == rules.NO_EVIDENCE and detail is None:
        missed = any(evidence.kind == SUBMISSION_MISSED for evidence in standing.evidence)
        detail = "no script was submitted" if missed else None
    return DueDeclaration(
        application_id=application.id,
        participant_id=application.participant_id,
        course=application.course,
        cohort=application.cohort,
        declaration_type=due.milestone.declaration_type,
        opens_on=due.milestone.opens_on,
        deadline_on=due.milestone.deadline_on,
        days_left=due.days_left(_day(at)),
        reason=EVIDENCED if due.reason == rules.CAN_BE_MADE else due.reason,
        detail=detail,
    )


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
