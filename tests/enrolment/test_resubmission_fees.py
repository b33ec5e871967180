"""A script after a fail may cost a fee: whoever pays for the place then owes it."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from enrolling import FEE

from headship_contracts.assessment.events import SubmissionReceived
from headship_contracts.enrolment.fees import AgreeFee, CreditFee, ListFees, ListLedger
from headship_contracts.errors import Invalid
from kit.testing import deliver


def a_second_script(application, **changes):
    usual = {
        "revision": 1,
        "submission_id": uuid4(),
        "application_id": application.application_id,
        "participant_id": application.participant_id,
        "window_id": uuid4(),
        "received_at": datetime(2028, 6, 5, 9, tzinfo=UTC),
        "words": 2_000,
        "word_limit": 2_500,
        "sha256": "0" * 64,
        "attempt": 2,
        "fee": Decimal("150.00"),
    }
    return SubmissionReceived(**usual | changes)


def resubmits(enrolling, told):
    deliver(enrolling.service, told)


def resubmissions(enrolling, application):
    fees = enrolling.call(ListFees(application_id=application.application_id)).items
    return [
        (one.payer, one.payer_reference, one.amount, one.attempt) for one in fees if one.attempt
    ]


def test_a_resubmission_costs_its_fee_once_however_often_the_script_is_replaced(
    enrolling, unfunded
):
    resubmits(enrolling, a_second_script(unfunded))
    resubmits(enrolling, a_second_script(unfunded, revision=2))

    who = str(unfunded.participant_id)
    assert resubmissions(enrolling, unfunded) == [("self", who, Decimal("150.00"), 2)]
    lines = enrolling.call(ListLedger()).items
    assert {(line.account, line.debit, line.credit) for line in lines} == {
        ("receivable", Decimal(150), 0),
        ("fee_income", 0, Decimal(150)),
    }


def test_who_pays_for_the_place_pays_for_the_resubmission_too(enrolling, unfunded, fee):
    resubmits(enrolling, a_second_script(unfunded))
    resubmits(enrolling, a_second_script(unfunded, attempt=3))

    school = unfunded.school_urn
    assert resubmissions(enrolling, unfunded) == [
        ("school", school, Decimal("150.00"), 2),
        ("school", school, Decimal("150.00"), 3),
    ]


def test_a_first_script_and_one_whose_paper_names_no_fee_cost_nothing(enrolling, unfunded):
    resubmits(enrolling, a_second_script(unfunded, attempt=1, fee=None))

    assert resubmissions(enrolling, unfunded) == []


def test_a_resubmission_costs_nothing_where_dfe_pays_for_the_place(enrolling):
    funded = enrolling.accepted()

    resubmits(enrolling, a_second_script(funded))

    assert resubmissions(enrolling, funded) == []


def test_a_place_is_charged_though_a_resubmission_was(enrolling, unfunded):
    resubmits(enrolling, a_second_script(unfunded))

    place = enrolling.call(
        AgreeFee(application_id=unfunded.application_id, payer="self", amount=FEE)
    )

    assert (place.amount, place.attempt) == (FEE, None)


def test_whose_fee_was_credited_pays_for_no_resubmission(enrolling, unfunded, fee):
    enrolling.call(CreditFee(fee_id=fee.fee_id, amount=FEE, reason="the trust pays"))
    enrolling.call(
        AgreeFee(
            application_id=unfunded.application_id,
            payer="trust",
            payer_reference="T1",
            amount=FEE,
        )
    )

    resubmits(enrolling, a_second_script(unfunded))

    assert resubmissions(enrolling, unfunded) == [("trust", "T1", Decimal("150.00"), 2)]


@pytest.mark.parametrize("fee", ["-5", "1.005", "1000001"])
def test_a_fee_that_is_no_sum_of_money_is_not_entered(enrolling, unfunded, fee):
    with pytest.raises(Invalid, match="fee: must"):
        resubmits(enrolling, a_second_script(unfunded, fee=Decimal(fee)))

    assert enrolling.call(ListLedger()).items == []
