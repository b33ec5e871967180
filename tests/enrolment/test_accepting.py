"""Accepting and rejecting: places, DfE's rules before DfE is asked, and what follows its answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from enrolling import COHORT, acceptance_of, places

from dfe_simulator import SeedPlan
from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AssignDeliveryPartner,
    ChangeFundedPlace,
    ListPlaces,
    RejectApplication,
)
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ParticipantTransferred,
)
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.errors import Conflict, NotFound, Refused
from kit.testing import emitted


@pytest.fixture
def pending(enrolling):
    enrolling.sync()
    return [a for a in enrolling.applications() if a.eligible_for_funding]


def test_an_acceptance_holds_a_place_and_waits_for_dfe(enrolling, pending):
    answer = enrolling.call(acceptance_of(pending[0]))

    assert (answer.status, answer.decision, answer.place) == ("pending", "accepting", "held")
    assert [w.state for w in enrolling.writes()] == ["owed"]
    assert enrolling.woken == ["push_to_dfe"]
    assert enrolling.state_at_dfe()["by_status"] == {"pending": 8}
    assert emitted(enrolling.db, ApplicationAccepted) == []


def test_the_same_key_accepts_once(enrolling, pending):
    request = acceptance_of(pending[0])

    first = enrolling.call(request, idempotency_key="a key")
    second = enrolling.call(request, idempotency_key="a key")

    assert first == second
    assert len(enrolling.writes()) == 1


def test_a_decision_waits_for_the_one_before_it(enrolling, pending):
    enrolling.call(acceptance_of(pending[0]))

    with pytest.raises(Refused, match="decision_pending"):
        enrolling.call(RejectApplication(application_id=pending[0].application_id))


@pytest.mark.parametrize(
    ("options", "title", "detail"),
    [
        ({"funded_place": None}, "funded_place", "Set '#/funded_place' to true or false."),
        (
            {"funded_place": True, "schedule": "npq-leadership-winter"},
            "schedule_identifier",
            "The selected schedule cannot be found in the application cohort",
        ),
        (
            {"funded_place": True, "schedule": "npq-specialist-autumn"},
            "schedule_identifier",
            "The selected schedule is not valid for the course",
        ),
    ],
)
def test_what_dfe_would_refuse_is_refused_here_in_its_words(
    enrolling, pending, options, title, detail
):
    request = AcceptApplication(application_id=pending[0].application_id, **options)

    with pytest.raises(Refused, match="dfe_would_refuse") as refusal:
        enrolling.call(request)

    assert refusal.value.fields == {title: [detail]}
    assert enrolling.writes() == []
    assert enrolling.application(pending[0].application_id).place == "none"


def test_dfes_own_flag_decides_who_can_be_funded(enrolling):
    enrolling.sync()
    (not_eligible,) = [a for a in enrolling.applications() if not a.eligible_for_funding]

    with pytest.raises(Refused) as refusal:
        enrolling.call(
            AcceptApplication(application_id=not_eligible.application_id, funded_place=True)
        )

    assert "application" in refusal.value.fields
    assert not_eligible.ineligible_for_funding_reason == "establishment-ineligible"


def test_a_place_is_funded_no_longer_once_dfe_has_taken_it(enrolling):
    accepted = enrolling.accepted()
    request = ChangeFundedPlace(application_id=accepted.application_id, funded_place=False)

    answer = enrolling.call(request)
    enrolling.push()

    assert (answer.decision, answer.funded_place) == ("changing_funded_place", True)
    after = enrolling.application(accepted.application_id)
    assert (after.decision, after.funded_place) == (None, False)
    assert enrolling.call(request).decision is None
    assert len(enrolling.writes(kind="change_funded_place")) == 1


def test_a_funded_place_that_dfe_would_not_change_is_refused_in_its_words(enrolling, pending):
    with pytest.raises(Refused, match="dfe_would_refuse") as refusal:
        enrolling.call(
            ChangeFundedPlace(application_id=pending[0].application_id, funded_place=False)
        )

    assert refusal.value.fields
    assert enrolling.writes() == []


def test_an_unknown_application_is_not_found(enrolling, pending):
    with pytest.raises(NotFound, match="application_not_found"):
        enrolling.call(AcceptApplication(application_id=pending[0].participant_id))


def test_one_over_the_cap_is_refused_or_waits(enrolling, pending):
    enrolling.call(places(1))
    enrolling.call(acceptance_of(pending[0]))

    with pytest.raises(Refused, match="no_place_left"):
        enrolling.call(acceptance_of(pending[1]))
    waiting = enrolling.call(acceptance_of(pending[1], wait_if_full=True))

    assert (waiting.place, waiting.decision) == ("waiting", None)
    assert len(enrolling.writes()) == 1


def test_a_cap_cannot_go_below_what_is_held(enrolling, pending):
    enrolling.call(acceptance_of(pending[0]))

    with pytest.raises(Refused, match="cap_below_held"):
        enrolling.call(places(0))


def test_a_rejection_gives_the_place_to_another(enrolling, pending):
    enrolling.call(places(1))
    enrolling.call(acceptance_of(pending[0]))
    enrolling.push()

    enrolling.call(RejectApplication(application_id=pending[0].application_id))
    enrolling.push()
    enrolling.call(acceptance_of(pending[1]))

    rejected = enrolling.application(pending[0].application_id)
    assert (rejected.status, rejected.place) == ("rejected", "none")
    assert enrolling.state_at_dfe()["by_status"]["rejected"] == 1
    (told,) = emitted(enrolling.db, ApplicationRejected)
    assert (told.reason, told.was_accepted) == ("rejected_by_provider", True)


def test_a_rejection_is_final(enrolling, pending):
    enrolling.call(RejectApplication(application_id=pending[0].application_id))
    enrolling.push()

    with pytest.raises(Refused) as refusal:
        enrolling.call(acceptance_of(pending[0]))

    assert refusal.value.fields["application"] == [
        "Once rejected an application cannot change state"
    ]


def test_a_delivery_partners_cap_counts_beside_the_overall_one(enrolling, pending):
    hub, other = enrolling.call(ListDeliveryPartners()).items
    enrolling.call(places(0, delivery_partner_id=hub.delivery_partner_id))
    assignment = AssignDeliveryPartner(
        application_id=pending[0].application_id, delivery_partner_id=hub.delivery_partner_id
    )
    enrolling.call(assignment)

    with pytest.raises(Refused, match="at this delivery partner"):
        enrolling.call(acceptance_of(pending[0]))
    enrolling.call(
        AssignDeliveryPartner(
            application_id=pending[0].application_id, delivery_partner_id=other.delivery_partner_id
        )
    )
    enrolling.call(acceptance_of(pending[0]))
    with pytest.raises(Refused, match="no_place_left"):
        enrolling.call(assignment)

    held = enrolling.call(ListPlaces(cohort=COHORT, course=HEADSHIP)).items
    assert {(p.delivery_partner_id, p.held) for p in held} == {
        (None, 1),
        (hub.delivery_partner_id, 0),
        (other.delivery_partner_id, 1),
    }


def test_another_delivery_partner_is_told_once_someone_is_accepted(enrolling):
    accepted = enrolling.accepted()
    former, new = enrolling.call(ListDeliveryPartners()).items

    enrolling.call(
        AssignDeliveryPartner(
            application_id=accepted.application_id, delivery_partner_id=new.delivery_partner_id
        )
    )

    (told,) = emitted(enrolling.db, ParticipantTransferred)
    assert told.delivery_partner_id == new.delivery_partner_id
    assert told.former_delivery_partner_id == former.delivery_partner_id


def test_a_decision_on_an_application_that_has_changed_since_is_a_conflict(enrolling):
    enrolling.sync()
    seen = enrolling.applications()[0]
    hub = enrolling.call(ListDeliveryPartners()).items[0].delivery_partner_id
    assigning = AssignDeliveryPartner(
        application_id=seen.application_id, delivery_partner_id=hub, if_revision=seen.revision
    )
    now = enrolling.call(assigning)

    for decision in (
        acceptance_of(seen, if_revision=seen.revision),
        RejectApplication(application_id=seen.application_id, if_revision=seen.revision),
    ):
        with pytest.raises(Conflict, match=f"at revision {now.revision}"):
            enrolling.call(decision)
    assert enrolling.writes() == []


class TestSpringOf2025:
    @pytest.fixture
    def dfe_plan(self):
        return SeedPlan(
            seed=5,
            applications=4,
            not_eligible=0,
            without_trn=0,
            cohort="2025a",
            registered_from=date(2025, 1, 6),
        )

    def test_the_day_of_an_acceptance_is_that_of_dfe_which_is_in_utc(self, enrolling):
        enrolling.moves_to(datetime(2025, 6, 6, 23, 30, tzinfo=UTC))  # the 7th in London
        enrolling.sync()

        enrolling.call(acceptance_of(enrolling.applications()[0]))
        enrolling.push()

        (accepted,) = enrolling.applications(status="accepted")
        assert accepted.schedule == "npq-leadership-spring"


class TestManyAtOnce:
    @pytest.fixture
    def dfe_plan(self):
        return SeedPlan(seed=5, applications=40, not_eligible=0, without_trn=0)

    def test_exactly_as_many_are_accepted_as_there_are_places(self, enrolling, pending):
        enrolling.call(places(15))

        def accept(application):
            try:
                return enrolling.call(acceptance_of(application)).place
            except Refused as refusal:
                return refusal.code

        with ThreadPoolExecutor(max_workers=12) as threads:
            answers = list(threads.map(accept, pending))

        assert (answers.count("held"), answers.count("no_place_left")) == (15, 25)
        (overall,) = enrolling.call(ListPlaces(cohort=COHORT, course=HEADSHIP)).items
        assert (overall.held, overall.cap) == (15, 15)
        assert len(enrolling.writes(state="owed")) == 15

    def test_the_first_ones_are_counted_though_nobody_set_a_cap(self, enrolling, pending):
        with ThreadPoolExecutor(max_workers=12) as threads:
            list(threads.map(lambda a: enrolling.call(acceptance_of(a)), pending[:12]))

        (overall,) = enrolling.call(ListPlaces(cohort=COHORT, course=HEADSHIP)).items
        assert (overall.held, overall.cap) == (12, None)
