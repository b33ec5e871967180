"""Asking enrolment what DfE pays: contracts, statements, income, forecast, reconciliation.

Amounts are pounds net of VAT. Where an amount is calculated it is exact until it is shown: to the
penny, so that shown lines may differ from their shown sum by some pennies.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class ContractRecord(Shape):
    """DfE's terms for a course in a cohort, for statements of `from_month` and later ones."""

    cohort: str
    course: str
    from_month: date
    recruitment_target: int
    per_participant: Decimal
    output_payment_percentage: int
    number_of_payment_periods: int
    service_fee_percentage: int
    service_fee_installments: int
    monthly_service_fee: Decimal | None = None
    targeted_delivery_funding_per_participant: Decimal
    special_course: bool
    output_per_participant: Decimal  # what one declaration earns
    revision: int = 0


@shape
class SetContract(Request[ContractRecord], to="enrolment", writes=True):
    """Set DfE's terms. A statement past its deadline keeps those it has: give a later `from_month`.

    Percentages and periods that are left out are those of the course's group. Without
    `monthly_service_fee` it is calculated; a zero is a fee of nothing.
    """

    cohort: str = text(longest=5, pattern=COHORT)
    course: str = text(longest=60)
    from_month: date  # counts as the first day of its month
    recruitment_target: int = number(least=1, most=1_000_000)
    per_participant: Decimal
    output_payment_percentage: int | None = number(least=0, most=100, default=None)
    number_of_payment_periods: int | None = number(least=1, most=12, default=None)
    service_fee_percentage: int | None = number(least=0, most=100, default=None)
    service_fee_installments: int = number(least=1, most=120)
    monthly_service_fee: Decimal | None = None
    targeted_delivery_funding_per_participant: Decimal | None = None
    special_course: bool = False
    if_revision: int | None = None  # of the terms of that month; 0 where it has none of its own


@shape
class ContractPage(Page):
    """Contracts, by cohort, course and month."""

    items: list[ContractRecord]


@shape
class ListContracts(ListRequest[ContractPage], to="enrolment"):
    """Contracts that fit every filter given."""

    cohort: str | None = None
    course: str | None = None


@shape
class StatementRecord(Shape):
    """A month's account with DfE for a cohort. `dfe_...`: what DfE's API says, once it did.

    `state`: open until the deadline, then payable, then paid.
    """

    statement_id: UUID
    revision: int
    cohort: str
    year: int
    month: int
    deadline_on: date
    payment_on: date
    output_fee: bool
    reconcile_amount: Decimal
    state: str
    dfe_statement_id: UUID | None = None
    dfe_deadline_on: date | None = None
    dfe_payment_on: date | None = None
    dates_differ: bool


@shape
class StatementDates(Shape):
    """A month in a calendar of statements; those with an output fee pay for declarations."""

    year: int = number(least=2021, most=2100)
    month: int = number(least=1, most=12)
    deadline_on: date
    payment_on: date
    output_fee: bool
    reconcile_amount: Decimal | None = None  # as it was, if not given
    if_revision: int | None = None  # of this statement; 0 for a new one


@shape
class StatementsPublished(Shape):
    """How many statements are new or other than before."""

    changed: int


@shape
class PublishStatements(Request[StatementsPublished], to="enrolment", writes=True):
    """Set the calendar of a cohort's statements, or months of it. Those paid stay as they are."""

    cohort: str = text(longest=5, pattern=COHORT)
    statements: list[StatementDates] = items(most=120)


@shape
class StatementPage(Page):
    """Statements, by cohort and month."""

    items: list[StatementRecord]


@shape
class ListStatements(ListRequest[StatementPage], to="enrolment"):
    """Statements that fit every filter given."""

    cohort: str | None = None
    paid: bool | None = None
    output_fee: bool | None = None


@shape
class AdjustmentRecord(Shape):
    """An amount that DfE adds to a statement, or takes off it."""

    adjustment_id: UUID
    statement_id: UUID
    description: str
    amount: Decimal


