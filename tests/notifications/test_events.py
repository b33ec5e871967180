"""Each event leads to the right message or to none, however often and in what order it comes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.errors import Refused
from headship_contracts.messages import EVENTS
from headship_contracts.sessions import events as sessions
from kit.db.migrate import differences
from notifications.models import Base
from notifications.queueing import Wanted, add

E, S, A = enrolment, sessions, assessment

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

ONE_MESSAGE = [
    (E.ApplicationAccepted, {}, "joining"),
    (E.ParticipantTransferred, {}, "hub_changed"),
    (E.PlaceOffered, {"status": "pending", "place": "offered"}, "place_offered"),
    (
        E.PlaceOfferEnded,
        {"status": "pending", "place": "none", "outcome": "expired"},
        "place_offer_ended",
    ),
    (E.DeclarationDue, {}, "declaration_due"),
    (E.DeclarationRefused, {"reason": "too late"}, "declaration_refused"),
    (S.ParticipantGrouped, {}, "group_joined"),
    (S.AttendanceRecorded, {"status": "absent"}, "session_missed"),
    (S.AttendanceRecorded, {"status": "apologies"}, "session_missed"),
    (S.CatchUpDecided, {"outcome": "refused"}, "catch_up_decided"),
    (S.EngagementAtRisk, {"missable": 0}, "engagement_at_risk"),
    (A.CandidateEntered, {}, "assessment_entered"),
    (A.ExtensionGranted, {}, "extension_granted"),
    (A.CandidateRemoved, {"reason": "cohort_changed"}, "assessment_removed"),
    (A.SubmissionReceived, {}, "submission_receipt"),
    (A.SubmissionRefused, {"reason": "file_too_large"}, "submission_refused"),
    (A.SubmissionMissed, {}, "submission_missed"),
    (A.ScriptAllocated, {}, "marking_allocated"),
    (A.ScriptWithdrawn, {"reason": "marker_drops_out"}, "marking_withdrawn"),
    (A.MarkingOverdue, {"on": date(2028, 3, 6), "due_soon": 2, "overdue": 1}, "marking_reminder"),
    (A.ResubmissionOffered, {}, "resubmission_offered"),
    (A.SubmissionRefused, {"reason": "late"}, "submission_refused"),
    (A.ResultReleased, {"state": "failed"}, "result"),
    (A.CircumstancesDecided, {"outcome": "extend"}, "circumstances_decided"),
    (A.AppealReceived, {}, "appeal_received"),
    (
        A.CaseOverdue,
        {"case_id": UUID(int=7), "stage": "panel", "week": date(2026, 11, 2)},
        "case_overdue",
    ),
    (A.AppealDecided, {"decision": "dismissed", "next_by": date(2026, 12, 1)}, "appeal_decided"),
    (A.AppealDecided, {"decision": "upheld", "next_by": None}, "appeal_decided"),
]

NO_MESSAGE = [
    (E.ApplicationReceived, {"status": "pending"}),
    (E.ApplicationRejected, {"status": "rejected"}),
    (E.ApplicationRemoved, {"status": "removed"}),
    (E.ParticipantDeferred, {"training_status": "deferred"}),
    (E.ParticipantDetailsChanged, {"fields": ["email"]}),
    (E.ParticipantMerged, {"former_participant_id": UUID(int=9)}),
    (E.ParticipantRescheduled, {"former_cohort": "2026a"}),
    (E.ParticipantResumed, {}),
    (E.ParticipantWithdrawn, {"training_status": "withdrawn"}),
    (E.DeliveryPartnerChanged, {}),
    (E.StaffChanged, {}),
    (E.DeclarationSubmitted, {}),
    (E.DeclarationVoided, {"state": "voided"}),
    (E.OutcomeReported, {"state": "failed"}),
    (E.OutcomeReported, {"state": "passed"}),  # of which DfE tells them
    (S.PlanPublished, {"cohort": "2025a"}),
    (E.PlaceOfferEnded, {"status": "pending", "outcome": "declined"}),
    (S.ParticipantUngrouped, {}),
    (S.ParticipantSeated, {}),
    (S.ParticipantUnseated, {}),
    (S.SessionScheduled, {}),
    (S.SessionMoved, {}),
    (S.SessionCancelled, {}),
    (S.AttendanceRecorded, {"status": "present"}),
    (A.CandidateRemoved, {"reason": "withdrawn"}),
    (A.WindowOpened, {}),
    (
        ErasureDecided,
        {"erasure_id": UUID(int=8), "person_ids": [], "application_ids": []}
        | {"ended_on": date(2026, 1, 1)},
    ),
    (A.ScriptWithdrawn, {"reason": "lease_lost"}),
]


def test_an_offer_that_was_answered_before_its_message_left_is_not_told_of(office, told):
    offered = told.make(E.PlaceOffered, status="pending", place="offered")
    taken = told.make(E.PlaceOfferEnded, status="pending", place="held", outcome="accepted")

    office.hear(offered, taken)
    office.send(NOW + timedelta(hours=1))

    (message,) = office.messages()
    assert (message.template, message.reason) == ("place_offered", "place_held")


def without_joining(office):
    return [template for template in office.templates() if template != "joining"]


@pytest.mark.parametrize(("kind", "wanted", "template"), ONE_MESSAGE)
def test_an_event_leads_to_one_message_even_when_it_comes_twice(
    office, told, kind, wanted, template
):
    event = told.make(kind, **wanted)

    office.hear(event, times=2)

    first, *others = office.messages(template=template)
    assert others == []
    assert first.status == "created"


@pytest.mark.parametrize(("kind", "wanted"), NO_MESSAGE)
def test_an_event_that_needs_no_message_makes_none(office, told, kind, wanted):
    office.hear(told.make(kind, **wanted), times=2)

    assert without_joining(office) == []


def test_every_event_that_notifications_hears_is_tried_here():
    heard = {event for event in EVENTS.values() if "notifications" in event.wire.heard_by}

    assert heard == {row[0] for row in ONE_MESSAGE} | {row[0] for row in NO_MESSAGE}


@pytest.mark.parametrize(("kind", "wanted", "template"), ONE_MESSAGE)
def test_the_message_goes_out_with_every_value(office, told, kind, wanted, template):
    office.hear(told.make(E.ApplicationAccepted), told.make(kind, **wanted))

    office.send(NOW + timedelta(days=1))

    (message,) = office.messages(template=template)
    assert message.status == "sent", message.reason
    (mail,) = [mail for mail in office.mails() if mail["template"] == template]
    assert "((" not in (office.folder / mail["file"]).read_text()


@pytest.mark.parametrize("plan_first", [True, False])
def test_the_dates_of_the_plan_are_told_once_whichever_comes_first(office, told, plan_first):
    plan, accepted = told.make(S.PlanPublished), told.make(E.ApplicationAccepted)
    newer = told.make(S.PlanPublished, plan_id=plan.plan_id, version=2)

    office.hear(*([plan, accepted] if plan_first else [accepted, plan]), newer)

    assert without_joining(office) == ["plan_published"]


def test_a_moved_session_is_told_to_whoever_sits_in_it(office, seated, told):
    moved = seated.make(S.SessionMoved, sequence=2, local_start="2026-11-13T16:00")

    office.hear(moved, times=2)
    office.evening()

    (message,) = office.messages(template="session_moved")
    assert message.subject == "Your webinar has moved to Friday 13 November 2026"


def test_who_was_merged_hears_of_a_seat_under_the_new_id(office, seated):
    merged = {"former_participant_id": seated.participant_id, "participant_id": UUID(int=9)}
    office.hear(seated.make(E.ParticipantMerged, **merged))
    office.hear(seated.make(S.SessionMoved, sequence=2, local_start="2026-11-13T16:00"))
    office.evening()

    (message,) = office.messages(template="session_moved")

    assert message.person_id == UUID(int=9)


def test_a_cancelled_session_is_told_once_and_takes_its_reminder_along(office, seated):
    office.remind(seated.make(S.SessionScheduled).starts_at - timedelta(days=6))
    office.hear(seated.make(S.SessionCancelled, sequence=2))

    office.evening()
    office.send(NOW + timedelta(days=4))

    states = {message.template: message.status for message in office.messages()}
    assert states["session_cancelled"] == "sent"
    assert states["session_invitation"] == "cancelled"


def test_an_older_revision_changes_nothing(office, told):
    withdrawn = told.make(E.ParticipantWithdrawn, training_status="withdrawn")
    late = told.make(E.ApplicationAccepted, revision=1)
    grouped = told.make(S.ParticipantGrouped)

    office.hear(withdrawn, late, grouped)
    office.send()

    (message,) = office.messages(template="group_joined")
    assert (message.status, message.reason) == ("cancelled", "participant_withdrawn")


def test_changed_dates_of_a_window_are_told(office, entered):
    event = entered.make(A.CandidateEntered)
    later = entered.make(A.CandidateEntered, closes_at=event.closes_at + timedelta(days=2))

    office.hear(event, later)

    assert office.templates() == ["assessment_dates_changed", "assessment_entered", "joining"]


def test_a_changed_result_is_told_and_one_that_it_replaced_is_not(office, accepted):
    first = accepted.make(A.ResultReleased, state="failed")
    second = accepted.make(
        A.ResultReleased, state="passed", result_id=first.result_id, replaces=first.revision
    )

    office.hear(first, second)
    office.send()

    old, new = office.messages(template="result")
    assert (old.status, old.reason, new.status) == ("cancelled", "replaced", "sent")


def test_a_result_that_was_replaced_before_it_came_is_not_told(office, accepted):
    first = accepted.make(A.ResultReleased, state="failed")
    second = accepted.make(A.ResultReleased, result_id=first.result_id, replaces=first.revision)

    office.hear(second, first)

    assert len(office.messages(template="result")) == 1


def test_a_register_put_right_takes_the_message_back(office, accepted):
    absent = accepted.make(S.AttendanceRecorded)
    present = accepted.make(
        S.AttendanceRecorded, status="present", attendance_id=absent.attendance_id
    )

    office.hear(absent)
    office.send()
    office.hear(present)
    office.send(NOW + timedelta(days=1))

    (message,) = office.messages(template="session_missed")
    assert (message.status, message.reason) == ("cancelled", "register_corrected")


def test_a_declaration_that_is_made_needs_no_reminder(office, accepted):
    office.hear(
        accepted.make(E.DeclarationDue), accepted.make(E.DeclarationSubmitted, state="eligible")
    )

    office.send()

    (message,) = office.messages(template="declaration_due")
    assert (message.status, message.reason) == ("cancelled", "declared")


def test_who_left_gets_no_script_to_mark(office, told):
    allocated = told.make(A.ScriptAllocated)
    office.hear(allocated, told.make(E.StaffChanged, staff_id=allocated.staff_id, active=False))

    office.send()

    (message,) = office.messages()
    assert (message.status, message.reason) == ("cancelled", "recipient_inactive")


def test_the_team_hears_at_its_own_address(office, told):
    office.hear(told.make(E.ApplicationAccepted), told.make(E.DeclarationDue))

    office.send()

    (mail,) = [mail for mail in office.mails() if mail["template"] == "declaration_due"]
    assert mail["to"] == "team@example.org"


def test_without_a_team_nobody_hears_of_declarations(an_office, told):
    office = an_office()

    office.hear(told.make(E.DeclarationDue), told.make(E.DeclarationRefused))

    assert office.messages() == []


def test_a_message_without_a_value_that_it_needs_is_never_queued(office):
    with office.db.transaction() as tx, pytest.raises(Refused, match="missing_values"):
        add(tx, Wanted(template="hub_changed", key="x", values={"hub": None}))

    assert office.messages() == []


def test_the_tables_are_what_the_models_say(office):
    assert differences(office.db.engine, Base.metadata) == []
