"""Offers of places: taken up, declined, let pass, cancelled; and swaps of those that are held."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

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
    waits,
)
from enrolling import COHORT, places

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.applications import (
    AssignDeliveryPartner,
    ListPlaces,
    RejectApplication,
)
from headship_contracts.enrolment.events import PlaceOfferEnded
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from headship_contracts.enrolment.training import TrainingHistory
from headship_contracts.enrolment.waitlist import (
    CancelPlace,
    DeclineOffer,
    OfferPlace,
    Reinstate,
    SwapDeliveryPartners,
    TakeUpOffer,
)
from headship_contracts.errors import NotFound, Refused
from kit.testing import emitted

LONG = timedelta(days=30)


@pytest.fixture
def line(enrolling):
    return a_line(enrolling)


@pytest.mark.parametrize(
    ("made", "expires"),
    [
        ("2026-09-14T09:00+00:00", "2026-09-21T22:59:59+00:00"),
        ("2026-12-22T09:00+00:00", "2026-12-31T23:59:59+00:00"),  # 25 and 28 are bank holidays
        ("2027-03-24T09:00+00:00", "2027-04-02T22:59:59+00:00"),  # Easter, and summer time begins
    ],
)
def test_an_offer_stands_for_five_working_days(enrolling, line, made, expires):
    enrolling.moves_to(datetime.fromisoformat(made))
    enrolling.call(places(2))

    offered_now(enrolling)

    (offer,) = offers(enrolling)
    assert offer.expires_at == datetime.fromisoformat(expires)


def test_what_is_not_taken_in_time_goes_to_the_next_one(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)
    enrolling.moves_to(offers(enrolling)[0].expires_at + timedelta(seconds=1))

    assert offered_now(enrolling) == ids(line[2])

    ended = emitted(enrolling.db, PlaceOfferEnded)
    assert [(e.application_id, e.outcome, e.place) for e in ended] == [
        (line[1].application_id, "expired", "none")
    ]
    assert overall(enrolling).held == 2
    with pytest.raises(Refused, match="no_open_offer"):
        enrolling.call(TakeUpOffer(application_id=line[1].application_id))


def test_an_offer_that_is_over_cannot_be_taken_up_before_the_timer_has_come_round(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)
    enrolling.moves_to(offers(enrolling)[0].expires_at + timedelta(seconds=1))

    with pytest.raises(Refused, match="offer_expired"):
        enrolling.call(TakeUpOffer(application_id=line[1].application_id))
    with pytest.raises(Refused, match="offer_expired"):
        accepted(enrolling, line[1])


def test_a_declined_place_goes_to_the_next_one_at_once(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)

    enrolling.call(DeclineOffer(application_id=line[1].application_id, reason="A new post"))

    assert [o.application_id for o in offers(enrolling, state="open")] == ids(line[2])
    assert overall(enrolling).held == 2


def test_who_says_yes_has_the_place_and_is_accepted_as_anybody(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)

    taken = enrolling.call(TakeUpOffer(application_id=line[1].application_id))
    enrolling.moves_to(enrolling.at + LONG)
    offered_now(enrolling)

    assert (taken.place, taken.status) == ("held", "pending")
    assert accepted(enrolling, line[1]).status == "accepted"
    assert overall(enrolling).held == 2
    assert [e.outcome for e in emitted(enrolling.db, PlaceOfferEnded)] == ["accepted"]


def test_an_acceptance_takes_the_offer_up(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)

    answer = accepted(enrolling, line[1])

    assert (answer.status, answer.place) == ("accepted", "held")
    assert [offer.state for offer in offers(enrolling)] == ["accepted"]
    assert overall(enrolling).held == 2


class TestWhoGaveAPlaceBack:
    @pytest.fixture(params=["declined", "expired", "cancelled"])
    def gone(self, request, enrolling, line):
        """The first one let their place go, in one way or another; then all places are free."""
        enrolling.call(places(2))
        offered_now(enrolling)
        about = {"application_id": line[1].application_id}
        if request.param == "declined":
            enrolling.call(DeclineOffer(reason="A new post", **about))
        elif request.param == "expired":
            enrolling.moves_to(offers(enrolling)[0].expires_at + timedelta(seconds=1))
        else:
            enrolling.call(TakeUpOffer(**about))
            enrolling.call(CancelPlace(reason="A new post", **about))
        enrolling.call(places(100))
        enrolling.run("offer_places")
        return line[1]

    def test_is_never_offered_one_again(self, enrolling, line, gone):
        assert gone.application_id not in offered_now(enrolling)
        assert set(offered_now(enrolling)) == set(ids(*line[2:]))
        with pytest.raises(Refused, match="place_given_back"):
            waits(enrolling, gone)
        with pytest.raises(Refused, match="place_given_back"):
            enrolling.call(OfferPlace(application_id=gone.application_id))

    def test_may_wait_again_at_the_end_with_a_reason(self, enrolling, line, gone):
        enrolling.call(places(3))
        (late,) = applicants(enrolling, 1)
        waits(enrolling, late)

        again = enrolling.call(
            Reinstate(application_id=gone.application_id, reason="The post fell through")
        )

        assert (again.state, again.position) == ("waiting", 2)
        assert in_line(enrolling) == ids(late, gone)
        (later,) = applicants(enrolling, 1)
        assert waits(enrolling, later).position == 3


def test_a_rejection_ends_the_offer(enrolling, line):
    enrolling.call(places(2))
    offered_now(enrolling)

    enrolling.call(RejectApplication(application_id=line[1].application_id))

    assert [e.outcome for e in emitted(enrolling.db, PlaceOfferEnded)] == ["withdrawn"]
    assert offered_now(enrolling) == ids(line[2])


def test_what_is_being_rejected_at_dfe_cannot_be_taken_up(enrolling):
    enrolling.sync()
    enrolling.call(places(2))
    (application, *_) = enrolling.applications(status="pending", course=HEADSHIP)
    enrolling.call(OfferPlace(application_id=application.application_id))
    enrolling.call(RejectApplication(application_id=application.application_id))

    with pytest.raises(Refused, match="already_decided"):
        enrolling.call(TakeUpOffer(application_id=application.application_id))


class TestSwaps:
    @pytest.fixture
    def holders(self, enrolling):
        people = applicants(enrolling, 3)
        for number, person in enumerate(people):
            partner = enrolling.call(AddDeliveryPartner(name=f"Hub {number}")).delivery_partner_id
            about = {"application_id": person.application_id, "delivery_partner_id": partner}
            enrolling.call(AssignDeliveryPartner(**about))
            enrolling.call(places(1, delivery_partner_id=partner))
        return [accepted(enrolling, person) for person in people]

    def test_people_trade_full_delivery_partners_round_at_once(self, enrolling, holders):
        hubs = [holder.delivery_partner_id for holder in holders]

        swapped = enrolling.call(
            SwapDeliveryPartners(application_ids=ids(*holders), reason="Nearer to home")
        )

        assert [a.delivery_partner_id for a in swapped.items] == [hubs[1], hubs[2], hubs[0]]
        past = enrolling.call(TrainingHistory(application_id=holders[0].application_id)).items
        partners = [e.value for e in past if e.aspect == "delivery_partner"]
        assert partners == [str(hubs[0]), str(hubs[1])]
        held = enrolling.call(ListPlaces(cohort=COHORT, course=HEADSHIP)).items
        assert {(quota.cap, quota.held) for quota in held} == {(None, 3), (1, 1)}

    def test_one_who_has_no_place_cannot_trade_and_nothing_is_changed(self, enrolling, holders):
        (other,) = applicants(enrolling, 1)
        enrolling.call(
            AssignDeliveryPartner(
                application_id=other.application_id,
                delivery_partner_id=holders[0].delivery_partner_id,
            )
        )

        with pytest.raises(Refused, match="places_differ"):
            enrolling.call(
                SwapDeliveryPartners(application_ids=ids(holders[1], other), reason="Nearer")
            )
        with pytest.raises(NotFound):
            enrolling.call(
                SwapDeliveryPartners(
                    application_ids=[holders[1].application_id, other.participant_id], reason="x"
                )
            )

        after = enrolling.application(holders[1].application_id)
        assert after.delivery_partner_id == holders[1].delivery_partner_id


def test_whoever_comes_at_once_is_accepted_or_waits_and_no_place_is_given_twice(enrolling):
    people = applicants(enrolling, 40)
    enrolling.call(places(15))

    with ThreadPoolExecutor(max_workers=12) as threads:
        answers = list(threads.map(lambda a: accepted(enrolling, a, wait_if_full=True), people))
        enrolling.call(places(20))
        rounds = [threads.submit(enrolling.run, "offer_places") for _ in range(4)]
        for one in rounds:
            one.result()

    assert [a.place for a in answers].count("held") == 15
    assert len(offers(enrolling, state="open")) == 5
    assert (overall(enrolling).held, overall(enrolling).cap) == (20, 20)
    assert len(in_line(enrolling)) == 20


def test_whoever_declines_at_once_leaves_their_places_to_as_many_others(enrolling):
    full(enrolling, 6)
    people = applicants(enrolling, 14)
    for person in people:
        waits(enrolling, person)
    enrolling.call(places(12))
    first = offered_now(enrolling)

    def declines(one):
        enrolling.call(DeclineOffer(application_id=one, reason="No time"))

    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(declines, first))

    second = {offer.application_id for offer in offers(enrolling, state="open")}
    assert second == set(ids(*people[6:12]))
    assert overall(enrolling).held == 12
