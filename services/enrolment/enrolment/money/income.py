"""Income: what a statement comes to by DfE's formulae, as DfE has it or as we expected it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from enrolment import queries
from enrolment.domain.dfe.payments import (
    ContractTemplate,
    CoursePayment,
    ItemCounts,
    StatementAmounts,
    in_pence,
    pay_for_course,
    statement_total,
    sum_lines,
)
from enrolment.domain.money.contracts import Terms, terms_at
from enrolment.models import Statement
from headship_contracts.enrolment.money import IncomeLine, IncomeRecord, StatementIncome
from kit import Transaction

SIX_DECIMALS = 1_000_000


@dataclass(frozen=True)
class Income:
    """A statement's lines, by course, and what they come to; exact."""

    lines: Mapping[str, tuple[ContractTemplate, ItemCounts, CoursePayment]]
    amounts: StatementAmounts
    adjustments: Decimal
    total: Fraction
    without_contract: list[str]


def income_of(tx: Transaction, statement: Statement, basis: str, terms: list[Terms]) -> Income:
    """Every course with a contract has a line: its service fee is due whoever is declared."""
    in_force = terms_at(terms, queries.month_of(statement))
    counts = queries.counts_on(tx, statement, basis)
    lines = {}
    for course, template in sorted(in_force.items()):
        counted = counts.get(course, ItemCounts())
        lines[course] = (template, counted, pay_for_course(template, counted))
    amounts = sum_lines((template, payment) for template, _counted, payment in lines.values())
    adjustments = [a.amount for a in queries.adjustments_of(tx, [statement.id])]
    return Income(
        lines=lines,
        amounts=amounts,
        adjustments=sum(adjustments, Decimal(0)),
        total=statement_total(
            amounts, adjustments=adjustments, reconcile_amount=statement.reconcile_amount
        ),
        without_contract=sorted(set(counts) - set(in_force)),
    )


def statement_income(tx: Transaction, request: StatementIncome) -> IncomeRecord:
    """What a statement comes to."""
    statement = queries.statement(tx, request.statement_id)
    terms = queries.terms_of(tx, statement.cohort)
    income = income_of(tx, statement, request.basis, terms)
    amounts = income.amounts
    return IncomeRecord(
        statement_id=statement.id,
        cohort=statement.cohort,
        year=statement.year,
        month=statement.month,
        basis=request.basis,
        lines=[_line(course, *line) for course, line in income.lines.items()],
        service_fees=in_pence(amounts.service_fees),
        outputs=in_pence(amounts.outputs),
        clawbacks=in_pence(amounts.clawbacks),
        targeted_delivery_funding=in_pence(amounts.tdf),
        targeted_delivery_funding_clawbacks=in_pence(amounts.tdf_clawbacks),
        adjustments=in_pence(income.adjustments),
        reconcile_amount=in_pence(statement.reconcile_amount),
        total=in_pence(income.total),
        unrounded=Decimal(round(income.total * SIX_DECIMALS)).scaleb(-6),
        without_contract=income.without_contract,
    )


def _line(
    course: str, template: ContractTemplate, counted: ItemCounts, payment: CoursePayment
) -> IncomeLine:
    return IncomeLine(
        course=course,
        billable=counted.billable,
        refundable=counted.refundable,
        output_per_participant=in_pence(payment.output_per_participant),
        output=in_pence(payment.output_subtotal),
        clawback=in_pence(payment.clawback),
        service_fee=in_pence(payment.monthly_service_fee),
        targeted_delivery_funding=in_pence(payment.tdf_subtotal),
        targeted_delivery_funding_clawback=in_pence(payment.tdf_clawback),
        total=in_pence(payment.total),
        special_course=template.special_course,
    )
