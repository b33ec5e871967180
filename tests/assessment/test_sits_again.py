"""Who sits again, or later, because of circumstances; and who sits no more."""

from datetime import date, timedelta

import pytest
from assessment_office import OPENS_ON, an_application
from test_circumstances import decide, filed

from headship_contracts.assessment.events import CandidateRemoved, SubmissionMissed
from headship_contracts.enrolment.events import ParticipantDeferred, ParticipantWithdrawn


@pytest.mark.parametrize("outcome", ["disregard_attempt", "defer"])
def test_a_script_that_follows_circumstances_is_marked_by_two(office, outcome):
    first, application = office.window(), office.ready()
    office.assessors(4)
    office.open(first)
    decide(office, filed(office, application.application_id, first), outcome)
    again = office.window(opens_on=OPENS_ON + timedelta(days=60))
    assert office.candidates(again) == {application.application_id: "entered"}
    office.open(again)
    office.submit_here(application, again, "I would begin anew.")
    office.close(again)
    office.prepare(again)

    office.mark(again, 1, 90)

    script = office.script(again)
    assert (script.state, script.second_marking_reasons) == ("second_marking", ["circumstances"])


@pytest.mark.parametrize(
    ("kind", "status", "more"),
    [
        (ParticipantWithdrawn, "withdrawn", {"reason": "other"}),
        (ParticipantDeferred, "deferred", {"reason": "parental-leave"}),
    ],
)
def test_who_has_left_during_a_window_has_not_missed_it(office, kind, status, more):
    window, application = office.window(), office.ready()
    office.open(window)
    whose = {name: getattr(application, name) for name in ("application_id", "participant_id")}
    effective = {"training_status": status, "effective_on": date(2028, 3, 8)}
    office.tell(an_application(kind, **whose, **effective, **more))

    office.close(window)

    assert office.candidates(window) == {application.application_id: "removed"}
    assert [one.reason for one in office.told(CandidateRemoved)] == [f"participant_{status}"]
    assert office.told(SubmissionMissed) == []
