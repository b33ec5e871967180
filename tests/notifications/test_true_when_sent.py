"""What was queued in the evening and is no longer true in the morning does not go out."""

from datetime import UTC, datetime, timedelta

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.sessions import events as sessions
from kit import clock

NIGHT = datetime(2026, 11, 2, 21, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=11)


@pytest.fixture
def night(office):
    clock.set_simulated(NIGHT)


def became(office, *templates):
    return [(m.template, m.status) for m in office.messages() if m.template in templates]


MARKING = ("marking_allocated", "marking_withdrawn")


def lent(told):
    """An allocation, and that it is taken away."""
    given = told.make(assessment.ScriptAllocated)
    about = {"staff_id": given.staff_id, "allocation_id": given.allocation_id}
    return given, told.make(assessment.ScriptWithdrawn, **about | {"reason": "marker_drops_out"})


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_script_given_and_taken_away_in_one_night_nobody_hears(office, night, told, order):
    for event in lent(told)[::order]:
        office.hear(event)
        office.send(NIGHT)

    office.send(MORNING)

    assert {status for _template, status in became(office, *MARKING)} == {"cancelled"}


def test_nor_if_both_come_in_one_group_of_events(office, night, told):
    office.hear_together(*lent(told))

    office.send(MORNING)

    assert "sent" not in dict(became(office, *MARKING)).values()


def test_who_has_heard_of_a_script_hears_that_it_is_taken_away_even_if_it_is_told_again(
    office, told
):
    given, withdrawn = lent(told)
    office.hear(given)
    office.send()
    clock.set_simulated(NIGHT)
    office.hear(withdrawn, told.make(assessment.ScriptAllocated, allocation_id=given.allocation_id))

    office.send(MORNING)

    assert became(office, *MARKING) == [(template, "sent") for template in MARKING]


def move(seated, days, **more):
    at = datetime(2026, 11, 3, 16, tzinfo=UTC) + timedelta(days=days)
    wall = at.isoformat()[:16]
    return seated.make(sessions.SessionMoved, starts_at=at, local_start=wall, **more)


def test_a_session_that_is_moved_twice_in_a_night_is_told_with_its_last_time(office, seated, night):
    office.hear(move(seated, 0, sequence=2), move(seated, 1, sequence=3))

    office.send(MORNING)

    first, second = office.messages(template="session_moved")
    assert (first.status, first.reason) == ("cancelled", "moved_again")
    assert second.subject == "Your webinar has moved to Wednesday 4 November 2026"


def test_a_reminder_of_a_session_that_has_moved_in_the_night_does_not_go_out(office, seated, night):
    office.hear(move(seated, 0))
    office.remind(NIGHT)
    office.hear(move(seated, 1, sequence=3))

    office.send(MORNING)

    (message,) = office.messages(template="session_reminder")
    assert (message.status, message.reason) == ("cancelled", "moved_again")


def test_that_a_session_is_cancelled_is_not_told_after_its_time(office, seated, night):
    soon = NIGHT + timedelta(hours=10)
    office.hear(seated.make(sessions.SessionCancelled, starts_at=soon))

    office.send(MORNING)

    (message,) = office.messages(template="session_cancelled")
    assert (message.status, message.reason) == ("cancelled", "session_over")


PASSES = [
    (assessment.ResultReleased, {"state": "passed"}),
    (enrolment.OutcomeReported, {"state": "passed"}),
]
PASSES_NOT = [
    (assessment.ResultReleased, {"state": "failed"}),
    (enrolment.OutcomeReported, {"state": "voided"}),
]


@pytest.mark.parametrize(("kind", "wanted"), PASSES + PASSES_NOT)
def test_who_has_passed_meanwhile_is_not_told_what_is_still_to_be_done(
    office, accepted, night, kind, wanted
):
    office.hear(accepted.make(sessions.EngagementAtRisk))
    office.send(NIGHT)
    office.hear(accepted.make(kind, **wanted))

    office.send(MORNING)

    (message,) = office.messages(template="engagement_at_risk")
    passed = (kind, wanted) in PASSES
    assert (message.status, message.reason) == (
        ("cancelled", "participant_passed") if passed else ("sent", None)
    )


