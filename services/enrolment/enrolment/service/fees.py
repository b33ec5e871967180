"""What others than DfE pay: fees, payments, and the ledger."""

from enrolment.money import fees, ledger
from headship_contracts.assessment.events import SubmissionReceived
from headship_contracts.enrolment.fees import (
    AgreeFee,
    BalanceLedger,
    CreditFee,
    ExportLedger,
    FeePage,
    FeeRecord,
    GetFee,
    LedgerExport,
    LedgerPage,
    ListFees,
    ListLedger,
    RecordPayment,
    RefundFee,
    TrialBalance,
)
from kit import Transaction, handles, rpc


class Fees:
    @rpc(AgreeFee)
    def agree_fee(self, tx: Transaction, request: AgreeFee) -> FeeRecord:
        """Charge a payer for a place."""
        return fees.agree_fee(tx, request)

    @handles(SubmissionReceived, queue="charge_resubmission")
    def charge_resubmission(self, tx: Transaction, event: SubmissionReceived) -> None:
        """Another attempt costs a fee, where DfE does not pay."""
        fees.charge_resubmission(tx, event)

    @rpc(RecordPayment)
    def record_payment(self, tx: Transaction, request: RecordPayment) -> FeeRecord:
        """Money came in."""
        return fees.record_payment(tx, request)

    @rpc(CreditFee)
    def credit_fee(self, tx: Transaction, request: CreditFee) -> FeeRecord:
        """Charge less."""
        return fees.credit_fee(tx, request)

    @rpc(RefundFee)
    def refund_fee(self, tx: Transaction, request: RefundFee) -> FeeRecord:
        """Money went back."""
        return fees.refund_fee(tx, request)

    @rpc(GetFee)
    def get_fee(self, tx: Transaction, request: GetFee) -> FeeRecord:
        """One fee."""
        return fees.get_fee(tx, request)

    @rpc(ListFees)
    def list_fees(self, tx: Transaction, request: ListFees) -> FeePage:
        """Fees, and what is overdue of them."""
        return fees.list_fees(tx, request)

    @rpc(ListLedger)
    def list_ledger(self, tx: Transaction, request: ListLedger) -> LedgerPage:
        """The ledger's lines."""
        return ledger.list_ledger(tx, request)

    @rpc(ExportLedger)
    def export_ledger(self, tx: Transaction, request: ExportLedger) -> LedgerExport:
        """The ledger as CSV."""
        return ledger.export_ledger(tx, request)

    @rpc(BalanceLedger)
    def balance_ledger(self, tx: Transaction, request: BalanceLedger) -> TrialBalance:
        """What the accounts come to."""
        return ledger.balance_ledger(tx, request)
