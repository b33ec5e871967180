"""Reads of money: terms, statements, and how many declarations a statement pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from enrolment.domain.declarations import REFUSED
from enrolment.domain.dfe.payments import (
    BILLABLE_STATES,
    REFUNDABLE_STATES,
    ContractTemplate,
    ItemCounts,
    pays_targeted_delivery_funding,
)
from enrolment.domain.dfe.schedules import cohort_year
from enrolment.domain.money.contracts import Terms
from enrolment.models import Adjustment, Application, Contract, Declaration, Statement
from headship_contracts.errors import NotFound
from kit import Transaction

DFE, EXPECTED = "dfe", "expected"
"""Whose view of a statement: what DfE has put on it, or what we expected there."""


def terms_of(tx: Transaction, cohort: str) -> list[Terms]:
    """All terms of a cohort."""
    wanted = select(Contract).where(Contract.cohort == cohort)
    return [
        Terms(course=c.course, from_month=c.from_month, template=template_of(c))
        for c in tx.scalars(wanted)
    ]


def template_of(contract: Contract) -> ContractTemplate:
    """As DfE's formulae take it."""
    return ContractTemplate(
        per_participant=contract.per_participant,
        recruitment_target=contract.recruitment_target,
        output_payment_percentage=contract.output_payment_percentage,
        number_of_payment_periods=contract.number_of_payment_periods,
        service_fee_percentage=contract.service_fee_percentage,
        service_fee_installments=contract.service_fee_installments,
        monthly_service_fee=contract.monthly_service_fee,
        targeted_delivery_funding_per_participant=(
            contract.targeted_delivery_funding_per_participant
        ),
        special_course=contract.special_course,
    )


def statement(tx: Transaction, statement_id: UUID, *, lock: bool = False) -> Statement:
    """One statement. Raises NotFound."""
    found = tx.get(Statement, statement_id, with_for_update=True if lock else None)
    if found is None:
        raise NotFound("statement_not_found", str(statement_id))
    return found


def statements_of(tx: Transaction, cohort: str) -> Sequence[Statement]:
    """A cohort's, by month."""
    wanted = select(Statement).where(Statement.cohort == cohort)
    return tx.scalars(wanted.order_by(Statement.year, Statement.month)).all()


def adjustments_of(tx: Transaction, statement_ids: Sequence[UUID]) -> Sequence[Adjustment]:
    """All that is added to some statements."""
    return tx.scalars(select(Adjustment).where(Adjustment.statement_id.in_(statement_ids))).all()


@dataclass(frozen=True)
class _View:
    """Which declarations a statement pays, and which it takes back."""

    paid: ColumnElement[bool]
    taken_back: ColumnElement[bool]


def _view(of: Statement, basis: str) -> _View:
    clawed_back = Declaration.state.in_(REFUNDABLE_STATES)
    if basis == DFE:
        on_it = Declaration.dfe_statement_id == of.dfe_statement_id
        once = Declaration.state.in_(BILLABLE_STATES | REFUNDABLE_STATES)
        taken_back = Declaration.dfe_clawback_statement_id == of.dfe_statement_id
        return _View(and_(on_it, once), and_(taken_back, clawed_back))
    stands = Declaration.state.not_in(("voided", REFUSED))
    return _View(
        and_(Declaration.expected_statement_id == of.id, stands),
        Declaration.expected_clawback_id == of.id,
    )


def counts_on(tx: Transaction, of: Statement, basis: str) -> dict[str, ItemCounts]:
    """Course → how many declarations a statement pays and takes back, each person and type once."""
    view = _view(of, basis)
    paid, taken_back = _count(tx, view.paid), _count(tx, view.taken_back)
    flagged = and_(
        Declaration.declaration_type == "started",
        Application.targeted_delivery_funding.is_(True),
        Application.eligible_for_funding.is_(True),
    )
    tdf_paid = _count(tx, and_(view.paid, flagged))
    tdf_taken_back = _count(tx, and_(view.taken_back, flagged))
    counts = {}
    for course in sorted({*paid, *taken_back}):
        with_tdf = pays_targeted_delivery_funding(
            course=course, statement_month=month_of(of), cohort_year=cohort_year(of.cohort)
        )
        counts[course] = ItemCounts(
            billable=paid.get(course, 0),
            refundable=taken_back.get(course, 0),
            tdf_billable=tdf_paid.get(course, 0) if with_tdf else 0,
            tdf_refundable=tdf_taken_back.get(course, 0) if with_tdf else 0,
        )
    return counts


def _count(tx: Transaction, those: ColumnElement[bool]) -> dict[str, int]:
    each = (
        select(Application.course, Application.participant_id, Declaration.declaration_type)
        .join(Application, Declaration.application_id == Application.id)
        .where(those)
        .distinct()
        .subquery()
    )
    wanted = select(each.c.course, func.count().label("number")).group_by(each.c.course)
    return {row.course: row.number for row in tx.execute(wanted)}


def in_training(cohort: str) -> ColumnElement[bool]:
    """Those whose further declarations DfE is to pay for."""
    return and_(
        Application.cohort == cohort,
        Application.status == "accepted",
        Application.dfe_application_id.is_not(None),
        Application.training_status == "active",
        Application.eligible_for_funding.is_(True),
        or_(Application.funded_place.is_(None), Application.funded_place.is_(True)),
    )


def enrolled_by_schedule(tx: Transaction, cohort: str) -> dict[tuple[str, str], int]:
    """(course, schedule) → those in training whom DfE pays for."""
    wanted = (
        select(Application.course, Application.schedule, func.count().label("number"))
        .where(in_training(cohort), Application.schedule.is_not(None))
        .group_by(Application.course, Application.schedule)
    )
    return {(row.course, str(row.schedule)): row.number for row in tx.execute(wanted)}


def declared_by_schedule(
    tx: Transaction, cohort: str, states: frozenset[str]
) -> dict[tuple[str, str], dict[str, int]]:
    """The same, and type → how many of them have a declaration in one of these states."""
    kind = Declaration.declaration_type
    wanted = (
        select(Application.course, Application.schedule, kind, func.count().label("number"))
        .join(Application, Declaration.application_id == Application.id)
        .where(in_training(cohort), Declaration.state.in_(states))
        .group_by(Application.course, Application.schedule, kind)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in tx.execute(wanted):
        of_schedule = found.setdefault((row.course, str(row.schedule)), {})
        of_schedule[row.declaration_type] = row.number
    return found


def declarations_in(cohort: str) -> Any:
    """A cohort's declarations, each with its application."""
    return (
        select(Declaration)
        .join(Declaration.application)
        .where(Application.cohort == cohort)
        .options(joinedload(Declaration.application))
    )


def month_of(statement: Statement) -> date:
    """The first day of its month."""
    return date(statement.year, statement.month, 1)
