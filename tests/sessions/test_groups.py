"""Coaching groups of a cohort, from offers and availability to members."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from training import COHORT, COURSE, SLOTS, then

from headship_contracts.enrolment.events import (
    DeliveryPartnerChanged,
    ParticipantTransferred,
    ParticipantWithdrawn,
)
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.sessions.events import ParticipantGrouped, ParticipantUngrouped
from headship_contracts.sessions.groups import GetGroup, SetAvailability
from kit import jobs


@pytest.fixture
def solver():
    """The solver in its child process, as in production."""


def test_a_hubs_people_are_put_into_groups_of_five_to_eight(training):
    events = training.accept(13)
    training.offer()

    report = training.form()

    groups = training.groups()
    members = [training.members(group.group_id) for group in groups]
    assert (report.formed, report.placed, report.waiting, report.proven) == (2, 13, 0, True)
    assert sorted(group.number for group in groups) == [1, 2]
    assert all(5 <= group.size <= 8 for group in groups)
    assert set().union(*members) == {event.application_id for event in events}
    assert {e.application_id: e.group_id for e in training.told(ParticipantGrouped)} == {
        id: group.group_id for group, theirs in zip(groups, members, strict=True) for id in theirs
    }


def test_no_two_of_a_trust_meet_and_no_coach_meets_their_own_trust(training):
    own = training.coach(trust_id="trust a", school_urn="100001")
    other = training.coach(trust_id="trust b")
    training.offer(coaches=[(SLOTS[0], own), (SLOTS[0], other)])
    (of_a,) = training.accept(1, trust_id="trust a")
    (of_b,) = training.accept(1, trust_id="trust b")
    pair = training.accept(2, trust_id="trust c")
    training.accept(8)

    report = training.form()

    group_of = {e.application_id: e for e in training.told(ParticipantGrouped)}
    assert report.waiting == 0
    assert group_of[of_a.application_id].coach_staff_id == other
    assert group_of[of_b.application_id].coach_staff_id == own
    assert len({group_of[event.application_id].group_id for event in pair}) == 2


def test_forming_again_moves_nobody_and_places_who_is_new(training):
    training.accept(6)
    training.offer(slots=[SLOTS[0]])
    training.form()
    (group,) = training.groups()
    before = training.members(group.group_id)
    (newcomer,) = training.accept(1)

    report = training.form()

    assert (report.formed, report.placed) == (0, 1)
    assert training.members(group.group_id) == before | {newcomer.application_id}
    assert training.told(ParticipantUngrouped) == []
    assert training.form().placed == 0


def test_everyone_who_is_not_placed_is_told_why(training):
    (silent,) = training.accept(1, slots=())
    (elsewhere,) = training.accept(1, slots=["fri-09:00"])
    (lonely,) = training.accept(1)
    (no_offer,) = training.accept(1, hub=uuid4())
    (no_hub,) = training.accept(1, delivery_partner_id=None)
    training.offer()

    report = training.form()

    assert report.waiting == 5
    assert {told.application_id: told.reason for told in report.unplaced} == {
        silent.application_id: "no_availability",
        elsewhere.application_id: "no_slot_in_common",
        lonely.application_id: "hub_too_small",
        no_offer.application_id: "no_offer",
        no_hub.application_id: "no_hub",
    }
    helps = {told.reason: told.helps for told in report.unplaced}
    assert helps["no_offer"] == "set_hub_offer for the hub, or a transfer to another"
    assert len(set(helps.values())) == 5
    assert all("nothing tries by itself" in told.tried_next for told in report.unplaced)


def test_forming_one_hub_leaves_the_others_alone(training):
    other = uuid4()
    training.offer()
    training.offer(hub=other)
    training.accept(5)
    training.accept(5, hub=other)

    training.form(delivery_partner_id=other)

    assert [group.delivery_partner_id for group in training.groups()] == [other]


def test_a_transferred_person_keeps_their_group_until_the_new_hub_has_one(training):
    new_hub = uuid4()
    events = training.accept(6)
    training.accept(5, hub=new_hub)
    training.offer()
    training.offer(hub=new_hub)
    training.form()
    moved = events[0]

    training.hears(then(moved, ParticipantTransferred, delivery_partner_id=new_hub))
    (old,) = training.groups(delivery_partner_id=training.hub)
    training.form()
    kept = moved.application_id in training.members(old.group_id)
    training.form(transferred=True)

    (new,) = training.groups(delivery_partner_id=new_hub)
    assert kept
    assert moved.application_id in training.members(new.group_id)
    assert moved.application_id not in training.members(old.group_id)
    (left,) = training.told(ParticipantUngrouped)
    joined = [
        e for e in training.told(ParticipantGrouped) if e.application_id == left.application_id
    ]
    assert left.reason == "transferred"
    assert joined[0].revision < left.revision < joined[1].revision


def test_a_coach_leads_one_group_in_a_slot_even_when_groups_are_formed_later(training):
    coach = uuid4()
    training.offer(coaches=[(SLOTS[0], coach)])
    training.accept(8)
    training.form()
    training.accept(5)

    report = training.form()

    assert len(training.groups()) == 1
    assert {told.reason for told in report.unplaced} == {"no_coach"}


def test_people_who_change_meanwhile_are_grouped_from_a_second_look(training, monkeypatch):
    events = training.accept(7)
    training.offer()
    solve, leaving = jobs.run, [events[0]]

    def solve_while_someone_leaves(*args, **options):
        result = solve(*args, **options)
        while leaving:
            training.hears(then(leaving.pop(), ParticipantWithdrawn))
        return result

    monkeypatch.setattr(jobs, "run", solve_while_someone_leaves)

    report = training.form()

    assert report.placed == 6
    assert events[0].application_id not in training.members(training.groups()[0].group_id)


def test_when_people_never_stop_changing_it_is_a_conflict(training, monkeypatch):
    training.accept(7)
    training.offer()
    solve = jobs.run

    def solve_while_someone_comes(*args, **options):
        training.accept(1)
        return solve(*args, **options)

    monkeypatch.setattr(jobs, "run", solve_while_someone_comes)

    with pytest.raises(Conflict, match="grouping_overtaken"):
        training.form()
    assert training.groups() == []


def test_a_new_offer_replaces_the_former_one(training):
    training.offer(slots=SLOTS)

    record = training.offer(
        slots=[SLOTS[1]], face_to_face_weekday="fri", face_to_face_starts="09:30"
    )

    assert [coach.slot for coach in record.coaches] == [SLOTS[1]]
    assert (record.face_to_face_weekday, record.face_to_face_starts) == ("fri", "09:30")


def test_a_coach_cannot_be_offered_in_slots_that_overlap(training):
    coach = uuid4()

    with pytest.raises(Refused, match="coach_slots_overlap"):
        training.offer(coaches=[("tue-16:00", coach), ("tue-17:30", coach)])


def test_who_has_left_cannot_be_offered_as_a_coach(training):
    gone = training.coach(active=False)

    with pytest.raises(Invalid, match=r"coaches\.0\.coach_staff_id: is nobody who works here now"):
        training.offer(coaches=[(SLOTS[0], gone)])


def test_a_suspended_hub_offers_nothing(training):
    training.hears(
        DeliveryPartnerChanged(
            revision=2, delivery_partner_id=training.hub, status="suspended", name="Hub"
        )
    )
    training.hears(
        DeliveryPartnerChanged(
            revision=1, delivery_partner_id=training.hub, status="active", name="Hub"
        )
    )

    with pytest.raises(Refused, match="delivery_partner_not_active"):
        training.offer()


@pytest.mark.parametrize("slot", ["sun-16:00", "tue-25:00"])
def test_a_slot_that_is_none_is_refused(training, slot):
    (event,) = training.accept(1)

    with pytest.raises(Refused, match="not_a_slot"):
        training.call(SetAvailability(application_id=event.application_id, slots=[slot]))


def test_availability_of_a_stranger_and_a_group_that_is_none_are_not_found(training):
    with pytest.raises(NotFound, match="application_not_found"):
        training.call(SetAvailability(application_id=uuid4(), slots=SLOTS))
    with pytest.raises(NotFound, match="group_not_found"):
        training.call(GetGroup(group_id=uuid4()))


def test_groups_are_listed_by_the_page(training):
    hubs = [uuid4() for _ in range(3)]
    for hub in hubs:
        training.offer(hub=hub)
        training.accept(5, hub=hub)
    training.form()

    found = training.groups(course=COURSE, cohort=COHORT, limit=2)

    assert len(found) == 2
    assert len(training.groups(course=COURSE, cohort=COHORT)) == 3
    assert training.groups(cohort="2031a") == []


def test_a_coach_whom_two_hubs_offer_in_one_slot_leads_at_one_of_them(training):
    other, coach = uuid4(), uuid4()
    for hub in (training.hub, other):
        training.offer(hub=hub, coaches=[(SLOTS[0], coach)])
        training.accept(5, hub=hub)

    report = training.form()

    assert (report.formed, report.placed, report.waiting) == (1, 5, 5)
    assert {told.reason for told in report.unplaced} == {"no_coach"}


def test_a_hub_that_has_offered_nothing_cannot_be_grouped(training):
    with pytest.raises(NotFound, match="offer_not_found"):
        training.form(delivery_partner_id=uuid4())


def test_groups_formed_twice_at_once_place_nobody_twice(training):
    training.accept(13)
    training.offer()

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: training.form(), range(2)))

    members = [training.members(group.group_id) for group in training.groups()]
    assert sum(report.placed for report in reports) == 13
    assert sum(len(theirs) for theirs in members) == len(set().union(*members)) == 13
