"""Of what changes again before its message has left, people hear how it is in the end, once."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.messages import ReadMessage
from headship_contracts.sessions import events as sessions
from kit import clock
from kit.testing import call

NIGHT = datetime(2026, 11, 2, 21, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=11)


@pytest.fixture
def night(office):
    clock.set_simulated(NIGHT)


def in_the_morning(office, template):
    """What of a template has gone out by the morning."""
    office.send(MORNING)
    sent = [one for one in office.messages(template=template) if one.status == "sent"]
    return [call(office.service, ReadMessage(message_id=one.message_id)).body for one in sent]


def transfers(told, *hubs):
    return [
        told.make(
            enrolment.ParticipantTransferred,
            delivery_partner_id=latter,
            former_delivery_partner_id=former,
        )
        for former, latter in pairwise(hubs)
    ]


@pytest.mark.parametrize("way", ["abc", "aba", "abac"])
def test_of_two_transfers_in_a_night_only_a_new_hub_is_told(office, accepted, night, way):
    hubs = {letter: uuid4() for letter in way}
    for letter, hub_id in hubs.items():
        named = {"delivery_partner_id": hub_id, "name": f"Hub {letter}", "status": "active"}
        office.hear(accepted.make(enrolment.DeliveryPartnerChanged, **named))

    for transfer in transfers(accepted, *(hubs[letter] for letter in way)):
        office.hear(transfer, times=2)
        office.send(NIGHT)

    told = in_the_morning(office, "hub_changed")
    assert [f"Hub {way[-1]}" in body for body in told] == [True] * (way[0] != way[-1])


def test_who_comes_back_into_a_group_in_one_night_hears_of_it_once(office, accepted, night):
    groups = [{"group_id": uuid4(), "slot": slot} for slot in ("tue-16:00", "wed-16:00")]
    for group in (*groups, groups[0]):
        office.hear(accepted.make(sessions.ParticipantGrouped, **group))
    office.hear(accepted.make(sessions.ParticipantUngrouped))
    office.send(NIGHT)
    office.hear(accepted.make(sessions.ParticipantGrouped, **groups[0]))

    (body,) = in_the_morning(office, "group_joined")
    assert "Tuesdays at 4pm" in body


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_decisions_on_a_catch_up_in_a_night_the_later_one_is_told(
    office, seated, night, order
):
    attendance = {"attendance_id": uuid4()}
    decisions = [
        seated.make(sessions.CatchUpDecided, outcome=outcome, **attendance)
        for outcome in ("refused", "approved")
    ]

    office.hear(*decisions[::order], times=2)

    (body,) = in_the_morning(office, "catch_up_decided")
    assert "approved" in body
    assert "not enough" not in body


def test_who_is_removed_and_entered_again_in_a_night_does_not_hear_of_the_removal(
    office, entered, night
):
    office.hear(entered.make(assessment.CandidateRemoved, reason="entered_in_error"))
    office.send(NIGHT)
    office.hear(entered.make(assessment.CandidateEntered))

    assert in_the_morning(office, "assessment_removed") == []
    assert len(in_the_morning(office, "assessment_entered")) == 2


def test_a_removal_from_another_window_is_told_all_the_same(office, entered, night):
    other = {"candidate_id": uuid4(), "window_id": uuid4()}
    office.hear(
        entered.make(assessment.CandidateEntered, **other),
        entered.make(assessment.CandidateRemoved, reason="cohort_changed", **other),
        entered.make(assessment.CandidateRemoved, reason="cohort_changed"),
        entered.make(assessment.CandidateEntered),
    )

    assert len(in_the_morning(office, "assessment_removed")) == 1


def test_a_marker_is_reminded_on_the_day_alone_that_the_reminder_is_of(office, told, night):
    reminder = {"due_soon": 1, "overdue": 0, "due_on": date(2026, 11, 4)}
    staff_id = uuid4()
    for on in (NIGHT.date(), MORNING.date()):
        about = {"on": on, "staff_id": staff_id}
        office.hear(told.make(assessment.MarkingOverdue, **about, **reminder))

    assert len(in_the_morning(office, "marking_reminder")) == 1
    first, _second = office.messages(template="marking_reminder")
    assert (first.status, first.reason) == ("cancelled", "out_of_date")


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (assessment.CircumstancesDecided, {"circumstances_id": UUID(int=7), "outcome": "extend"}),
        (assessment.AppealDecided, {"appeal_id": UUID(int=7), "decision": "upheld"}),
    ],
)
def test_of_a_case_that_is_decided_nobody_hears_that_it_is_overdue(
    office, accepted, night, kind, wanted
):
    for case_id in (UUID(int=7), UUID(int=8)):
        week = {"week": date(2026, 11, 2)}
        office.hear(accepted.make(assessment.CaseOverdue, case_id=case_id, **week))
    office.hear(accepted.make(kind, **wanted))

    (body,) = in_the_morning(office, "case_overdue")
    assert str(UUID(int=8)) in body
