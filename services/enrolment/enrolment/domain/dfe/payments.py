"""What a statement pays, by DfE's formulae: exact fractions, nothing rounded before display.

Source: `app/services/statements/{course,output_payment,service_fees,summary}_calculator.rb`,
`app/models/contract_template.rb`. DfE labels every amount net of VAT.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe.messages import Problem

TARGETED_DELIVERY_FUNDING = Decimal(100)  # pounds for each `started`, unless the contract differs
LAST_MONTH_WITH_TDF = date(2025, 10, 1)
FIRST_COHORT_WITH_TDF = 2022

Amount = Decimal | Fraction | int


@dataclass(frozen=True)
class Terms:
    """How a contract divides the price of a place; the percentages are of `per_participant`."""

    number_of_payment_periods: int
    output_payment_percentage: int
    service_fee_percentage: int


TERMS_OF_GROUP = {
    "leadership": Terms(4, 60, 40),
    "specialist": Terms(3, 60, 40),
    "ehco": Terms(4, 100, 0),
    "support": Terms(4, 100, 0),
}
"""Course group → terms, as DfE makes its contracts."""


@dataclass(frozen=True, kw_only=True)
class ContractTemplate:
    """The figures for one course on a statement. Pounds. `monthly_service_fee` None: by formula."""

    per_participant: Decimal
    recruitment_target: int
    output_payment_percentage: int
    number_of_payment_periods: int
    service_fee_percentage: int
    service_fee_installments: int
    monthly_service_fee: Decimal | None = None
    targeted_delivery_funding_per_participant: Decimal = TARGETED_DELIVERY_FUNDING
    special_course: bool = False


def check_template(template: ContractTemplate) -> list[Problem]:
    """What DfE would say to these figures."""
    whole_numbers = {
        "number_of_payment_periods": template.number_of_payment_periods,
        "output_payment_percentage": template.output_payment_percentage,
        "service_fee_installments": template.service_fee_installments,
        "service_fee_percentage": template.service_fee_percentage,
    }
    problems = [
        messages.whole_number_needed(field)
        for field, number in whole_numbers.items()
        if not _is_whole(number) or number < 0
    ]
    if template.per_participant <= 0:
        problems.append(messages.PRICE_NOT_POSITIVE)
    if not _is_whole(template.recruitment_target) or template.recruitment_target <= 0:
        problems.append(messages.TARGET_NOT_POSITIVE)
    return problems


def check_template_change(statement_states: Iterable[str]) -> list[Problem]:
    """What DfE would say to other figures in a template that these statements use: they are shared,
    and fixed once one of them is payable. For other figures another template is made.
    """
    used_by = set(statement_states)
    problems = [messages.TEMPLATE_OF_PAYABLE_STATEMENT] if "payable" in used_by else []
    return problems + ([messages.TEMPLATE_OF_PAID_STATEMENT] if "paid" in used_by else [])


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


@dataclass(frozen=True, kw_only=True)
class StatementItem:
    """A declaration on a statement: one item for its payment, another for its clawback."""

    participant_id: str
    course: str
    declaration_type: str
    state: str  # eligible | payable | paid | voided | ineligible | awaiting_clawback | clawed_back
    targeted_delivery_funding: bool = False  # the application's flag, retired since 2026
    eligible_for_funding: bool = True


BILLABLE_STATES = frozenset({"eligible", "payable", "paid"})
REFUNDABLE_STATES = frozenset({"awaiting_clawback", "clawed_back"})


@dataclass(frozen=True, kw_only=True)
class ItemCounts:
    """How many declarations of a course a statement pays, and how many it takes back."""

    billable: int = 0
    refundable: int = 0
    tdf_billable: int = 0
    tdf_refundable: int = 0


def pays_targeted_delivery_funding(*, course: str, statement_month: date, cohort_year: int) -> bool:
    """Retired: only on statements up to October 2025, of cohorts from 2022, never for coaching."""
    return (
        statement_month.replace(day=1) <= LAST_MONTH_WITH_TDF
        and cohort_year >= FIRST_COHORT_WITH_TDF
        and course not in courses.WITHOUT_TARGETED_DELIVERY_FUNDING
    )


def count_items(
    items: Iterable[StatementItem], *, course: str, statement_month: date, cohort_year: int
) -> ItemCounts:
    """Counts a course's items; a participant counts once for each type of declaration."""
    ours = [item for item in items if item.course == course]
    with_tdf: list[StatementItem] = []
    if pays_targeted_delivery_funding(
        course=course, statement_month=statement_month, cohort_year=cohort_year
    ):
        with_tdf = [item for item in ours if _earns_tdf(item)]
    return ItemCounts(
        billable=_distinct(ours, BILLABLE_STATES),
        refundable=_distinct(ours, REFUNDABLE_STATES),
        tdf_billable=_distinct(with_tdf, BILLABLE_STATES),
        tdf_refundable=_distinct(with_tdf, REFUNDABLE_STATES),
    )


def _earns_tdf(item: StatementItem) -> bool:
    flagged = item.targeted_delivery_funding and item.eligible_for_funding
    return flagged and item.declaration_type == "started"


def _distinct(items: Iterable[StatementItem], states: frozenset[str]) -> int:
    counted = {(i.participant_id, i.declaration_type) for i in items if i.state in states}
    return len(counted)


