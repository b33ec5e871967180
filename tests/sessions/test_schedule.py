"""Sessions and seats of a cohort, and what moves them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from training import COHORT, COURSE, STARTS_ON, then

from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
)
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.sessions.events import (
    ParticipantSeated,
    ParticipantUnseated,
    SessionCancelled,
    SessionMoved,
    SessionScheduled,
)
from headship_contracts.sessions.running import ScheduleSession
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from sessions import rounds
from sessions.domain.london import wall


def test_a_plan_becomes_sessions_for_cohort_groups_and_hubs_with_a_seat_for_each(training):
    training.publish()
    training.offer()
    events = training.accept(13)
    training.form()

    report = training.schedule()

    kinds = Counter(session.kind for session in training.sessions())
    assert kinds == {"webinar": 10, "coaching": 5 * 2, "face_to_face": 5}
    assert (report.sessions_scheduled, report.seats_given) == (25, 13 * 20)
    assert (report.over_capacity, report.sessions_moved) == (0, 0)
    assert len(training.told(SessionScheduled)) == 25
    seats = Counter(event.application_id for event in training.told(ParticipantSeated))
    assert seats == {event.application_id: 20 for event in events}


def test_scheduling_again_does_nothing(training):
    training.a_running_cohort()

    report = training.schedule()

    assert report.dump() == {
        "sessions_scheduled": 0,
        "sessions_moved": 0,
        "seats_given": 0,
        "seats_taken_back": 0,
        "over_capacity": 0,
        "kept_for_notice": 0,
        "shortfalls": [],
        "without_seat": [],
    }


def test_coaching_is_at_the_groups_slot_in_summer_and_in_winter(training):
    training.a_running_cohort()
    (group,) = training.groups()

    coaching = training.sessions(kind="coaching")

    assert {wall(s.starts_at).strftime("%a-%H:%M").lower() for s in coaching} == {group.slot}
    assert {s.local_start[11:] for s in coaching} == {group.slot[4:]}
    assert {s.starts_at.hour for s in coaching} == {15, 16}
    assert all(s.ends_at - s.starts_at == timedelta(hours=2) for s in coaching)


def test_who_is_accepted_late_is_seated_in_what_is_ahead(training):
    training.a_running_cohort()
    first = training.sessions()[0]
    training.at(first.starts_at + timedelta(hours=1))

    (late,) = training.accept(1)
    seated = training.sessions(application_id=late.application_id)
    report = training.form()

    assert len(seated) == 14  # nine webinars, five days: no group yet
    assert report.placed == 1
    assert len(training.sessions(application_id=late.application_id)) == 19


def test_who_withdraws_gives_back_group_and_seats_ahead_but_not_those_behind(training):
    ids = training.a_running_cohort()
    second = training.sessions()[1]
    training.at(second.starts_at)

    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn), times=2)

    told = training.told(ParticipantUnseated)
    (group,) = training.groups()
    assert len(told) == 18
    assert {event.reason for event in told} == {"withdrawn"}
    assert len(training.sessions(application_id=ids[0])) == 2
    assert ids[0] not in training.members(group.group_id)


def test_who_comes_back_is_seated_again_and_gets_a_place_when_groups_are_formed(training):
    ids = training.a_running_cohort()
    training.hears(then(training.accepted[ids[0]], ParticipantDeferred))
    training.hears(then(training.accepted[ids[0]], ParticipantResumed))
    seats_without_group = len(training.sessions(application_id=ids[0]))

    report = training.form()

    assert seats_without_group == 15
    assert report.placed == 1
    assert len(training.sessions(application_id=ids[0])) == 20


def test_a_transfer_changes_the_days_together_only_with_the_new_place(training):
    new_hub = uuid4()
    training.offer(hub=new_hub)
    ids = training.a_running_cohort()
    training.accept(5, hub=new_hub)

    training.hears(
        then(training.accepted[ids[0]], ParticipantTransferred, delivery_partner_id=new_hub)
    )
    training.form()
    before = {s.delivery_partner_id for s in training.sessions(application_id=ids[0])}
    training.form(transferred=True)
    after = {s.delivery_partner_id for s in training.sessions(application_id=ids[0])}

    assert before == {None, training.hub}
    assert after == {None, new_hub}


def test_a_new_version_of_the_plan_moves_what_nobody_moved_by_hand(training):
    training.a_running_cohort()
    webinars = training.sessions(kind="webinar")
    by_hand = training.call(
        MoveSession(session_id=webinars[3].session_id, local_start="2027-03-09T09:00")
    )

    training.publish(starts_on=STARTS_ON + timedelta(weeks=1))
    report = training.schedule()

    after = {session.session_id: session for session in training.sessions(kind="webinar")}
    planned = {u.code: u.local_start for u in training.plan().units if u.kind == "webinar"}
    assert report.sessions_moved > 0
    assert after[by_hand.session_id].local_start == "2027-03-09T09:00"
    assert all(
        session.local_start == planned[session.unit_code]
        for session in after.values()
        if session.session_id != by_hand.session_id
    )


def test_what_has_another_venue_alone_follows_the_plan_and_what_was_moved_is_told(training):
    training.a_running_cohort()
    first, second, *_ = training.sessions(kind="webinar")
    for session, start in ((first, first.local_start), (second, f"{second.local_start[:11]}09:00")):
        training.call(
            MoveSession(session_id=session.session_id, local_start=start, venue="The studio")
        )

    training.publish(starts_on=STARTS_ON + timedelta(weeks=1))
    report = training.schedule()

    now = {session.session_id: session for session in training.sessions()}
    kept = [one.unit_code for one in report.shortfalls if one.code == "kept_by_hand"]
    assert now[first.session_id].local_start > first.local_start
    assert now[first.session_id].venue == "The studio"
    assert now[second.session_id].local_start == f"{second.local_start[:11]}09:00"
    assert kept == [second.unit_code]


def test_a_moved_session_keeps_its_wall_time_and_raises_its_sequence(training):
    training.a_running_cohort()
    session = training.sessions(kind="coaching")[0]

    moved = training.call(
        MoveSession(
            session_id=session.session_id,
            local_start="2027-06-15T16:00",
            venue="Library",
            expected_revision=session.revision,
        )
    )

    (event,) = training.told(SessionMoved)
    assert moved.starts_at == datetime(2027, 6, 15, 15, tzinfo=UTC)
    assert (moved.sequence, moved.venue, moved.local_start) == (1, "Library", "2027-06-15T16:00")
    assert (event.former_starts_at, event.sequence) == (session.starts_at, 1)
    assert event.revision > session.revision


@pytest.mark.parametrize(
    ("local_start", "code"),
    [
        ("2027-03-28T01:30", "time_does_not_exist"),
        ("2027-10-31T01:30", "time_is_ambiguous"),
        ("2027-05-03T10:00", "on_a_bank_holiday"),
        ("2027-05-08T10:00", "not_a_working_day"),
        ("2025-05-08T10:00", "time_is_past"),
    ],
)
def test_a_session_is_not_moved_to_a_time_that_cannot_be(training, local_start, code):
    training.a_running_cohort()
    session = training.sessions()[0]

    with pytest.raises(Refused, match=code):
        training.call(MoveSession(session_id=session.session_id, local_start=local_start))


@pytest.mark.parametrize(
    "local_start", ["2027-02-30T10:00", "2027-04-12T24:30", "9999-12-31T10:00"]
)
def test_a_time_that_is_on_no_calendar_is_told_by_its_field(training, local_start):
    training.a_running_cohort()
    session = training.sessions()[0]
    asked = {"course": COURSE, "cohort": COHORT, "unit_code": session.unit_code}

    for request in (
        MoveSession(session_id=session.session_id, local_start=local_start),
        ScheduleSession(**asked, local_start=local_start),
    ):
        with pytest.raises(Invalid) as told:
            training.call(request)
        assert local_start[:10] in told.value.fields["local_start"][0]


def test_a_cancelled_session_is_told_and_cannot_be_changed_any_more(training):
    training.a_running_cohort()
    session = training.sessions()[0]

    cancelled = training.call(
        CancelSession(session_id=session.session_id, reason="facilitator_ill")
    )

    (event,) = training.told(SessionCancelled)
    assert (cancelled.status, cancelled.sequence) == ("cancelled", 1)
    assert (event.reason, event.sequence) == ("facilitator_ill", 1)
    again = training.call(CancelSession(session_id=session.session_id, reason="other"))
    assert again == cancelled
    with pytest.raises(Refused, match="session_cancelled"):
        training.call(MoveSession(session_id=session.session_id, local_start="2027-06-15T16:00"))


def test_a_session_that_has_begun_or_changed_stays_as_it_is(training):
    training.a_running_cohort()
    session = training.sessions()[0]

    with pytest.raises(Conflict, match="session_changed"):
        training.call(
            CancelSession(session_id=session.session_id, reason="other", expected_revision=1)
        )
    training.at(session.starts_at)
    with pytest.raises(Refused, match="session_begun"):
        training.call(CancelSession(session_id=session.session_id, reason="other"))
    with pytest.raises(NotFound, match="session_not_found"):
        training.call(CancelSession(session_id=uuid4(), reason="other"))


def test_a_venue_that_is_too_small_is_reported(training):
    training.publish()
    training.offer(venue_capacity=4)
    training.accept(5)
    training.form()

    assert training.schedule().over_capacity == 5


def test_a_large_cohort_is_seated_in_pages(training, monkeypatch):
    monkeypatch.setattr(rounds, "PEOPLE_AT_ONCE", 3)
    ids = training.a_running_cohort(7)

    assert {len(training.sessions(application_id=id)) for id in ids} == {20}


def test_sessions_are_found_by_what_they_are_and_when(training):
    training.a_running_cohort()
    everything = training.sessions()
    third = everything[2]

    found = training.sessions(starts_from=third.starts_at, starts_before=everything[4].starts_at)

    assert [session.session_id for session in found] == [
        session.session_id for session in everything[2:4]
    ]
    assert [session.starts_at for session in everything] == sorted(s.starts_at for s in everything)
