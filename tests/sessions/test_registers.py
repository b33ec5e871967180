"""Apologies in advance, hubs' registers, and what a register does to a catch-up."""

from uuid import uuid4

import pytest
from training import then

from headship_contracts.enrolment.events import ParticipantResumed, ParticipantWithdrawn
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import (
    GetRegister,
    HubRegisterEntry,
    ListAttendanceHistory,
    ListCatchUps,
    RecordHubAttendance,
    SendApologies,
    WithdrawApologies,
)
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.events import AttendanceRecorded
from headship_contracts.sessions.schedule import MoveSession


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def in_register(training, session, application_id):
    lines = training.call(GetRegister(session_id=session.session_id)).lines
    (line,) = [line for line in lines if line.application_id == application_id]
    return line.status, line.comment


def test_apologies_in_advance_stand_in_the_register_and_are_told_with_it(training, ids):
    session = training.sessions()[0]
    training.call(
        SendApologies(session_id=session.session_id, application_id=ids[0], comment="Ofsted")
    )
    ahead = in_register(training, session, ids[0])
    told_ahead = training.told(AttendanceRecorded)

    training.hold(session, dict.fromkeys(ids[1:], "present"))

    told = {event.application_id: event.status for event in training.told(AttendanceRecorded)}
    assert ahead == in_register(training, session, ids[0]) == ("apologies", "Ofsted")
    assert told_ahead == []  # or they would hear that they missed what has not begun
    assert told[ids[0]] == "apologies"


def test_apologies_make_a_risk_known_before_the_day(training, ids):
    day = training.sessions(kind="face_to_face")[0]

    training.call(SendApologies(session_id=day.session_id, application_id=ids[0]))

    assert training.call(GetEngagement(application_id=ids[0])).missable == 0


def test_apologies_are_withdrawn_and_lapse_when_the_session_moves(training, ids):
    first, second = training.sessions()[:2]
    for session in (first, second):
        training.call(SendApologies(session_id=session.session_id, application_id=ids[0]))

    training.call(WithdrawApologies(session_id=first.session_id, application_id=ids[0]))
    training.call(MoveSession(session_id=second.session_id, local_start="2026-12-01T16:00"))

    assert in_register(training, first, ids[0]) == (None, None)
    assert in_register(training, second, ids[0]) == (None, None)
    steps = training.call(ListAttendanceHistory(application_id=ids[0])).items
    assert [step.why for step in steps] == ["apologies", "apologies", "withdrawn", "moved"]
    with pytest.raises(Refused, match="no_apologies"):
        training.call(WithdrawApologies(session_id=first.session_id, application_id=ids[0]))


def test_apologies_are_for_ones_own_sessions_that_have_not_begun(training, ids):
    session = training.sessions()[0]
    day = training.sessions(kind="face_to_face")[0]
    (elsewhere,) = training.accept(1, hub=uuid4())

    with pytest.raises(Refused, match="not_seated"):
        training.call(
            SendApologies(session_id=day.session_id, application_id=elsewhere.application_id)
        )
    training.at(session.starts_at)
    with pytest.raises(Refused, match="session_begun"):
        training.call(SendApologies(session_id=session.session_id, application_id=ids[0]))


def test_a_hub_records_registers_of_many_sessions_at_once(training, ids):
    first, second = training.sessions()[:2]
    training.at(second.ends_at)
    entries = [
        HubRegisterEntry(session_id=session.session_id, application_id=id, status="present")
        for session in (first, second)
        for id in ids
    ]

    asked = RecordHubAttendance(delivery_partner_id=training.hub, entries=entries)
    report, again = training.call(asked), training.call(asked)

    assert (report.recorded, report.counting) == (12, 12)
    assert (again.recorded, again.unchanged) == (0, 12)


def test_another_hubs_people_and_sessions_are_not_found(training, ids):
    hub = uuid4()
    training.offer(hub=hub)
    (stranger,) = training.accept(1, hub=hub)
    day = training.sessions(kind="face_to_face", delivery_partner_id=training.hub)[0]
    training.at(day.ends_at)

    def record(application_id, session):
        entry = HubRegisterEntry(
            session_id=session.session_id, application_id=application_id, status="present"
        )
        training.call(RecordHubAttendance(delivery_partner_id=hub, entries=[entry]))

    with pytest.raises(NotFound, match="session_not_found"):
        record(stranger.application_id, day)
    webinar = training.sessions(kind="webinar")[0]
    with pytest.raises(NotFound, match="application_not_found"):
        record(ids[0], webinar)
    assert training.told(AttendanceRecorded) == []


def test_a_register_put_right_keeps_what_was_caught_up_unless_they_were_there(training, ids):
    session = training.sessions()[0]
    training.hold(session, dict.fromkeys(ids[:3], "absent"))
    for application_id in ids[:3]:
        training.catch_up(session, application_id)
    training.decide(session, ids[0], approved=True)

    training.register(session, {ids[0]: "apologies", ids[1]: "apologies", ids[2]: "present"})

    lines = {id: in_register(training, session, id)[0] for id in ids[:3]}
    assert lines == {
        ids[0]: "catch_up_approved",
        ids[1]: "catch_up_pending",
        ids[2]: "present",
    }
    (waiting,) = training.call(ListCatchUps()).items
    assert waiting.application_id == ids[1]
    outcomes = [item.outcome for item in training.call(ListCatchUps(pending=False)).items]
    assert outcomes == ["approved", "pending", "overtaken"]


def test_a_catch_up_overtaken_by_the_register_can_be_followed_by_another(training, ids):
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])
    training.register(session, {ids[0]: "present"})
    training.register(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])

    assert training.decide(session, ids[0], approved=True).status == "catch_up_approved"


def test_whoever_was_away_catches_up_on_what_was_held_meanwhile(training, ids):
    first = training.sessions()[0]
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))
    training.hold(first, dict.fromkeys(ids[1:], "present"))
    training.hears(then(training.accepted[ids[0]], ParticipantResumed))

    pending = training.catch_up(first, ids[0])
    decided = training.decide(first, ids[0], approved=True)

    assert (pending.status, pending.via) == ("catch_up_pending", "catch_up")
    assert decided.counts
    assert training.call(GetEngagement(application_id=ids[0])).live_attended_minutes == 90


def test_the_history_asks_whose(training, ids):
    with pytest.raises(Invalid) as told:
        training.call(ListAttendanceHistory())

    assert "session_id" in told.value.fields