@pytest.mark.parametrize("because", [None, "extension"])
def test_of_dates_that_have_changed_in_the_night_only_the_new_ones_are_told(
    office, accepted, night, because
):
    entered = accepted.make(assessment.CandidateEntered)
    later = {"closes_at": entered.closes_at + timedelta(days=3), "because": because}
    office.hear(entered)
    office.send(NIGHT)
    office.hear(accepted.make(assessment.CandidateEntered, **later))
    office.send(NIGHT)

    office.send(MORNING)

    assert became(office, "assessment_entered") == [("assessment_entered", "sent")]
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "it opens on Sunday 22 November 2026" in mail
    assert "it closes on Thursday 3 December 2026" in mail
    assert len(office.messages(template="assessment_dates_changed")) == (because is None)


def test_that_a_window_opens_is_told_to_who_has_got_more_time_in_that_night(office, entered, night):
    dates = {"opens_at": NIGHT + timedelta(hours=3), "closes_at": NIGHT + timedelta(days=8)}
    office.hear(entered.make(assessment.CandidateEntered, **dates))
    office.remind(dates["opens_at"])
    office.send(dates["opens_at"])
    later = {"closes_at": NIGHT + timedelta(days=10), "because": "extension"}
    office.hear(entered.make(assessment.CandidateEntered, **dates | later))

    office.send(MORNING)

    assert became(office, "assessment_opens") == [("assessment_opens", "sent")]
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "it closes on Thursday 12 November 2026" in mail


def test_a_reminder_of_a_date_that_has_changed_in_the_night_does_not_go_out(office, entered, night):
    opens_at = NIGHT + timedelta(days=6)
    dates = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=8)}
    office.hear(entered.make(assessment.CandidateEntered, **dates))
    office.remind(NIGHT)
    office.send(NIGHT)
    moved = {name: at + timedelta(days=30) for name, at in dates.items()}
    office.hear(entered.make(assessment.CandidateEntered, **moved))

    office.send(MORNING)

    (reminder,) = office.messages(template="assessment_upcoming")
    assert (reminder.status, reminder.reason) == ("cancelled", "dates_changed")


@pytest.mark.parametrize(
    ("kind", "since", "reason"),
    [
        (sessions.ParticipantGrouped, {"slot": "wed-16:00"}, "taken_back"),
        (sessions.ParticipantUngrouped, {}, "group_changed"),
    ],
)
def test_of_groups_that_change_in_the_night_only_the_last_is_told(
    office, accepted, night, kind, since, reason
):
    office.hear(accepted.make(sessions.ParticipantGrouped))
    office.send(NIGHT)
    office.hear(accepted.make(kind, **since))

    office.send(MORNING)

    first, *others = office.messages(template="group_joined")
    assert (first.status, first.reason) == ("cancelled", reason)
    assert [one.status for one in others] == ["sent"] * (kind is sessions.ParticipantGrouped)


def test_a_session_that_is_told_of_after_its_register_is_named_when_it_was_missed(office, accepted):
    office.hear(accepted.make(sessions.AttendanceRecorded))
    office.hear(accepted.make(sessions.SessionScheduled))

    office.send(MORNING)

    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "* School culture" in mail
    assert "* Thursday 12 November 2026 at 9:30am" in mail


def test_the_window_s_opening_is_told_at_a_decent_hour(office, entered):
    opens = entered.make(assessment.CandidateEntered, opens_at=NIGHT + timedelta(hours=3))
    office.hear(opens)
    office.send(NIGHT - timedelta(hours=2))

    office.remind(opens.opens_at)
    office.send(opens.opens_at)
    (message,) = office.messages(template="assessment_opens")
    assert message.status == "created"
    office.send(MORNING)

    assert office.messages(template="assessment_opens")[0].status == "sent"
