"""Engagement of a cohort: what is told, who is at risk, and who may sit the assessment."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from training import COHORT, StudyEntry, then

from headship_contracts.assessment.events import ResultReleased
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantRescheduled,
    ParticipantWithdrawn,
)
from headship_contracts.errors import NotFound
from headship_contracts.sessions.engagement import GetEngagement, ListAtRisk
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    EngagementAtRisk,
    EngagementChanged,
)
from headship_contracts.sessions.hub import ListHubEngagement
from headship_contracts.sessions.schedule import CancelSession
from kit.identity import Caller

LIVE, STUDY = 3_000, 2_250
"""Planned minutes of the Headship template."""


def engagement(training, application_id):
    return training.call(GetEngagement(application_id=application_id))


def attend_everything(training, ids, *, missing=()):
    """Hold every session in order; everyone comes, but for the sessions that `ids[0]` misses."""
    sessions = training.sessions()
    for number, session in enumerate(sessions):
        absent = {ids[0]: "absent"} if number in missing else {}
        training.hold(session, dict.fromkeys(ids, "present") | absent)
    return sessions


def after_the_end(training):
    last = training.plan().last_unit_ends_on
    return datetime.combine(last + timedelta(days=1), time(6, 30), UTC)


def test_engagement_is_told_in_whole_minutes_with_its_first_and_last_day(training):
    ids = training.a_running_cohort()
    first, second = training.sessions()[:2]
    training.hold(first, {ids[0]: "present"})
    training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", minutes=30))
    training.hold(second, {ids[0]: "absent"})

    told = training.told(EngagementChanged)

    last = told[-1]
    assert [event.revision for event in told] == sorted({event.revision for event in told})
    assert (last.live_attended_minutes, last.live_planned_minutes) == (90, LIVE)
    assert (last.study_attended_minutes, last.study_planned_minutes) == (30, STUDY)
    assert (last.attended_minutes, last.planned_minutes) == (120, LIVE + STUDY)
    assert last.first_engaged_on == last.last_engaged_on == first.ends_at.date()


def test_only_a_change_is_told(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})

    training.hold(session, {ids[0]: "apologies"})

    assert len(training.told(EngagementChanged)) == 1


def test_a_correction_takes_minutes_away_again(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "present"})

    training.hold(session, {ids[0]: "left_early"}, minutes=71)

    last = training.told(EngagementChanged)[-1]
    assert (last.live_attended_minutes, last.first_engaged_on) == (0, None)


def test_the_minutes_of_a_cancelled_session_are_asked_of_nobody(training):
    ids = training.a_running_cohort()
    first, second = training.sessions()[:2]
    training.hold(first, dict.fromkeys(ids, "present"))

    training.call(CancelSession(session_id=second.session_id, reason="snow"))

    assert engagement(training, ids[0]).live_planned_minutes == LIVE - second.minutes


def test_missing_one_of_ten_hours_leaves_the_gate_open_and_two_do_not(training):
    ids = training.a_running_cohort()
    sessions = attend_everything(training, ids, missing={0})
    training.study_all(ids[0])
    one_missed = engagement(training, ids[0])

    days = [session for session in sessions if session.kind == "face_to_face"]
    training.hold(days[-1], {ids[0]: "absent"})
    day_missed = engagement(training, ids[0])

    assert (one_missed.gate_met, one_missed.missable, one_missed.risk) == (True, 0, None)
    assert (day_missed.gate_met, day_missed.risk) == (False, "catch_up_needed")
    assert day_missed.gate == "per_component-90"


def test_assessment_is_told_the_day_after_the_last_unit_and_once(training):
    ids = training.a_running_cohort()
    attend_everything(training, ids)
    for application_id in ids[:5]:
        training.study_all(application_id)
    before = training.told(AssessmentReady)

    training.timer("open_the_gate", after_the_end(training))
    training.timer("open_the_gate", after_the_end(training) + timedelta(days=1))

    told = training.told(AssessmentReady)
    assert before == []
    assert {event.application_id for event in told} == set(ids[:5])
    assert len(told) == 5
    assert {event.gate_version for event in told} == {"per_component-90"}


def test_late_evidence_opens_the_gate_and_a_correction_closes_it_again(training):
    ids = training.a_running_cohort()
    sessions = training.sessions()
    days = [number for number, s in enumerate(sessions) if s.kind == "face_to_face"][:2]
    attend_everything(training, ids, missing=days)
    training.study_all(ids[0])
    training.timer("open_the_gate", after_the_end(training))
    assert training.told(AssessmentReady) == []

    training.catch_up(sessions[days[0]], ids[0])
    training.decide(sessions[days[0]], ids[0], approved=True)
    (ready,) = training.told(AssessmentReady)
    training.register(sessions[0], {ids[0]: "absent"})

    (withdrawn,) = training.told(AssessmentReadyWithdrawn)
    assert withdrawn.revision > ready.revision
    assert not engagement(training, ids[0]).ready


def test_whoever_withdrew_is_not_told_to_assessment(training):
    ids = training.a_running_cohort()
    attend_everything(training, ids)
    training.study_all(ids[0])
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))

    training.timer("open_the_gate", after_the_end(training))

    assert training.told(AssessmentReady) == []


def test_people_at_risk_are_told_once_until_it_gets_worse(training):
    ids = training.a_running_cohort()
    days = training.sessions(kind="face_to_face")
    training.hold(days[0], dict.fromkeys(ids[1:], "present") | {ids[0]: "absent"})
    monday = days[0].ends_at + timedelta(days=4)

    training.timer("find_people_at_risk", monday)
    training.timer("find_people_at_risk", monday + timedelta(days=7))

    told = [event for event in training.told(EngagementAtRisk) if event.application_id == ids[0]]
    assert [event.reason for event in told] == ["nothing_to_spare"]
    assert {record.application_id for record in training.call(ListAtRisk()).items} == set(ids)


def test_a_released_result_ends_all_warnings_whatever_comes_first(training):
    ids = training.a_running_cohort()
    day = training.sessions(kind="face_to_face")[0]
    training.hears(a_result(ids[0], day), times=2)
    training.hold(day, {ids[0]: "absent"})

    training.timer("find_people_at_risk", day.ends_at + timedelta(days=4))

    assert ids[0] not in {event.application_id for event in training.told(EngagementAtRisk)}
    assert engagement(training, ids[0]).risk is None


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (ParticipantWithdrawn, {}),
        (ParticipantDeferred, {}),
        (ParticipantRescheduled, {"cohort": "2028a", "former_cohort": COHORT}),
        (ResultReleased, {}),
    ],
)
def test_whoever_left_pauses_changed_cohort_or_has_a_result_is_at_risk_no_more(training, how, told):
    ids = training.a_running_cohort()
    day = training.sessions(kind="face_to_face")[0]
    training.hold(day, dict.fromkeys(ids[1:], "present") | {ids[0]: "absent"})
    training.timer("find_people_at_risk", day.ends_at + timedelta(days=4))
    if how is ResultReleased:
        training.hears(a_result(ids[0], day))
    else:
        training.hears(then(training.accepted[ids[0]], how, **told))

    training.hub_is_known()
    listed = training.call(ListAtRisk()).items
    hubs = training.call(
        ListHubEngagement(at_risk=True), caller=Caller("hub", str(training.hub))
    ).items

    for records in (listed, hubs):
        assert {record.application_id for record in records} == set(ids[1:])
    assert engagement(training, ids[0]).risk is None


def test_who_was_ready_and_goes_to_a_later_cohort_is_ready_no_more(training):
    ids = training.a_running_cohort()
    attend_everything(training, ids)
    training.study_all(ids[0])
    training.timer("open_the_gate", after_the_end(training))
    later = "2028a"
    training.publish(cohort=later, starts_on=date(2028, 9, 4))
    training.hears(
        then(training.accepted[ids[0]], ParticipantRescheduled, cohort=later, former_cohort=COHORT)
    )

    first, *others = training.sessions(cohort=COHORT)
    for session in [first, *others[:5]]:
        training.register(session, {ids[0]: "absent"})

    assert [e.application_id for e in training.told(AssessmentReadyWithdrawn)] == [ids[0]]
    assert not engagement(training, ids[0]).ready


def a_result(application_id, day):
    return ResultReleased(
        revision=5,
        result_id=uuid4(),
        application_id=application_id,
        participant_id=uuid4(),
        attempt=1,
        state="passed",
        completion_date=day.starts_at.date(),
    )


def test_engagement_of_someone_without_any_record_is_not_found(training):
    ids = training.a_running_cohort()

    with pytest.raises(NotFound, match="engagement_not_found"):
        engagement(training, ids[0])
    with pytest.raises(NotFound, match="application_not_found"):
        engagement(training, uuid4())
