"""Reconciliation is quiet while all is as expected, and names each difference."""

from uuid import UUID

import pytest

from enrolment.domain.money.reconciliation import Account, Followed, counts_as, differences

FIRST = Account(statement_id=UUID(int=1), paid=False, closed=False)
SECOND = Account(statement_id=UUID(int=2), paid=False, closed=False)
PAID = Account(statement_id=UUID(int=1), paid=True, closed=True)
CLOSED = Account(statement_id=UUID(int=1), paid=False, closed=True)


def followed(state, **changes):
    known = {
        "fundable": True,
        "voided_here": False,
        "expected": FIRST,
        "at_dfe": FIRST,
        "dfe_known": True,
        "expected_clawback": None,
        "clawback_at_dfe": None,
    }
    return Followed(state=state, **{**known, **changes})


@pytest.mark.parametrize(
    ("of", "counts"),
    [
        (followed("ready"), (1, 0)),
        (followed("eligible"), (1, 1)),
        (followed("paid", expected=PAID, at_dfe=PAID), (1, 1)),
        (followed("submitted", fundable=False, expected=None, at_dfe=None), (0, 0)),
        (followed("voided", voided_here=True), (0, 0)),
        (
            followed(
                "clawed_back",
                expected=PAID,
                at_dfe=PAID,
                voided_here=True,
                expected_clawback=SECOND,
                clawback_at_dfe=SECOND,
            ),
            (0, 0),
        ),
    ],
)
def test_nothing_differs_while_all_is_as_expected(of, counts):
    assert (differences(of), counts_as(of)) == ([], counts)


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (followed("ready", expected=CLOSED), "not_at_dfe"),
        (followed("refused", expected=CLOSED), "not_at_dfe"),
        (followed("submitted", at_dfe=None), "not_billed"),
        (followed("ineligible", at_dfe=None), "ineligible"),
        (followed("eligible", fundable=False, expected=None), "billed_unexpectedly"),
        (followed("eligible", fundable=None, expected=None), "not_made_here"),
        (followed("eligible", at_dfe=None, dfe_known=False), "statement_unknown"),
        (followed("eligible", at_dfe=SECOND), "other_statement"),
        (followed("payable", expected=PAID, at_dfe=PAID), "not_paid"),
        (followed("paid"), "paid_too_early"),
        (
            followed("awaiting_clawback", expected=PAID, at_dfe=PAID, clawback_at_dfe=SECOND),
            "clawback_unexpected",
        ),
        (
            followed("paid", expected=PAID, at_dfe=PAID, expected_clawback=CLOSED),
            "clawback_missing",
        ),
        (
            followed(
                "awaiting_clawback",
                expected=PAID,
                at_dfe=PAID,
                voided_here=True,
                expected_clawback=FIRST,
                clawback_at_dfe=SECOND,
            ),
            "other_clawback_statement",
        ),
        (
            followed(
                "awaiting_clawback",
                expected=PAID,
                at_dfe=PAID,
                voided_here=True,
                expected_clawback=PAID,
                clawback_at_dfe=PAID,
            ),
            "not_clawed_back",
        ),
    ],
)
def test_each_difference_has_its_name(of, code):
    assert differences(of) == [code]
