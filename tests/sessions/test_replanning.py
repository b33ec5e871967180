"""Planning groups and days anew: what would change, and the fewest people moved when it does."""

from uuid import uuid4

import pytest
from training import BEFORE, SLOTS, STARTS_ON, a_hub, replan, then

from headship_contracts.enrolment.events import (
    ParticipantResumed,
    ParticipantWithdrawn,
)
from headship_contracts.errors import Invalid, NotFound
from headship_contracts.sessions.events import (
    ParticipantGrouped,
    ParticipantUngrouped,
    SessionCancelled,
)
from headship_contracts.sessions.groups import CoachTerms, SetAvailability
from headship_contracts.sessions.programme import ImportTerms


def test_a_coach_who_leaves_is_replaced_and_nobody_moves(training):
    leaves, stays = uuid4(), uuid4()
    training.offer(coaches=[(SLOTS[0], leaves)])
    people = training.accept(6)
    training.form()
    (group,) = training.groups()
    training.offer(coaches=[(SLOTS[0], leaves), (SLOTS[0], stays)])

    what_if = replan(training, without_coaches=[leaves])
    still = training.groups()[0].coach_staff_id
    done = replan(training, without_coaches=[leaves], commit=True)

    assert (what_if.committed, still, what_if.moved) == (False, leaves, [])
    assert [(c.group_id, c.coach_staff_id) for c in what_if.coaches] == [(group.group_id, stays)]
    assert (done.committed, done.moved, done.proven) == (True, [], True)
    assert training.groups()[0].coach_staff_id == stays
    assert training.told(ParticipantUngrouped) == []
    told = [e for e in training.told(ParticipantGrouped) if e.coach_staff_id == stays]
    assert {e.application_id for e in told} == {e.application_id for e in people}
    assert replan(training).coaches == []


def test_what_if_changes_nothing_at_all(training):
    leaves = uuid4()
    training.offer(coaches=[(SLOTS[0], leaves), (SLOTS[1], uuid4())])
    training.accept(12)
    training.form()
    before = [(g, training.members(g.group_id)) for g in training.groups()]
    told = len(training.told(ParticipantGrouped))

    report = replan(training, without_coaches=[leaves])

    (ended,) = report.ended
    assert (report.placed, report.waiting) == (8, 4)
    assert len(report.moved) == next(g.size for g, _ in before if g.group_id == ended)
    assert [(g, training.members(g.group_id)) for g in training.groups()] == before
    assert len(training.told(ParticipantGrouped)) == told


def test_a_group_that_ends_has_no_sessions_any_more_and_its_people_sit_elsewhere(training):
    training.publish()
    leaves = uuid4()
    training.offer(coaches=[(SLOTS[0], leaves), (SLOTS[1], uuid4())])
    training.accept(10)
    training.form()
    training.schedule()
    ended = next(g for g in training.groups() if g.coach_staff_id == leaves)

    report = replan(training, without_coaches=[leaves], commit=True)

    (left,) = training.groups()
    assert (report.ended, left.size) == ([ended.group_id], 8)
    cancelled = training.told(SessionCancelled)
    assert {e.group_id for e in cancelled} == {ended.group_id}
    assert {e.reason for e in cancelled} == {"group_ended"}
    for application_id in training.members(left.group_id):
        theirs = training.sessions(
            application_id=application_id, kind="coaching", status="scheduled"
        )
        assert {s.group_id for s in theirs} == {left.group_id}
        assert len(theirs) == 5
    assert [g.group_id for g in training.groups(ended=True) if g.ended_at] == [ended.group_id]


def test_groups_that_withdrawals_made_too_small_are_brought_together(training):
    training.offer()
    events = training.accept(11)
    training.form()
    small = min(training.groups(), key=lambda group: group.size)
    gone = [e for e in events if e.application_id in training.members(small.group_id)][:2]

    what_if = replan(training, without_people=[e.application_id for e in gone])
    for event in gone:
        training.hears(then(event, ParticipantWithdrawn))
    done = replan(training, commit=True)

    assert len(what_if.moved) == len(done.moved)
    sizes = sorted(group.size for group in training.groups())
    assert sum(sizes) + done.waiting == 9
    assert all(5 <= size <= 8 for size in sizes)


def test_people_cannot_be_withdrawn_by_planning(training):
    (event, *_) = training.accept(6)
    training.offer()

    with pytest.raises(Invalid, match="without_people"):
        replan(training, without_people=[event.application_id], commit=True)
    with pytest.raises(NotFound, match="offer_not_found"):
        replan(training, cohort="2031a")


def test_a_hub_that_loses_its_venue_sends_its_people_to_the_nearest_one(training):
    training.publish()
    near, far = a_hub(training, "51.4543,-0.9781"), a_hub(training, "53.8008,-1.5491")
    a_hub(training, "51.5074,-0.1278", training.hub)
    for hub in (training.hub, near, far):
        training.offer(hub=hub)
    people = training.accept(6)
    training.form()
    training.schedule()
    ids = {event.application_id for event in people}

    what_if = replan(training, without_venues=[training.hub])
    before = {s.delivery_partner_id for s in days_of(training, people[0])}
    done = replan(training, without_venues=[training.hub], commit=True)

    assert {d.application_id for d in what_if.days} == ids
    assert {(d.delivery_partner_id, d.km) for d in what_if.days} == {(near, 59)}
    assert (before, done.moved, done.without_seat) == ({training.hub}, [], [])
    for event in people:
        assert {s.delivery_partner_id for s in days_of(training, event)} == {near}
    assert replan(training).days == []


