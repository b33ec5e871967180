"""Contracts: DfE's terms for a course in a cohort, from a month on."""

from datetime import date

from sqlalchemy import select

from enrolment import queries
from enrolment.applications.deciding import refuse_for
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.payments import (
    TARGETED_DELIVERY_FUNDING,
    TERMS_OF_GROUP,
    ContractTemplate,
    check_template_change,
    in_pence,
    output_per_participant,
)
from enrolment.domain.money.contracts import check_terms, month_of
from enrolment.domain.revisions import check_revision
from enrolment.models import Contract
from enrolment.money.calendars import calendars
from headship_contracts.enrolment.money import (
    ContractPage,
    ContractRecord,
    ListContracts,
    SetContract,
)
from headship_contracts.errors import Invalid
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page


def set_contract(tx: Transaction, request: SetContract) -> ContractRecord:
    """Set the terms from a month on. Raises Refused where a closed statement has others."""
    queries.funding_of(tx, request.cohort)
    template = _template(request)
    check_terms(request.course, template)
    from_month = month_of(request.from_month)
    wanted = (
        select(Contract)
        .where(Contract.cohort == request.cohort, Contract.course == request.course)
        .order_by(Contract.from_month)
        .with_for_update()
    )
    known = {contract.from_month: contract for contract in tx.scalars(wanted)}
    contract = known.get(from_month)
    check_revision(contract.revision if contract else 0, request.if_revision)
    if contract is not None and queries.template_of(contract) == template:
        return _record(contract)
    _check_stays(tx, request.cohort, from_month, sorted(known))
    if contract is None:
        contract = Contract(cohort=request.cohort, course=request.course, from_month=from_month)
        tx.add(contract)
    for name, value in vars(template).items():
        setattr(contract, name, value)
    contract.revision = tx.next_revision(contract.revision)
    return _record(contract)


def list_contracts(tx: Transaction, request: ListContracts) -> ContractPage:
    """By cohort, course and month."""
    wanted = select(Contract)
    if request.cohort is not None:
        wanted = wanted.where(Contract.cohort == request.cohort)
    if request.course is not None:
        wanted = wanted.where(Contract.course == request.course)
    keys = (Contract.cohort, Contract.course, Contract.from_month)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return ContractPage(items=[_record(contract) for contract in found], next_cursor=cursor)


def _template(request: SetContract) -> ContractTemplate:
    group = courses.GROUPS.get(request.course)
    if group is None:
        problem = {"course": ["is not one of DfE's, such as npq-headship"]}
        raise Invalid("invalid_fields", "the contract is not right", problem)
    usual, tdf = TERMS_OF_GROUP[group], request.targeted_delivery_funding_per_participant
    output, service = request.output_payment_percentage, request.service_fee_percentage
    periods = request.number_of_payment_periods
    return ContractTemplate(
        per_participant=request.per_participant,
        recruitment_target=request.recruitment_target,
        output_payment_percentage=usual.output_payment_percentage if output is None else output,
        number_of_payment_periods=usual.number_of_payment_periods if periods is None else periods,
        service_fee_percentage=usual.service_fee_percentage if service is None else service,
        service_fee_installments=request.service_fee_installments,
        monthly_service_fee=request.monthly_service_fee,
        targeted_delivery_funding_per_participant=TARGETED_DELIVERY_FUNDING if tdf is None else tdf,
        special_course=request.special_course,
    )


def _check_stays(tx: Transaction, cohort: str, from_month: date, known: list[date]) -> None:
    """DfE never changes terms of a statement past its deadline; what had none gets its first ones
    at any time.
    """
    calendar = {fact.statement_id: fact for fact in calendars(tx).facts(cohort, _today(tx))}
    until = next((month for month in known if month > from_month), None)
    ruled = [
        calendar[str(statement.id)].state
        for statement in queries.statements_of(tx, cohort)
        if (month := queries.month_of(statement)) >= from_month
        and (until is None or month < until)
        and any(before <= month for before in known)
    ]
    refuse_for(check_template_change(ruled))


def _today(tx: Transaction) -> date:
    return tx.at.astimezone(LONDON).date()


def _record(of: Contract) -> ContractRecord:
    template = queries.template_of(of)
    return ContractRecord(
        cohort=of.cohort,
        course=of.course,
        from_month=of.from_month,
        **vars(template),
        output_per_participant=in_pence(output_per_participant(template)),
        revision=of.revision,
    )
