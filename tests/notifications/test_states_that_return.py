"""What becomes again as it was before is news, too; what is told again unchanged is none."""

from datetime import timedelta
from uuid import uuid4

from headship_contracts.assessment import events as assessment
from headship_contracts.sessions import events as sessions


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
