"""Places that DfE does not pay for: agreed, paid in parts, credited, given to finance as CSV."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from enrolling import FEE

from headship_contracts.enrolment.applications import AcceptApplication
from headship_contracts.enrolment.fees import (
    AgreeFee,
    BalanceLedger,
    CreditFee,
    DuePart,
    ExportLedger,
    GetFee,
    ListFees,
    ListLedger,
    RecordPayment,
    RefundFee,
)
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused


def paid(enrolling, fee, amount, reference="BACS 1"):
    return enrolling.call(
        RecordPayment(fee_id=fee.fee_id, amount=Decimal(amount), reference=reference)
    )


def test_a_fee_is_owed_by_the_applications_school_in_equal_parts(enrolling, unfunded, fee):
    assert (fee.payer_reference, fee.balance, fee.overdue) == (unfunded.school_urn, FEE, 0)
    assert [(i.due_on, i.amount, i.state) for i in fee.instalments] == [
        (date(2026, 10, 1), Decimal("499.67"), "to_come"),
        (date(2026, 11, 1), Decimal("499.67"), "to_come"),
        (date(2026, 12, 1), Decimal("499.66"), "to_come"),
    ]
    assert enrolling.call(GetFee(fee_id=fee.fee_id)) == fee


def test_what_is_not_paid_in_time_is_overdue(enrolling, fee):
    paid(enrolling, fee, "600")
    enrolling.moves_to(datetime(2026, 11, 20, 9, tzinfo=UTC))

    (late,) = enrolling.call(ListFees(overdue=True)).items

    assert (late.fee_id, late.overdue) == (fee.fee_id, Decimal("399.34"))
    assert [i.state for i in late.instalments] == ["settled", "overdue", "to_come"]


def test_a_payment_told_twice_is_entered_once(enrolling, fee):
    paid(enrolling, fee, "600")
    again = paid(enrolling, fee, "600")

    assert (again.paid, again.balance) == (Decimal(600), Decimal(899))
    with pytest.raises(Conflict, match="reference_used: BACS 1 is a payment of 600"):
        paid(enrolling, fee, "601")


def test_no_more_is_taken_than_is_owed(enrolling, fee):
    with pytest.raises(Refused, match="payment_too_large"):
        paid(enrolling, fee, "1499.01")


def test_what_is_credited_after_it_was_paid_is_given_back(enrolling, fee):
    paid(enrolling, fee, "1499")
    credited = enrolling.call(
        CreditFee(fee_id=fee.fee_id, amount=Decimal(499), reason="withdrew in the first week")
    )
    refund = RefundFee(fee_id=fee.fee_id, amount=Decimal(499), reference="BACS 2")

    refunded = enrolling.call(refund)

    assert (credited.balance, refunded.balance) == (Decimal(-499), 0)
    balance = enrolling.call(BalanceLedger())
    assert (balance.receivable, balance.fee_income, balance.bank) == (0, -1000, 1000)
    assert balance.total == 0
    with pytest.raises(Refused, match="refund_too_large"):
        enrolling.call(RefundFee(fee_id=fee.fee_id, amount=Decimal(1), reference="BACS 3"))


def test_each_entry_has_two_sides_of_the_same_amount(enrolling, fee):
    paid(enrolling, fee, "600")

    lines = enrolling.call(ListLedger()).items

    assert [(line.kind, line.account, line.debit, line.credit) for line in lines] == [
        ("fee", "receivable", FEE, 0),
        ("fee", "fee_income", 0, FEE),
        ("payment", "bank", 600, 0),
        ("payment", "receivable", 0, 600),
    ]


def test_finance_gets_the_ledger_as_csv_in_parts_without_formulas(enrolling, fee):
    paid(enrolling, fee, "600", reference="=HYPERLINK(1)")

    first = enrolling.call(ExportLedger(limit=1))
    second = enrolling.call(ExportLedger(limit=1, cursor=first.next_cursor))

    rows = list(csv.DictReader(io.StringIO(first.csv + second.csv, newline="")))
    assert (len(rows), first.lines, second.next_cursor) == (4, 2, None)
    assert rows[-1]["reference"] == "'=HYPERLINK(1)"
    assert sum(Decimal(row["debit"]) - Decimal(row["credit"]) for row in rows) == 0


def test_a_place_that_dfe_pays_for_has_no_fee(enrolling):
    funded = enrolling.accepted()

    with pytest.raises(Refused, match="dfe_pays"):
        enrolling.call(AgreeFee(application_id=funded.application_id, payer="school", amount=FEE))


def test_a_capped_place_that_is_not_funded_has_a_fee(enrolling):
    enrolling.sync()
    eligible = next(a for a in enrolling.applications() if a.eligible_for_funding)
    enrolling.call(AcceptApplication(application_id=eligible.application_id, funded_place=False))
    enrolling.push()

    fee = enrolling.call(AgreeFee(application_id=eligible.application_id, payer="self", amount=FEE))

    assert fee.payer_reference == str(eligible.participant_id)


def test_a_place_may_have_two_payers_and_parts_of_their_own(enrolling, unfunded, fee):
    parts = [
        DuePart(due_on=date(2026, 10, 1), amount=Decimal(100)),
        DuePart(due_on=date(2027, 2, 1), amount=Decimal(50)),
    ]

    own = enrolling.call(
        AgreeFee(
            application_id=unfunded.application_id, payer="self", amount=Decimal(150), parts=parts
        )
    )

    assert [i.amount for i in own.instalments] == [100, 50]
    listed = enrolling.call(ListFees(application_id=unfunded.application_id)).items
    assert [f.payer for f in listed] == ["school", "self"]
    assert enrolling.call(ListFees(payer="self", cohort="2026b")).items == [own]


def test_nobody_is_charged_twice_for_a_place_but_after_the_first_fee_was_credited(
    enrolling, unfunded, fee
):
    again = AgreeFee(application_id=unfunded.application_id, payer="school", amount=FEE)
    with pytest.raises(Refused, match="already_charged"):
        enrolling.call(again)

    enrolling.call(CreditFee(fee_id=fee.fee_id, amount=FEE, reason="the wrong price"))

    assert enrolling.call(again).balance == FEE


@pytest.mark.parametrize("amount", ["0", "-5", "1.005", "1000001"])
def test_an_amount_that_is_none_is_refused_and_changes_nothing(enrolling, fee, amount):
    with pytest.raises(Invalid, match="amount"):
        paid(enrolling, fee, amount)

    assert enrolling.call(GetFee(fee_id=fee.fee_id)) == fee


def test_a_payment_lies_not_in_the_future_and_is_of_a_known_fee(enrolling, fee):
    tomorrow = RecordPayment(
        fee_id=fee.fee_id, amount=FEE, reference="x", received_on=date(2026, 9, 8)
    )
    with pytest.raises(Invalid, match="received_on: lies in the future"):
        enrolling.call(tomorrow)
    with pytest.raises(NotFound, match="fee_not_found"):
        enrolling.call(RecordPayment(fee_id=uuid4(), amount=FEE, reference="x"))
