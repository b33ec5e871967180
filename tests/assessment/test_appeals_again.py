"""A result that is changed after its release: a new time to appeal, no attempt beyond a pass."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from assessment_office import OPENS_ON, marks_of
from test_appeals import _noon, decide, failed, filed

from headship_contracts.assessment.appeals import EscalateAppeal, WithdrawAppeal
from headship_contracts.assessment.events import ResultReleased
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


@pytest.fixture
def again(office, failed):
    """The window of the next attempt, in which the one who failed sits."""
    window = office.window(opens_on=OPENS_ON + timedelta(days=90))
    assert office.candidates(window) == {failed: "entered"}
    office.open(window)
    return window


def sent_again(office, failed, window):
    office.submit_here(SimpleNamespace(application_id=failed), window, "I would begin anew.")


def marking_again(office, failed, window):
    sent_again(office, failed, window)
    office.close(window)
    office.prepare(window)


def decided_again(office, failed, window):
    marking_again(office, failed, window)
    office.mark(window, 1, 40)
    office.mark(window, 1, 40)
    office.ratify(window)


@pytest.mark.parametrize("so_far", [None, sent_again, marking_again, decided_again])
def test_who_passes_after_all_fails_by_no_later_attempt(office, failed, again, so_far):
    if so_far is not None:
        so_far(office, failed, again)

    correct(office, failed, 90)

    assert office.candidates(again) == {failed: "removed"}
    if so_far in (None, sent_again):
        office.close(again)
        office.prepare(again)
    assert [script.waits_for for script in office.scripts(again)] == (
        [] if so_far in (None, sent_again) else [None]
    )
    assert office.release(again).released == 0
    assert [told.state for told in office.told(ResultReleased)] == ["failed", "passed"]


def test_an_appeal_against_what_a_result_was_does_not_go_on(office, failed):
    appeal = filed(office, failed)
    decide(office, appeal, "dismissed")
    correct(office, failed, 80)

    with pytest.raises(Refused, match="result_changed"):
        office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="I still disagree."))