@shape
class AdjustStatement(Request[AdjustmentRecord], to="enrolment", writes=True):
    """Note an adjustment that DfE announced. Not once the statement is paid."""

    statement_id: UUID
    description: str = text(longest=200)
    amount: Decimal
    if_revision: int | None = None  # of the statement, which its adjustments are part of


@shape
class RemoveAdjustment(Request[Done], to="enrolment", writes=True):
    """Take an adjustment away again. Not once the statement is paid."""

    adjustment_id: UUID
    if_revision: int | None = None  # of the statement


@shape
class IncomeLine(Shape):
    """What one course comes to on a statement. Special courses are not part of the total."""

    course: str
    billable: int
    refundable: int
    output_per_participant: Decimal
    output: Decimal
    clawback: Decimal
    service_fee: Decimal
    targeted_delivery_funding: Decimal
    targeted_delivery_funding_clawback: Decimal
    total: Decimal
    special_course: bool


@shape
class IncomeRecord(Shape):
    """What a statement comes to. `unrounded` is its total with six decimals.

    `without_contract`: courses with declarations on it that no contract is known for.
    """

    statement_id: UUID
    cohort: str
    year: int
    month: int
    basis: str
    lines: list[IncomeLine]
    service_fees: Decimal
    outputs: Decimal
    clawbacks: Decimal
    targeted_delivery_funding: Decimal
    targeted_delivery_funding_clawbacks: Decimal
    adjustments: Decimal
    reconcile_amount: Decimal
    total: Decimal
    unrounded: Decimal
    without_contract: list[str]


@shape
class StatementIncome(Request[IncomeRecord], to="enrolment"):
    """What a statement comes to by DfE's formulae.

    `basis`: `dfe`, the declarations that DfE has put on it; `expected`, those that we expected on
    it when they were made.
    """

    statement_id: UUID
    basis: str = text(longest=8, pattern=r"^(dfe|expected)$", default="dfe")


@shape
class ForecastMonth(Shape):
    """A statement to the cohort's end. `declared`: what is on it now, fees included; `to_come`:
    declarations still to be made, as many as the assumed retention leaves.
    """

    statement_id: UUID
    year: int
    month: int
    payment_on: date
    state: str
    declared: Decimal
    declarations_to_come: Decimal
    to_come: Decimal
    total: Decimal


@shape
class ForecastRecord(Shape):
    """What a cohort is to bring in. `retention`: the assumed share that reaches each further
    milestone. `without_statement`: declarations to come after the last statement.
    """

    cohort: str
    retention: Decimal
    months: list[ForecastMonth]
    total: Decimal
    without_statement: Decimal


@shape
class ForecastIncome(Request[ForecastRecord], to="enrolment"):
    """The income of a cohort to its end; `retention` from 0 to 1, else as it is configured."""

    cohort: str = text(longest=5, pattern=COHORT)
    retention: Decimal | None = None


@shape
class DifferenceRecord(Shape):
    """A declaration that DfE treats otherwise than we expected. Amounts: its payment less its
    clawback. `code`: not_at_dfe, not_billed, ineligible, billed_unexpectedly, not_made_here,
    other_statement, statement_unknown, not_paid, paid_too_early, clawback_unexpected,
    clawback_missing, other_clawback_statement, not_clawed_back.
    """

    declaration_id: UUID
    application_id: UUID
    course: str
    declaration_type: str
    state: str
    code: str
    expected_statement_id: UUID | None = None  # ours
    statement_id: UUID | None = None  # ours
    dfe_statement_id: UUID | None = None
    expected_amount: Decimal
    dfe_amount: Decimal
    difference: Decimal


@shape
class DifferencePage(Page):
    """Differences, by declaration."""

    items: list[DifferenceRecord]


@shape
class ListDifferences(ListRequest[DifferencePage], to="enrolment"):
    """A cohort's declarations that DfE treats otherwise than expected.

    A page may hold fewer items than its limit, or more: a declaration may differ in two ways.
    """

    cohort: str = text(longest=5, pattern=COHORT)
    code: str | None = None
