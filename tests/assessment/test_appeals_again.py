"""A result that a lead changes after its release is another one: it has its own time to appeal."""

from datetime import date

import pytest
from assessment_office import marks_of
from test_appeals import _noon, decide, failed, filed

from headship_contracts.assessment.appeals import EscalateAppeal, WithdrawAppeal
from headship_contracts.assessment.results import CorrectResult
from headship_contracts.errors import Refused

__all__ = ["failed"]


def correct(office, failed, total):
    request = CorrectResult(application_id=failed, marks=marks_of(total), reason="Wrong scheme.")
    return office.ask(request)


def test_a_result_that_a_lead_changed_later_can_be_appealed_from_then(office, failed):
    """Time and attempt of the former result are used up; the fail is new."""
    withdrawn = filed(office, failed)
    office.ask(WithdrawAppeal(appeal_id=withdrawn.appeal_id, reason="I think better of it."))
    correct(office, failed, 80)
    office.at(_noon(date(2028, 6, 19)))
    correct(office, failed, 40)

    office.at(_noon(date(2028, 7, 10)))
    appeal = filed(office, failed)

    assert appeal.state == "open"
    with pytest.raises(Refused, match="already_appealed"):
        filed(office, failed)


def test_a_changed_result_is_appealed_within_twenty_working_days(office, failed):
    office.at(_noon(date(2028, 6, 19)))
    correct(office, failed, 80)

    office.at(_noon(date(2028, 7, 18)))

    with pytest.raises(Refused, match="too_late_to_appeal: the last day was 2028-07-17"):
        filed(office, failed)


def test_an_appeal_against_what_a_result_was_does_not_go_on(office, failed):
    appeal = filed(office, failed)
    decide(office, appeal, "dismissed")
    correct(office, failed, 80)

    with pytest.raises(Refused, match="result_changed"):
        office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="I still disagree."))
