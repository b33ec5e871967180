"""What becomes again as it was before is news, too; what is told again unchanged is none."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.sessions import events as sessions

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def sent(office, template):
    return [message.status for message in office.messages(template=template)].count("sent")


def test_who_comes_back_into_a_former_group_hears_of_it(office, accepted):
    first, second = ({"group_id": uuid4(), "slot": slot} for slot in ("tue-16:00", "wed-16:00"))

    for group in (first, second, first):
        office.hear(accepted.make(sessions.ParticipantGrouped, **group), times=2)
        office.send()

    assert sent(office, "group_joined") == 3


def test_a_group_that_is_told_of_again_unchanged_is_no_news(office, accepted):
    same = {"group_id": uuid4(), "slot": "tue-16:00"}

    for _ in range(2):
        office.hear(accepted.make(sessions.ParticipantGrouped, **same))
        office.send()

    assert sent(office, "group_joined") == 1


def test_each_change_of_the_day_on_which_a_window_opens_is_told(office, entered):
    event = entered.make(assessment.CandidateEntered)

    for days in (1, 2, 0):
        opens_at = event.opens_at + timedelta(days=days)
        office.hear(entered.make(assessment.CandidateEntered, opens_at=opens_at), times=2)
        office.send()

    assert sent(office, "assessment_dates_changed") == 3


def test_who_is_entered_again_after_a_removal_hears_of_it(office, entered):
    office.hear(
        entered.make(assessment.CandidateRemoved, reason="cohort_changed"),
        entered.make(assessment.CandidateEntered),
        entered.make(assessment.CandidateEntered),
    )
    office.send()

    assert sent(office, "assessment_entered") == 2


def test_who_is_absent_after_all_hears_of_it(office, seated):
    def register(status):
        told = seated.make(sessions.AttendanceRecorded, attendance_id=attendance_id, status=status)
        office.hear(told, times=2)

    attendance_id = uuid4()
    register("absent")
    register("present")
    office.send(NOW + timedelta(days=1))
    register("absent")

    messages = office.messages(template="session_missed")
    assert [message.status for message in messages] == ["cancelled", "created"]


def test_a_declaration_that_is_due_again_is_told_of_again(office, accepted):
    office.hear(accepted.make(enrolment.DeclarationDue))
    office.hear(accepted.make(enrolment.DeclarationSubmitted))
    office.hear(accepted.make(enrolment.DeclarationVoided, state="voided"))
    office.hear(accepted.make(enrolment.DeclarationDue), times=2)

    assert len(office.messages(template="declaration_due")) == 2