def test_days_at_a_venue_that_is_lost_are_off_and_come_back_with_a_new_one(training):
    training.publish()
    near = a_hub(training, "51.4543,-0.9781")
    a_hub(training, "51.5074,-0.1278", training.hub)
    for hub in (training.hub, near):
        training.offer(hub=hub)
    training.accept(6)
    training.form()
    training.schedule()

    def days(status):
        listed = training.sessions(
            kind="face_to_face", delivery_partner_id=training.hub, status=status
        )
        return {session.session_id: session.venue for session in listed}

    before = days("scheduled")
    replan(training, without_venues=[training.hub], commit=True)
    lost = (days("scheduled"), days("cancelled"))
    training.offer(venue="New hall", coaches=[])
    training.schedule()

    told = training.told(SessionCancelled)
    assert lost == ({}, before)
    assert {(e.reason, e.delivery_partner_id) for e in told} == {("venue_lost", training.hub)}
    assert days("scheduled") == dict.fromkeys(before, "New hall")


def days_of(training, event):
    return training.sessions(
        application_id=event.application_id, kind="face_to_face", status="scheduled"
    )


def test_a_venue_that_is_too_small_seats_what_it_holds_and_names_the_others(training):
    training.publish()
    training.offer(venue_capacity=5)
    people = training.accept(7)
    training.form()

    report = training.schedule()

    assert report.over_capacity == 5
    assert [told.reason for told in report.without_seat] == ["venues_full"] * 2
    seated = [event for event in people if days_of(training, event)]
    assert len(seated) == 5
    training.offer(venue_capacity=7)
    assert training.schedule().without_seat == []
    assert all(days_of(training, event) for event in people)


def test_somebody_who_cannot_use_stairs_has_their_days_where_there_are_none(training):
    training.publish()
    near = a_hub(training, "51.4543,-0.9781")
    a_hub(training, "51.5074,-0.1278", training.hub)
    training.offer()
    training.offer(hub=near, venue_provides=["step_free"])
    people = training.accept(6)
    training.form()
    one = people[0].application_id
    training.call(SetAvailability(application_id=one, slots=SLOTS, needs=["step_free"]))

    training.schedule()

    assert {s.delivery_partner_id for s in days_of(training, people[0])} == {near}
    assert {s.delivery_partner_id for s in days_of(training, people[1])} == {training.hub}


def test_who_comes_back_from_a_pause_is_in_their_old_group_again(training):
    training.offer()
    events = training.accept(12)
    training.form()
    groups = {id: g.group_id for g in training.groups() for id in training.members(g.group_id)}
    (one, *_) = events
    training.hears(then(one, ParticipantWithdrawn, training_status="deferred"))
    training.hears(then(one, ParticipantResumed))

    training.form()

    now = {id: g.group_id for g in training.groups() for id in training.members(g.group_id)}
    assert now == groups


def test_a_coach_leads_no_more_groups_than_the_hub_says(training):
    coach = uuid4()
    terms = [CoachTerms(coach_staff_id=coach, most_groups=1)]
    offer = training.offer(coaches=[(slot, coach) for slot in SLOTS], coach_terms=terms)
    training.accept(13)

    report = training.form()

    assert offer.coach_terms == terms
    assert (report.formed, report.placed) == (1, 8)


def test_a_need_that_no_coach_meets_is_told(training):
    training.offer()
    (event, *_) = training.accept(6)
    one = event.application_id
    training.call(SetAvailability(application_id=one, slots=SLOTS, needs=["captions"]))

    report = training.form()

    assert [(t.application_id, t.reason) for t in report.unplaced] == [(one, "access_needs")]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"needs": ["Step free!"]}, r"needs\.0"),
        ({"place": "91.0,0.0"}, "place"),
    ],
)
def test_a_need_or_place_that_is_none_is_told(training, told, field):
    (event,) = training.accept(1)

    with pytest.raises(Invalid, match=field):
        training.call(SetAvailability(application_id=event.application_id, slots=SLOTS, **told))


LEICESTER = """local_authority,kind,name,first_day,last_day
Leicester,term,Autumn 1,2026-08-26,2026-10-16
Leicester,term,Autumn 2,2026-10-26,2026-12-18
Leicester,term,Spring 1,2027-01-04,2027-01-29
Leicester,term,Spring 2,2027-02-08,2027-03-25
"""


def test_a_groups_sessions_keep_clear_of_its_own_schools_holidays_or_say_who_is_affected(training):
    training.call(ImportTerms(content=LEICESTER))
    training.offer()
    training.accept(60, local_authority="Essex", hub=a_hub(training, None))
    training.accept(6, local_authority="Leicester", school_urn="100001")
    plan = training.publish()
    training.form()

    report = training.schedule()

    holidays = {(2026, 43), (2027, 5)}
    told = {one.day for one in report.shortfalls if one.code == "schools_closed"}
    for session in training.sessions(delivery_partner_id=training.hub):
        day = session.starts_at.date()
        if day.isocalendar()[:2] in holidays:
            assert day in told
    in_plan = [u for u in plan.shortfalls if u.code == "schools_closed"]
    assert all(one.people == 6 and "Leicester" in one.detail for one in in_plan)
    assert all(one.delivery_partner_id == training.hub for one in report.shortfalls)
    assert BEFORE.date() < STARTS_ON
