"""Running sessions: who leads them, how they are joined, swaps, and the hours of clock changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from training import SLOTS, then

from headship_contracts.enrolment.events import ParticipantMovedSchool
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.events import SessionChanged, SessionMoved
from headship_contracts.sessions.groups import CoachTerms, SetAvailability
from headship_contracts.sessions.programme import ImportTerms
from headship_contracts.sessions.running import (
    ScheduleSession,
    SetJoiningDetails,
    SubstituteFacilitator,
    SwapGroups,
)
from headship_contracts.sessions.schedule import MoveSession


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def test_a_substitute_leads_one_session_and_the_groups_coach_the_others(training, ids):
    first, second = training.sessions(kind="coaching")[:2]
    substitute = training.coach()

    changed = training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=substitute))

    assert changed.facilitator_staff_id == substitute
    assert second.facilitator_staff_id == training.groups()[0].coach_staff_id
    led = training.sessions(facilitator_staff_id=substitute)
    assert [session.session_id for session in led] == [first.session_id]
    (event,) = training.told(SessionChanged)
    assert (event.change, event.sequence) == ("facilitator", 1)
    back = training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=None))
    assert back.facilitator_staff_id == first.facilitator_staff_id


def test_a_substitute_who_is_busy_gone_or_too_close_is_refused(training, ids):
    first, second = training.sessions(kind="coaching")[:2]
    busy = training.coach()
    elsewhere = training.call(
        ScheduleSession(
            course=first.course,
            cohort=first.cohort,
            unit_code=second.unit_code,
            local_start=first.local_start,
            facilitator_staff_id=busy,
        )
    )
    gone = training.coach(active=False)
    close = training.coach(trust_id=training.accepted[ids[0]].trust_id)

    def refusal(staff_id):
        with pytest.raises(Refused) as told:
            training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=staff_id))
        return told.value

    assert refusal(busy).code == "facilitator_busy"
    assert str(elsewhere.session_id) in refusal(busy).detail
    assert refusal(gone).code == "facilitator_not_active"
    assert refusal(close).code == "facilitator_too_close"
    assert str(ids[0]) in refusal(close).detail


def test_what_a_provider_lets_be_is_told_and_a_busy_substitute_may_stand_in(training, ids):
    severe(training, "coach_twice=warn")
    first, second = training.sessions(kind="coaching")[:2]
    busy = training.coach()
    an_extra(training, first, unit_code=second.unit_code, facilitator_staff_id=busy)

    record = training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=busy))

    assert record.facilitator_staff_id == busy
    assert [told.code for told in record.shortfalls] == ["coach_twice"]


def test_one_more_session_is_held_against_venues_notice_and_who_leads(training, ids):
    day = training.sessions(kind="face_to_face")[0]
    training.at(day.starts_at - timedelta(days=2))
    beside = {"venue": day.venue, "delivery_partner_id": day.delivery_partner_id}

    told = an_extra(training, day, **beside).shortfalls
    severe(training, "venue_twice=block")
    with pytest.raises(Refused) as venue:
        an_extra(training, day, **beside)
    severe(training, "notice_too_short=block_release")
    with pytest.raises(Refused) as notice:
        an_extra(training, day)

    assert {one.code for one in told} == {"venue_twice", "notice_too_short"}
    assert venue.value.code == "venue_twice"
    assert notice.value.code == "clashes_block_release"
    assert "10 working days before" in notice.value.detail


def test_a_move_by_hand_is_held_against_notice_and_against_closed_schools(training, ids):
    session = training.sessions(kind="webinar")[3]
    easter = "2027-04-01T16:00"

    def move(local_start):
        asked = MoveSession(session_id=session.session_id, local_start=local_start)
        return training.call(asked).shortfalls

    closed = {one.code: one for one in move(easter)}["schools_closed"]
    training.at(training.sessions(kind="webinar")[3].starts_at - timedelta(days=2))
    late = move("2027-06-15T16:00")
    severe(training, "schools_closed=block")
    training.at(training.now - timedelta(days=30))
    with pytest.raises(Refused) as refused:
        move(easter)

    assert (closed.code, closed.people) == ("schools_closed", len(ids))
    assert "notice_too_short" in {one.code for one in late}
    assert refused.value.code == "schools_closed"


def test_a_move_to_where_a_session_is_already_tells_nobody_and_leaves_it_to_the_plan(training, ids):
    session = training.sessions(kind="webinar")[3]
    asked = MoveSession(session_id=session.session_id, local_start="2027-04-20T16:00")

    moved = training.call(asked)
    again = training.call(asked)
    there = training.sessions(kind="webinar")[0]
    training.call(MoveSession(session_id=there.session_id, local_start=there.local_start))

    assert (again.sequence, again.revision) == (moved.sequence, moved.revision)
    assert [e.session_id for e in training.told(SessionMoved)] == [session.session_id]


def severe(training, told):
    training.service.settings = replace(training.service.settings, clash_severities=told)


def an_extra(training, like, **told):
    usual = {"unit_code": like.unit_code, "local_start": like.local_start}
    return training.call(ScheduleSession(course=like.course, cohort=like.cohort, **usual | told))


def test_joining_details_are_told_once(training, ids):
    session = training.sessions()[0]
    asked = SetJoiningDetails(
        session_id=session.session_id,
        meeting_link="https://meet.example.org/1",
        joining_details="Bring your implementation plan.",
    )

    changed = training.call(asked)
    again = training.call(asked)

    assert changed == again
    assert (changed.joining_details, changed.sequence) == ("Bring your implementation plan.", 1)


def two_groups(training):
    training.publish()
    training.offer()
    first = training.accept(5, slots=["tue-16:00", "thu-16:00"])
    training.form()
    training.offer(slots=["thu-16:00"])
    second = training.accept(5, slots=["thu-16:00", "tue-16:00"])
    training.form()
    training.schedule()
    return first, second


def test_two_people_change_groups_with_their_seats(training):
    first, second = two_groups(training)
    one, other = first[0].application_id, second[0].application_id
    groups = {group.slot: group.group_id for group in training.groups()}
    before = {id: len(training.sessions(application_id=id)) for id in (one, other)}

    training.call(SwapGroups(first_application_id=one, second_application_id=other))

    assert one in training.members(groups["thu-16:00"])
    assert other in training.members(groups["tue-16:00"])
    coaching = training.sessions(application_id=one, kind="coaching")
    assert {session.group_id for session in coaching} == {groups["thu-16:00"]}
    assert {id: len(training.sessions(application_id=id)) for id in (one, other)} == before


def test_a_swap_tells_of_what_people_hear_too_late_and_of_their_schools_holidays(training):
    first, second = two_groups(training)
    one, other = first[0].application_id, second[0].application_id
    coaching = training.sessions(application_id=other, kind="coaching")
    training.at(coaching[0].starts_at - timedelta(days=2))
    spring = coaching[2].starts_at.date()
    closed = f"school_urn,kind,name,first_day,last_day\n100009,inset,Training,{spring},{spring}\n"
    training.call(ImportTerms(content=closed))
    training.hears(then(first[0], ParticipantMovedSchool, school_urn="100009"))
    swap = SwapGroups(first_application_id=one, second_application_id=other)

    severe(training, "notice_too_short=block")
    with pytest.raises(Refused, match="notice_too_short: cycle-1-coaching"):
        training.call(swap)
    severe(training, "")
    told = training.call(swap).shortfalls

    of_other_group = [(t.code, t.unit_code) for t in told if t.group_id == coaching[0].group_id]
    assert ("schools_closed", coaching[2].unit_code) in of_other_group
    assert "notice_too_short" in {one.code for one in told}


def test_a_swap_that_breaks_a_rule_changes_nothing(training):
    first, second = two_groups(training)
    one, other = first[0].application_id, second[0].application_id
    training.call(SetAvailability(application_id=one, slots=["tue-16:00"]))

    with pytest.raises(Refused, match=r"does_not_fit.*cannot do its slot"):
        training.call(SwapGroups(first_application_id=one, second_application_id=other))
    with pytest.raises(Refused, match="same_group"):
        training.call(
            SwapGroups(first_application_id=one, second_application_id=first[1].application_id)
        )
    with pytest.raises(Invalid):
        training.call(SwapGroups(first_application_id=one, second_application_id=one))
    with pytest.raises(NotFound):
        training.call(SwapGroups(first_application_id=one, second_application_id=uuid4()))


def test_nobody_is_swapped_to_a_coach_who_does_not_provide_what_they_need(training):
    training.publish()
    captioned, other = uuid4(), uuid4()
    training.offer(
        coaches=[("tue-16:00", captioned), ("thu-16:00", other)],
        coach_terms=[CoachTerms(coach_staff_id=captioned, provides="captions")],
    )
    first = training.accept(12)[0].application_id
    needs = SetAvailability(application_id=first, slots=SLOTS, needs=["captions"])
    training.call(needs)
    training.form()
    groups = {group.coach_staff_id: group.group_id for group in training.groups()}
    second = min(training.members(groups[other]))
    assert first in training.members(groups[captioned])

    with pytest.raises(Refused, match="does not provide what they need to take part"):
        training.call(SwapGroups(first_application_id=first, second_application_id=second))

    assert first in training.members(groups[captioned])


def test_the_hour_that_the_clocks_skip_is_refused_and_the_one_that_comes_twice_needs_a_fold(
    training, ids
):
    session = training.sessions()[0]

    def move(local_start, **told):
        asked = MoveSession(session_id=session.session_id, local_start=local_start, **told)
        return training.call(asked)

    with pytest.raises(Refused, match="time_does_not_exist"):
        move("2027-03-28T01:30")
    with pytest.raises(Refused, match="time_is_ambiguous"):
        move("2027-10-31T01:30")
    moved = move("2027-03-30T09:30")
    assert moved.starts_at == datetime.fromisoformat("2027-03-30T08:30+00:00")
    assert moved.ends_at - moved.starts_at == timedelta(minutes=90)
