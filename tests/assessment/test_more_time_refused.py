"""More time is for those who may sit, and for no other year."""

from datetime import date, timedelta

import pytest
from assessment_office import an_application
from test_arrangements import an_extension

from headship_contracts.assessment.submissions import AcceptLateScript, ListSubmissions
from headship_contracts.enrolment.events import ParticipantWithdrawn
from headship_contracts.errors import Refused


def withdraw(office, application):
    office.tell(
        an_application(
            ParticipantWithdrawn,
            application_id=application.application_id,
            participant_id=application.participant_id,
            training_status="withdrawn",
            reason="other",
            effective_on=date(2028, 3, 1),
        )
    )


def test_who_has_withdrawn_gets_no_more_time(office):
    window, application = office.window(), office.ready()
    office.open(window)
    office.close(window)
    withdraw(office, application)

    with pytest.raises(Refused, match="participant_withdrawn"):
        office.ask(an_extension(application, window))

    assert office.candidates(window) == {application.application_id: "missed"}


def test_a_late_script_of_who_has_withdrawn_does_not_count(office):
    window, application = office.window(), office.ready()
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        office.submit_here(application, window, "I would begin with trust.")
    (late,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    withdraw(office, application)

    with pytest.raises(Refused, match="participant_withdrawn"):
        office.ask(AcceptLateScript(submission_id=late.submission_id, reason="the line was down"))


def test_a_year_that_is_a_slip_of_the_pen_holds_up_nobodys_results(office):
    window, application = office.window(), office.ready()
    office.open(window)
    last = window.opens_at.date() + timedelta(days=90)

    with pytest.raises(Refused, match=f"extension_too_long: {last} is the last day"):
        office.ask(an_extension(application, window, last + timedelta(days=1)))

    office.ask(an_extension(application, window, last))
