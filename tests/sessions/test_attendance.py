"""Registers, catch-up and self-study: what is recorded, refused, and kept as history."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from training import StudyEntry

from headship_contracts.enrolment.people import People
from headship_contracts.errors import Invalid, NotFound, Refused, Unavailable
from headship_contracts.sessions.attendance import GetRegister, RecordAttendance, RegisterEntry
from headship_contracts.sessions.events import AttendanceRecorded, CatchUpDecided, EngagementChanged
from headship_contracts.sessions.schedule import CancelSession
from sessions import registers
from sessions.models import AttendanceChange


def history(training):
    with training.service.db.transaction() as tx:
        changes = tx.scalars(select(AttendanceChange).order_by(AttendanceChange.change_id))
        return [(change.why, change.status, change.by) for change in changes]


def test_a_register_is_recorded_in_one_call_and_told_of_each(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]

    report = training.hold(session, dict.fromkeys(ids[:5], "present") | {ids[5]: "apologies"})

    told = {event.application_id: event for event in training.told(AttendanceRecorded)}
    assert (report.recorded, report.counting, report.unchanged) == (6, 5, 0)
    assert {told[id].minutes for id in ids[:5]} == {90}
    assert (told[ids[5]].status, told[ids[5]].minutes) == ("apologies", 0)


def test_recording_the_same_register_again_changes_nothing(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, dict.fromkeys(ids, "present"))

    report = training.hold(session, dict.fromkeys(ids, "present"))

    assert (report.recorded, report.unchanged) == (0, 6)
    assert len(training.told(AttendanceRecorded)) == 6


def test_a_correction_is_a_new_fact_and_the_former_one_stays_in_the_history(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})

    training.hold(session, {ids[0]: "late"}, minutes=80)

    first, second = training.told(AttendanceRecorded)
    assert first.attendance_id == second.attendance_id
    assert (second.status, second.minutes, second.revision > first.revision) == ("late", 80, True)
    assert history(training) == [
        ("register", "absent", "staff:tester"),
        ("register", "late", "staff:tester"),
    ]


def test_a_register_is_refused_before_its_session_and_after_a_cancellation(training):
    ids = training.a_running_cohort()
    first, second = training.sessions()[:2]
    entries = [RegisterEntry(application_id=ids[0], status="present")]

    with pytest.raises(Refused, match="session_not_begun"):
        training.call(RecordAttendance(session_id=first.session_id, entries=entries))
    training.call(CancelSession(session_id=second.session_id, reason="snow"))
    training.at(second.ends_at)
    with pytest.raises(Refused, match="session_cancelled"):
        training.call(RecordAttendance(session_id=second.session_id, entries=entries))


def test_one_stranger_in_a_register_refuses_all_of_it(training):
    ids = training.a_running_cohort()
    (elsewhere,) = training.accept(1, hub=uuid4())
    day = training.sessions(kind="face_to_face")[0]
    stranger = elsewhere.application_id

    with pytest.raises(Refused, match=f"not_seated: 1 have no seat in this session: {stranger}"):
        training.hold(day, {ids[0]: "present", stranger: "present"})

    assert training.told(AttendanceRecorded) == []


def test_what_is_wrong_with_a_register_is_told_by_its_entry(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.at(session.ends_at)
    entries = [
        RegisterEntry(application_id=ids[0], status="asleep"),
        RegisterEntry(application_id=ids[1], status="present"),
        RegisterEntry(application_id=ids[1], status="absent"),
    ]

    with pytest.raises(Invalid) as told:
        training.call(RecordAttendance(session_id=session.session_id, entries=entries))

    assert "entries.0.status" in told.value.fields
    assert told.value.fields["entries.2.application_id"] == ["is named more than once"]


def test_a_register_with_minutes_that_cannot_be_says_whose(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.at(session.ends_at)
    entries = [
        RegisterEntry(application_id=ids[0], status="present"),
        RegisterEntry(application_id=ids[1], status="absent", minutes=30),
    ]

    with pytest.raises(Refused, match=f"minutes_without_presence: {ids[1]}: absent"):
        training.call(RecordAttendance(session_id=session.session_id, entries=entries))


def test_of_who_left_early_a_register_has_to_say_for_how_long_they_were_there(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]

    with pytest.raises(Invalid) as told:
        training.hold(session, {ids[0]: "present", ids[1]: "left_early"})
    report = training.register(session, {ids[1]: "left_early"}, minutes=40)

    assert told.value.fields == {"entries.1.minutes": ["say how many, of somebody who left early"]}
    assert (report.recorded, report.counting) == (1, 0)


def test_a_register_shows_names_from_enrolment_and_what_is_recorded(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "present"})

    register = training.call(GetRegister(session_id=session.session_id))

    lines = {line.application_id: line for line in register.lines}
    assert len(lines) == 6
    assert all(line.full_name.startswith("Head ") for line in lines.values())
    assert (lines[ids[0]].status, lines[ids[0]].counts) == ("present", True)
    assert lines[ids[1]].status is None


def test_a_register_without_names_is_better_than_none(training):
    training.a_running_cohort()
    training.service.ask.answers[People] = Unavailable("no_answer")
    session = training.sessions()[0]

    register = training.call(GetRegister(session_id=session.session_id))

    assert [line.full_name for line in register.lines] == [None] * 6


def test_an_approved_catch_up_counts_and_is_still_told_apart(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})

    pending = training.catch_up(session, ids[0])
    decided = training.decide(session, ids[0], approved=True)

    (event,) = training.told(CatchUpDecided)
    assert (pending.status, pending.counts) == ("catch_up_pending", False)
    assert (decided.status, decided.counts) == ("catch_up_approved", True)
    assert (event.outcome, event.revision) == ("approved", decided.revision)
    assert [step[:2] for step in history(training)] == [
        ("register", "absent"),
        ("catch_up_submitted", "catch_up_pending"),
        ("catch_up_decided", "catch_up_approved"),
    ]


def test_a_refused_catch_up_leaves_the_session_missed_and_can_be_tried_again(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "apologies"})
    training.catch_up(session, ids[0])

    refused = training.decide(session, ids[0], approved=False)
    again = training.catch_up(session, ids[0])

    assert (refused.status, refused.counts) == ("apologies", False)
    assert again.status == "catch_up_pending"


def test_the_same_register_sent_again_does_not_undo_a_catch_up(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])
    training.decide(session, ids[0], approved=True)

    report = training.hold(session, {ids[0]: "absent"})

    assert report.unchanged == 1


def test_there_is_nothing_to_decide_or_catch_up_where_nothing_was_missed(training):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "present"})

    with pytest.raises(Refused, match="nothing_to_catch_up"):
        training.catch_up(session, ids[0])
    with pytest.raises(Refused, match="not_in_the_register"):
        training.catch_up(session, ids[1])
    with pytest.raises(Refused, match="no_catch_up_pending"):
        training.decide(session, ids[0], approved=True)
    with pytest.raises(NotFound, match="application_not_found"):
        training.catch_up(session, uuid4())


def test_whose_own_session_is_ahead_cannot_catch_up_on_another_groups(training):
    training.a_running_cohort(12)
    first = training.sessions(kind="coaching")[0]
    own = next(
        session
        for session in training.sessions(kind="coaching")
        if session.unit_code == first.unit_code and session.group_id != first.group_id
    )
    one = min(training.members(own.group_id))
    training.at(first.ends_at + timedelta(minutes=5))

    with pytest.raises(Refused, match="not_missed"):
        training.catch_up(first, one)

    training.hold(own, {one: "present"})
    with pytest.raises(Refused, match="not_missed"):
        training.catch_up(first, one)


def test_self_study_goes_forward_and_never_back(training):
    ids = training.a_running_cohort()
    training.at(training.sessions()[2].starts_at)

    first = training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", minutes=30))
    less = training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", minutes=10))
    done = training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", finished=True))
    again = training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", finished=True))

    assert [(report.recorded, report.unchanged) for report in (first, less, done, again)] == [
        (1, 0),
        (0, 1),
        (1, 0),
        (0, 1),
    ]


def test_self_study_of_many_is_recorded_whole_or_not_at_all(training):
    ids = training.a_running_cohort()
    tomorrow = (training.sessions()[0].starts_at + timedelta(days=1)).date()
    training.at(training.sessions()[0].starts_at)

    with pytest.raises(Invalid) as told:
        training.study(
            StudyEntry(application_id=ids[0], unit_code="culture-1", finished=True),
            StudyEntry(application_id=uuid4(), unit_code="culture-1", finished=True),
            StudyEntry(application_id=ids[0], unit_code="culture-webinar", finished=True),
            StudyEntry(application_id=ids[0], unit_code="culture-2"),
            StudyEntry(application_id=ids[0], unit_code="culture-3", minutes=5, worked_on=tomorrow),
        )

    assert sorted(told.value.fields) == [
        "entries.1.application_id",
        "entries.2.unit_code",
        "entries.3.minutes",
        "entries.4.worked_on",
    ]
    report = training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", finished=True))
    assert report.recorded == 1


def test_a_webinars_register_can_be_read_hub_by_hub(training, monkeypatch):
    training.a_running_cohort()
    other = uuid4()
    training.accept(2, hub=other)
    webinar = training.sessions()[0].session_id

    of_other = training.call(GetRegister(session_id=webinar, delivery_partner_id=other))
    monkeypatch.setattr(registers, "MAX_ITEMS", 7)

    assert len(of_other.lines) == 2
    with pytest.raises(Refused, match="register_too_long: over 7 seats: ask hub by hub"):
        training.call(GetRegister(session_id=webinar))


def test_two_registers_at_once_add_up_to_both(training):
    ids = training.a_running_cohort()
    first, second = training.sessions()[:2]
    training.at(second.ends_at)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda s: training.register(s, {ids[0]: "present"}), (first, second)))

    assert max(e.live_attended_minutes for e in training.told(EngagementChanged)) == 180