@dataclass(frozen=True, kw_only=True)
class CoursePayment:
    """One course's line on a statement, in exact pounds."""

    output_per_participant: Fraction
    output_subtotal: Fraction
    clawback: Fraction
    service_fee_per_participant: Fraction
    monthly_service_fee: Fraction
    tdf_subtotal: Fraction
    tdf_clawback: Fraction

    @property
    def total(self) -> Fraction:
        """What the course comes to; negative where more is taken back than paid."""
        paid = self.monthly_service_fee + self.output_subtotal + self.tdf_subtotal
        return paid - self.clawback - self.tdf_clawback


def pay_for_course(template: ContractTemplate, counts: ItemCounts) -> CoursePayment:
    """A course's line. Raises ValueError where the figures make DfE divide by nothing."""
    each = output_per_participant(template)
    tdf = Fraction(template.targeted_delivery_funding_per_participant)
    return CoursePayment(
        output_per_participant=each,
        output_subtotal=counts.billable * each,
        clawback=counts.refundable * each,
        service_fee_per_participant=service_fee_per_participant(template),
        monthly_service_fee=monthly_service_fee(template),
        tdf_subtotal=counts.tdf_billable * tdf,
        tdf_clawback=counts.tdf_refundable * tdf,
    )


def output_per_participant(template: ContractTemplate) -> Fraction:
    """What one declaration earns: 800 pounds at 60 % in three periods are 160."""
    if template.output_payment_percentage == 0:
        return Fraction(0)
    if template.number_of_payment_periods == 0:
        raise ValueError("a contract that pays for declarations has no payment periods")
    paid = Fraction(template.per_participant) * template.output_payment_percentage
    return paid / (100 * template.number_of_payment_periods)


def service_fee_per_participant(template: ContractTemplate) -> Fraction:
    """A month's service fee for one place; a fee fixed by the contract is divided by the target."""
    if template.monthly_service_fee is None:
        return _service_fee_by_formula(template)
    if template.recruitment_target == 0:
        raise ValueError("a contract with a monthly service fee has no recruitment target")
    return Fraction(template.monthly_service_fee) / template.recruitment_target


def monthly_service_fee(template: ContractTemplate) -> Fraction:
    """The contract's own figure if it has one, a zero too; else by the formula."""
    if template.monthly_service_fee is None:
        return template.recruitment_target * _service_fee_by_formula(template)
    return Fraction(template.monthly_service_fee)


def _service_fee_by_formula(template: ContractTemplate) -> Fraction:
    if template.service_fee_percentage == 0:
        return Fraction(0)
    if template.service_fee_installments == 0:
        raise ValueError("a contract with a service fee has no instalments")
    paid = Fraction(template.per_participant) * template.service_fee_percentage
    return paid / (100 * template.service_fee_installments)


@dataclass(frozen=True, kw_only=True)
class StatementAmounts:
    """The sums of a statement's lines, before adjustments; special courses are not among them."""

    service_fees: Amount = 0
    outputs: Amount = 0
    clawbacks: Amount = 0
    tdf: Amount = 0
    tdf_clawbacks: Amount = 0


def sum_lines(lines: Iterable[tuple[ContractTemplate, CoursePayment]]) -> StatementAmounts:
    """The sums over the contracts of a statement, without those of special courses."""
    paid = [payment for template, payment in lines if not template.special_course]
    return StatementAmounts(
        service_fees=sum((p.monthly_service_fee for p in paid), Fraction(0)),
        outputs=sum((p.output_subtotal for p in paid), Fraction(0)),
        clawbacks=sum((p.clawback for p in paid), Fraction(0)),
        tdf=sum((p.tdf_subtotal for p in paid), Fraction(0)),
        tdf_clawbacks=sum((p.tdf_clawback for p in paid), Fraction(0)),
    )


def statement_total(
    amounts: StatementAmounts,
    *,
    adjustments: Iterable[Amount] = (),
    reconcile_amount: Amount = 0,
) -> Fraction:
    """What DfE pays for a statement; `reconcile_amount` is DfE's own correction of it."""
    taken_back = Fraction(amounts.clawbacks) + Fraction(amounts.tdf_clawbacks)
    paid = Fraction(amounts.service_fees) + Fraction(amounts.outputs) + Fraction(amounts.tdf)
    changed = sum((Fraction(amount) for amount in adjustments), Fraction(reconcile_amount))
    return paid - taken_back + changed


def check_adjustment(description: str | None, amount: Decimal | None) -> list[Problem]:
    """What DfE would say to an adjustment of a statement."""
    problems = []
    if description is None or not description.strip():
        problems.append(messages.ADJUSTMENT_WITHOUT_DESCRIPTION)
    if amount is None:
        problems.append(messages.ADJUSTMENT_WITHOUT_AMOUNT)
    elif not amount.is_finite():
        problems.append(messages.ADJUSTMENT_NOT_A_NUMBER)
    elif amount == 0:
        problems.append(messages.ADJUSTMENT_OF_NOTHING)
    return problems


def in_pence(amount: Amount) -> Decimal:
    """As it is displayed: pounds with two decimals, half a penny away from zero."""
    exact = Fraction(amount)
    pennies = floor(abs(exact) * 100 + Fraction(1, 2))
    return Decimal(pennies if exact >= 0 else -pennies).scaleb(-2)
