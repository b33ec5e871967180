"""Reminders by the clock: each step once, and only while it is true."""

from datetime import timedelta

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.sessions import events as sessions


def test_reminders_stop_when_the_script_has_come(office, entered):
    opens_at = entered.make(assessment.CandidateEntered).opens_at
    office.remind(opens_at)
    office.hear(entered.make(assessment.SubmissionReceived))

    office.send(opens_at + timedelta(minutes=1))

    (message,) = office.messages(template="assessment_opens")
    assert (message.status, message.reason) == ("cancelled", "submitted")


def test_the_ladder_climbs_once_a_step(office, entered):
    event = entered.make(assessment.CandidateEntered)
    for at in (
        event.opens_at - timedelta(days=6),
        event.opens_at - timedelta(days=5),
        event.opens_at,
        event.opens_at + timedelta(days=5, hours=1),
        event.closes_at - timedelta(hours=20),
        event.closes_at - timedelta(hours=19),
        event.closes_at - timedelta(hours=1),
        event.closes_at,
    ):
        office.remind(at)
        office.send(at)

    ladder = [
        (message.template, message.status)
        for message in office.messages()
        if message.template.startswith("assessment_") and message.template != "assessment_entered"
    ]
    assert ladder == [
        ("assessment_upcoming", "sent"),
        ("assessment_opens", "sent"),
        ("assessment_not_submitted", "sent"),
        ("assessment_closing", "sent"),
        ("assessment_closing", "sent"),
    ]


def test_an_opened_window_is_looked_at_at_once(office, entered):
    woken = []
    office.db.after_wake = woken.append

    office.hear(entered.make(assessment.WindowOpened))

    assert "remind" in woken


def test_a_session_is_announced_and_called_to_mind_once(office, seated):
    starts_at = seated.make(sessions.SessionScheduled).starts_at
    for before in (timedelta(days=8), timedelta(days=6), timedelta(days=2), timedelta(hours=20)):
        for _ in range(2):
            office.remind(starts_at - before)
            office.send(starts_at - before)
    office.remind(starts_at)

    told = [m.template for m in office.messages() if m.template.startswith("session_")]
    assert told == ["session_invitation", "session_reminder"]


def test_a_reminder_names_the_day_even_where_that_has_come(office, seated):
    starts_at = seated.make(sessions.SessionScheduled).starts_at.replace(hour=21)
    wall = {"starts_at": starts_at, "local_start": f"{starts_at:%Y-%m-%dT%H:%M}"}
    office.hear(seated.make(sessions.SessionScheduled, **wall))
    the_night_before = starts_at - timedelta(hours=24)
    office.remind(the_night_before)
    office.send(the_night_before)

    office.send(starts_at - timedelta(hours=13))

    (message,) = office.messages(template="session_reminder")
    assert message.subject == "Your webinar on Thursday 12 November 2026"
    assert message.sent_at.date() == starts_at.date()


def test_who_deferred_is_not_reminded(office, seated):
    starts_at = seated.make(sessions.SessionScheduled).starts_at
    office.remind(starts_at - timedelta(days=6))
    office.hear(seated.make(enrolment.ParticipantDeferred, training_status="deferred"))

    office.send(starts_at - timedelta(days=6))

    (message,) = office.messages(template="session_invitation")
    assert (message.status, message.reason) == ("cancelled", "participant_deferred")


def closing_in(office, at):
    """How many reminders that a window closes have gone out by an instant, looking twice."""
    for _ in range(2):
        office.remind(at)
        office.send(at)
    return [m.status for m in office.messages(template="assessment_closing")].count("sent")


def test_who_has_more_time_is_reminded_of_the_new_deadline_once_a_step(office, entered):
    event = entered.make(assessment.CandidateEntered)
    before = closing_in(office, event.closes_at - timedelta(hours=2))
    later = event.closes_at + timedelta(days=14)
    office.hear(entered.make(assessment.CandidateEntered, closes_at=later, because="extension"))

    at_once = closing_in(office, event.closes_at - timedelta(hours=1))
    a_day = closing_in(office, later - timedelta(hours=20))
    hours = closing_in(office, later - timedelta(hours=2))

    assert (before, at_once, a_day, hours) == (1, 1, 2, 3)
    assert "14 December 2026" in office.mails()[-1]["subject"]


def test_a_window_that_opens_later_is_announced_anew(office, entered):
    event = entered.make(assessment.CandidateEntered)
    week = event.opens_at - timedelta(days=6)
    office.remind(week)
    office.send(week)
    later = {"opens_at": event.opens_at + timedelta(days=9), "closes_at": event.closes_at}
    office.hear(entered.make(assessment.CandidateEntered, **later))

    office.remind(later["opens_at"] - timedelta(days=6))
    office.send(later["opens_at"] - timedelta(days=6))

    told = [m.status for m in office.messages(template="assessment_upcoming")]
    assert told == ["sent", "sent"]
