"""Rules of a group that an event breaks afterwards are told where staff look, and before a plan is
released."""

from dataclasses import replace
from uuid import uuid4

import pytest
from training import SLOTS, replan, then

from headship_contracts.enrolment.events import (
    DeliveryPartnerChanged,
    ParticipantMovedSchool,
    ParticipantWithdrawn,
    StaffChanged,
)
from headship_contracts.errors import Refused
from headship_contracts.sessions import hub as asked
from headship_contracts.sessions.groups import GetGroup, SetAvailability
from kit.identity import Caller


@pytest.fixture
def coach(training):
    return training.coach(trust_id="trust z")


@pytest.fixture
def people(training, coach):
    """Six people in one group, with a plan that is not in the calendar yet."""
    training.publish()
    training.hub_is_known()
    training.offer(coaches=[(SLOTS[0], coach)])
    found = training.accept(6, school_urn=None)
    training.form()
    return found


def comes_to(training, person, **told):
    training.hears(then(person, ParticipantMovedSchool, **told))


def coach_changes(training, coach, **told):
    usual = {"staff_id": coach, "roles": ["coach"], "revision": 10_000_000}
    training.hears(StaffChanged(**usual | told))


def codes(records):
    return [one.code for one in records]


def test_who_moves_to_a_school_of_anothers_trust_is_told_with_the_other(training, people):
    one, other = people[:2]
    comes_to(training, one, trust_id=other.trust_id, school_urn="100001")

    (group,) = training.groups()
    alone = training.call(GetGroup(group_id=group.group_id)).group
    formed, scheduled = training.form(), training.schedule()

    (told,) = group.shortfalls
    assert (told.code, told.people, told.group_id) == ("one_trust_twice", 2, group.group_id)
    assert all(str(event.application_id) in told.detail for event in (one, other))
    assert alone.shortfalls == formed.shortfalls == [told]
    assert codes(scheduled.shortfalls) == ["one_trust_twice"]
    assert len(training.sessions(kind="coaching")) == 5


def test_a_coach_who_changes_trust_or_leaves_is_told(training, people, coach):
    coach_changes(training, coach, trust_id=people[0].trust_id)
    closer = training.groups()[0].shortfalls
    coach_changes(training, coach, trust_id=None, active=False, revision=10_000_001)
    left = training.groups()[0].shortfalls

    assert [(one.code, one.people) for one in closer] == [("coach_too_close", 1)]
    assert codes(left) == ["coach_has_left"]


def test_groups_of_a_hub_that_is_suspended_are_told(training, people):
    training.hears(
        DeliveryPartnerChanged(
            revision=10_000_000,
            delivery_partner_id=training.hub,
            status="suspended",
            name="North Hub",
        )
    )

    (told,) = training.groups()[0].shortfalls
    assert (told.code, told.people) == ("hub_not_active", 6)
    assert "hub_not_active" in codes(training.schedule().shortfalls)


def test_somebody_who_comes_to_need_what_the_coach_does_not_provide_is_told(training, people):
    one = people[0].application_id
    training.call(SetAvailability(application_id=one, slots=SLOTS, needs=["captions"]))

    assert codes(training.groups()[0].shortfalls) == ["access_needs"]


def test_who_says_that_they_cannot_do_their_groups_slot_any_more_is_told(training, people):
    one = people[0].application_id
    training.call(SetAvailability(application_id=one, slots=SLOTS[1:]))

    (told,) = training.groups()[0].shortfalls

    assert (told.code, told.people) == ("slot_not_possible", 1)
    assert str(one) in told.detail


def test_a_group_that_withdrawals_leave_too_small_is_told_until_others_come(training, people):
    for person in people[:2]:
        training.hears(then(person, ParticipantWithdrawn))
    small = training.groups()[0].shortfalls

    training.accept(1)
    training.form()

    assert [(one.code, one.people) for one in small] == [("group_too_small", 4)]
    assert "it has 4 people, 5 are the least" in small[0].detail
    assert training.groups()[0].shortfalls == []


def test_hubs_are_not_told_of_others_people(training, people):
    comes_to(training, people[0], trust_id=people[1].trust_id)

    (group,) = training.call(asked.ListHubGroups(), caller=Caller("hub", str(training.hub))).items

    assert group.shortfalls == []


@pytest.mark.parametrize(
    ("severity", "coaching"), [("block", 0), ("ignore", 5), ("block_release", 0)]
)
def test_a_broken_rule_is_as_grave_as_the_provider_sets_it(training, people, severity, coaching):
    comes_to(training, people[0], trust_id=people[1].trust_id)
    training.service.settings = replace(
        training.service.settings, clash_severities=f"one_trust_twice={severity}"
    )

    if severity == "block_release":
        with pytest.raises(Refused, match="clashes_block_release: group 1"):
            training.schedule()
    else:
        told = training.schedule().shortfalls
        assert codes(told) == (["one_trust_twice"] if severity == "block" else [])

    assert len(training.sessions(kind="coaching")) == coaching


def test_planning_anew_moves_one_person_and_nothing_is_broken_any_more(training, people):
    training.offer(coaches=[(slot, uuid4()) for slot in SLOTS])
    training.accept(5, slots=[SLOTS[1]])
    training.form()
    comes_to(training, people[0], trust_id=people[1].trust_id)

    report = replan(training, commit=True)

    assert len(report.moved) == 1
    assert [group.shortfalls for group in training.groups()] == [[], []]
