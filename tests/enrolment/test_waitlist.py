"""The waitlist: who is offered a free place, until when, and who comes after them."""

from datetime import UTC, datetime, timedelta

import pytest
from admitting import (
    a_line,
    accepted,
    applicants,
    full,
    ids,
    in_line,
    offered_now,
    offers,
    overall,
    waitlist,
    waits,
)
from enrolling import COHORT, places

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.admissions import PublishAdmissionPolicy
from headship_contracts.enrolment.applications import (
    AssignDeliveryPartner,
    RejectApplication,
)
from headship_contracts.enrolment.events import PlaceOffered
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from headship_contracts.enrolment.waitlist import (
    CancelPlace,
    DeclineOffer,
    LeaveWaitlist,
    ListPlaceActs,
    ListWaitlist,
    MoveOnWaitlist,
    OfferPlace,
    Reinstate,
)
from headship_contracts.errors import Invalid, Refused
from kit.testing import emitted

LONG = timedelta(days=30)


@pytest.fixture
def line(enrolling):
    return a_line(enrolling)


def test_those_who_wait_stand_in_the_order_in_which_they_came(enrolling, line):
    assert in_line(enrolling) == ids(*line[1:])
    assert [record.position for record in waitlist(enrolling)] == [1, 2, 3]
    assert offered_now(enrolling) == []


def test_a_place_that_becomes_free_is_held_for_the_first_one(enrolling, line):
    enrolling.call(RejectApplication(application_id=line[0].application_id))

    assert offered_now(enrolling) == ids(line[1])
    assert overall(enrolling).held == 1
    assert enrolling.application(line[1].application_id).place == "offered"
    (told,) = emitted(enrolling.db, PlaceOffered)
    assert (told.application_id, told.place) == (line[1].application_id, "offered")
    assert offered_now(enrolling) == ids(line[1])


@pytest.mark.parametrize(
    "order",
    [
        lambda one: LeaveWaitlist(application_id=one, reason=""),
        lambda one: MoveOnWaitlist(application_id=one, reason=" "),
        lambda one: DeclineOffer(application_id=one, reason=""),
        lambda one: Reinstate(application_id=one, reason=""),
        lambda one: CancelPlace(application_id=one, reason=""),
    ],
)
def test_nothing_is_changed_without_a_reason(enrolling, line, order):
    with pytest.raises(Invalid) as refusal:
        enrolling.call(order(line[1].application_id))

    assert list(refusal.value.fields) == ["reason"]


def test_an_order_changed_by_hand_stays_and_its_reason_is_kept(enrolling, line):
    _, first, second, third = ids(*line)

    enrolling.call(MoveOnWaitlist(application_id=third, before=first, reason="Their head retires"))
    enrolling.call(MoveOnWaitlist(application_id=first, reason="They asked for it"))

    assert in_line(enrolling) == [third, second, first]
    acts = enrolling.call(ListPlaceActs(act="moved")).items
    assert [(a.application_id, a.before, a.reason, a.by) for a in acts] == [
        (third, first, "Their head retires", "tester"),
        (first, None, "They asked for it", "tester"),
    ]
    enrolling.call(LeaveWaitlist(application_id=second, reason="Found another provider"))
    assert in_line(enrolling) == [third, first]


def test_the_list_comes_a_page_at_a_time(enrolling, line):
    seen, cursor = [], None
    while True:
        page = enrolling.call(ListWaitlist(cohort=COHORT, course=HEADSHIP, limit=2, cursor=cursor))
        seen += [record.application_id for record in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == ids(*line[1:])
    with pytest.raises(Invalid):
        enrolling.call(ListWaitlist(cohort=COHORT, course=HEADSHIP, cursor="no cursor"))


def test_nobody_is_accepted_past_those_who_wait(enrolling, line):
    (late,) = applicants(enrolling, 1)
    enrolling.call(RejectApplication(application_id=line[0].application_id))

    with pytest.raises(Refused, match="others_wait"):
        accepted(enrolling, late)
    with pytest.raises(Refused, match="others_wait"):
        enrolling.call(OfferPlace(application_id=late.application_id))
    assert accepted(enrolling, late, wait_if_full=True).place == "waiting"
    assert offered_now(enrolling) == ids(line[1])


def test_who_never_waited_can_be_offered_a_place_that_nobody_wants(enrolling):
    (holder,) = full(enrolling)
    (late,) = applicants(enrolling, 1)
    enrolling.call(RejectApplication(application_id=holder.application_id))

    enrolling.call(OfferPlace(application_id=late.application_id))

    assert enrolling.application(late.application_id).place == "offered"
    assert overall(enrolling).held == 1


def test_those_who_wait_together_get_places_together_or_not_at_all(enrolling, line):
    _, first, second, third = line
    for leaver in (second, third):
        enrolling.call(LeaveWaitlist(application_id=leaver.application_id, reason="No time"))
    friend, alone = applicants(enrolling, 2)
    waits(enrolling, friend, together_with=first.application_id)
    waits(enrolling, alone)

    enrolling.call(places(2))

    assert offered_now(enrolling) == ids(alone)
    assert {r.passed_over for r in waitlist(enrolling)} == {None}
    enrolling.call(places(4))
    assert set(offered_now(enrolling)) == set(ids(alone, first, friend))


def test_a_place_at_one_delivery_partner_is_no_place_at_another(enrolling):
    hub, other = (
        enrolling.call(AddDeliveryPartner(name=name)).delivery_partner_id for name in ("One", "Two")
    )
    people = applicants(enrolling, 3)
    for person, partner in zip(people, (hub, hub, other), strict=True):
        about = {"application_id": person.application_id, "delivery_partner_id": partner}
        enrolling.call(AssignDeliveryPartner(**about))
    enrolling.call(places(0, delivery_partner_id=hub))
    for person in people:
        waits(enrolling, person)

    assert offered_now(enrolling) == ids(people[2])
    assert [r.passed_over for r in waitlist(enrolling)] == ["no_place_at_delivery_partner"] * 2
    enrolling.call(places(1, delivery_partner_id=hub))
    assert set(offered_now(enrolling)) == set(ids(people[0], people[2]))


def test_the_policy_decides_who_comes_first_and_who_is_not_offered_a_place(enrolling):
    enrolling.call(
        PublishAdmissionPolicy(
            course=HEADSHIP,
            conditions=["eligible_for_funding"],
            bands=["phase:secondary", "phase:primary"],
            policy_text="Secondary schools first; then in order of application.",
        )
    )
    (abroad,) = applicants(enrolling, 1, works_in_england=False)
    (primary,) = applicants(enrolling, 1)
    (secondary,) = applicants(enrolling, 1, school_urn="100001")
    enrolling.call(places(0))
    for person in (abroad, primary, secondary):
        waits(enrolling, person)

    enrolling.call(places(1))
    assert offered_now(enrolling) == ids(secondary)
    enrolling.call(places(3))

    assert set(offered_now(enrolling)) == set(ids(secondary, primary))
    (left,) = waitlist(enrolling)
    assert (left.application_id, left.passed_over) == (abroad.application_id, "not_eligible")
    assert {offer.policy_version for offer in offers(enrolling)} == {1}


def test_a_year_whose_bank_holidays_are_not_known_is_not_guessed(enrolling, line):
    enrolling.moves_to(datetime(2035, 1, 1, tzinfo=UTC))
    enrolling.call(places(2))

    with pytest.raises(Refused, match="bank_holidays_unknown"):
        enrolling.run("offer_places")
    assert overall(enrolling).held == 1
