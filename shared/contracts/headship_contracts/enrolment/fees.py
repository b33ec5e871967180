"""Asking enrolment about places that DfE does not pay for: fees, payments, the ledger.

Amounts are pounds with at most two decimals.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

PAYER = r"^(school|trust|self)$"


@shape
class InstalmentRecord(Shape):
    """A part of a fee. Payments and credit notes settle the oldest first.

    `state`: settled, due, overdue or to_come.
    """

    number: int
    due_on: date
    amount: Decimal
    settled: Decimal
    state: str


@shape
class FeeRecord(Shape):
    """What a payer owes for a place. `balance`: what is still to be paid; below zero we owe it.

    `attempt`: where it is the fee of a resubmission, which one.
    """

    fee_id: UUID
    revision: int
    application_id: UUID
    payer: str
    payer_reference: str
    amount: Decimal
    credited: Decimal
    paid: Decimal
    refunded: Decimal
    balance: Decimal
    overdue: Decimal
    agreed_on: date
    instalments: list[InstalmentRecord]
    created_at: datetime
    attempt: int | None = None


@shape
class DuePart(Shape):
    """An instalment that was agreed by itself."""

    due_on: date
    amount: Decimal


@shape
class AgreeFee(Request[FeeRecord], to="enrolment", writes=True):
    """Agree on a fee for a place that DfE does not pay for. A place may have several payers.

    Either `parts` that come to the amount, or as many equal `instalments` as are wished, a number
    of months apart from `first_due_on` on; pennies that cannot be divided come first. Without
    `payer_reference` it is the application's school, trust or participant.
    """

    application_id: UUID
    payer: str = text(longest=6, pattern=PAYER)
    payer_reference: str | None = text(longest=40, default=None)
    amount: Decimal
    first_due_on: date | None = None
    instalments: int = number(least=1, most=60, default=1)
    months_apart: int = number(least=1, most=12, default=1)
    parts: list[DuePart] = items(most=60, default_factory=list)
    if_revision: int | None = None  # of the application


@shape
class RecordPayment(Request[FeeRecord], to="enrolment", writes=True):
    """A payment came in. The same `reference` again changes nothing; for another amount it is a
    Conflict. No more is taken than is owed.
    """

    fee_id: UUID
    amount: Decimal
    reference: str = text(longest=100)
    received_on: date | None = None  # today if not given
    if_revision: int | None = None  # of the fee


@shape
class CreditFee(Request[FeeRecord], to="enrolment", writes=True):
    """Charge less, up to the whole fee. What is paid already is then owed to the payer."""

    fee_id: UUID
    amount: Decimal
    reason: str = text(longest=200)
    if_revision: int | None = None  # of the fee


@shape
class RefundFee(Request[FeeRecord], to="enrolment", writes=True):
    """Money went back to the payer: no more than we owe. The same `reference` changes nothing."""

    fee_id: UUID
    amount: Decimal
    reference: str = text(longest=100)
    refunded_on: date | None = None
    if_revision: int | None = None  # of the fee


@shape
class GetFee(Request[FeeRecord], to="enrolment"):
    """One fee."""

    fee_id: UUID


@shape
class FeePage(Page):
    """Fees, oldest first."""

    items: list[FeeRecord]


@shape
class ListFees(ListRequest[FeePage], to="enrolment"):
    """Fees that fit every filter given. With `overdue` a page may hold fewer than its limit."""

    application_id: UUID | None = None
    payer: str | None = None
    payer_reference: str | None = None
    cohort: str | None = None
    overdue: bool = False


@shape
class LedgerLineRecord(Shape):
    """One side of an entry: `debit` or `credit`, the other one is zero.

    `account`: receivable, fee_income or bank. The lines of an entry come to the same on both sides.
    """

    entry: int
    entered_on: date
    kind: str  # fee | payment | credit_note | refund
    fee_id: UUID
    application_id: UUID
    payer: str
    payer_reference: str
    account: str
    debit: Decimal
    credit: Decimal
    reference: str


@shape
class LedgerPage(Page):
    """Lines of the ledger, in the order in which they were entered."""

    items: list[LedgerLineRecord]


@shape
class ListLedger(ListRequest[LedgerPage], to="enrolment"):
    """Lines of entries of a time; `limit` counts entries."""

    from_day: date | None = None
    to_day: date | None = None
    fee_id: UUID | None = None


@shape
class LedgerExport(Page):
    """Part of a CSV file: only the first one has the header. Put together they are the file."""

    csv: str = text(longest=2_000_000)
    lines: int


@shape
class ExportLedger(ListRequest[LedgerExport], to="enrolment"):
    """The ledger as CSV for a finance system; `limit` counts entries.

    No cell begins a formula: where one would, an apostrophe stands before it.
    """

    from_day: date | None = None
    to_day: date | None = None


@shape
class TrialBalance(Shape):
    """What each account comes to, debits less credits; together nothing."""

    receivable: Decimal
    fee_income: Decimal
    bank: Decimal
    total: Decimal


@shape
class BalanceLedger(Request[TrialBalance], to="enrolment"):
    """What the accounts come to, to a day or as a whole."""

    to_day: date | None = None
