"""Seeds: people at no school, people who registered twice, plans that cannot be met."""

from collections import Counter
from datetime import UTC, date, datetime

import httpx
import pytest
from calling_dfe import Caller

from dfe_simulator import SeedPlan, Simulator, seed
from dfe_simulator.planning import plan_as_json, read_plan
from enrolment.domain.dfe.funding import NEEDS_REVIEW


@pytest.fixture
def simulator():
    plan = SeedPlan(applications=30, not_eligible=0, other_settings=6, double_accounts=4)
    with Simulator(plan) as running:
        yield running


def test_people_at_no_school_are_shown_as_dfe_shows_them(dfe, simulator):
    listed = dfe.get("npq-applications").json()["data"]

    elsewhere = [a["attributes"] for a in listed if a["attributes"]["school_urn"] is None]
    assert len(elsewhere) == 6
    assert {told["works_in_school"] for told in elsewhere} == {False}
    assert Counter(told["teacher_catchment_iso_country_code"] for told in elsewhere) == {
        "GBR": 5,
        "FRA": 1,
    }
    assert [told["teacher_catchment"] for told in elsewhere].count(False) == 1
    assert sum(told["private_childcare_provider_urn"] == "EY990001" for told in elsewhere) == 1
    assert sum(told["lead_mentor"] for told in elsewhere) == 1
    assert {told["eligible_for_funding"] for told in elsewhere} == {False}
    codes = {record.status_code for record in simulator.world.applications.values()}
    assert codes >= {"not_in_england", "early_years_invalid_npq", *NEEDS_REVIEW}


def test_someone_overseas_is_declared_for_without_a_delivery_partner(dfe):
    chosen = dfe.an_application(
        eligible_for_funding=False, teacher_catchment_iso_country_code="FRA"
    )
    dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=False)

    with_partner = dfe.declare(chosen)
    without = dfe.declare(chosen, delivery_partner_id=None)

    assert with_partner.json()["errors"][0]["detail"] == (
        "The property '#/delivery_partner_id' cannot be specified for Applications from outside"
        " of England"
    )
    assert without.status_code == 200


def test_someone_who_registered_twice_is_accepted_once(dfe, simulator):
    people = simulator.world.people.values()
    verified = Counter(person.trn for person in people if person.trn_verified)
    twice = next(trn for trn, number in verified.items() if number == 2)
    first, second = [
        a["id"]
        for a in dfe.get("npq-applications").json()["data"]
        if a["attributes"]["teacher_reference_number"] == twice
    ]

    statuses = [
        dfe.post(f"npq-applications/{one}/accept", funded_place=False).status_code
        for one in (first, second)
    ]

    assert statuses == [200, 422]


def test_those_who_registered_twice_are_merged_first(dfe, simulator):
    people = dict(simulator.world.people)

    merged = dfe.control("merge")["merge"]

    former, kept = people[merged["from_participant_id"]], people[merged["to_participant_id"]]
    assert (former.full_name, former.trn) == (kept.full_name, kept.trn)
    assert former.email != kept.email


@pytest.mark.parametrize(
    "plan",
    [
        SeedPlan(applications=5, not_eligible=4, other_settings=2),
        SeedPlan(applications=5, without_email=6),
        SeedPlan(applications=5, double_accounts=3),
        SeedPlan(applications=5, in_training=6),
        SeedPlan(applications=1_000_000),
        SeedPlan(delivery_partners=0),
        SeedPlan(course="npq-piano"),
        SeedPlan(course="npq-senco", cohort="2023a", cohort_funding="full"),
        SeedPlan(course="npq-leading-primary-mathematics", cohort="2022a", cohort_funding="full"),
        SeedPlan(course="npq-additional-support-offer"),
        SeedPlan(cohort="2026"),
        SeedPlan(also_cohorts={"2027a": "free"}),
    ],
)
def test_a_plan_that_cannot_be_met_is_refused(plan):
    with pytest.raises(ValueError, match=r"."):
        seed(plan)


def test_a_course_that_its_cohort_does_not_have_is_named():
    with pytest.raises(ValueError, match="2021a has no npq-senco"):
        seed(SeedPlan(course="npq-senco", cohort="2021a", cohort_funding="full"))


def test_a_plan_comes_back_from_its_json():
    plan = SeedPlan(also_cohorts={"2027a": "zero"}, in_training=3)

    assert read_plan(plan_as_json(plan)) == plan


@pytest.mark.parametrize(
    ("cohort", "funding", "course"),
    [
        ("2023a", "full", "npq-headship"),
        ("2026a", "zero", "npq-senior-leadership"),
        ("2025a", "capped", "npq-early-headship-coaching-offer"),
        ("2024a", "capped", "npq-leading-literacy"),
    ],
)
def test_any_cohort_and_course_can_be_under_way(cohort, funding, course):
    plan = SeedPlan(
        cohort=cohort, cohort_funding=funding, course=course, applications=40, in_training=30
    )

    world = seed(plan)

    accepted = [a for a in world.applications.values() if a.status == "accepted"]
    assert len(accepted) == 30
    places = {application.funded_place for application in accepted}
    assert places <= {"full": {None}, "zero": {False}, "capped": {True, False}}[funding]
    assert world.declarations


def test_applicants_tell_what_their_course_asks_for():
    world = seed(SeedPlan(course="npq-senco", applications=20))

    told = [(a.works_as_senco, a.senco_start_date is not None) for a in world.applications.values()]
    assert set(told) == {(True, True), (False, False)}
    statuses = {a.headteacher_status for a in world.applications.values()}
    assert statuses == {"no", "yes_in_first_five_years", "yes_over_five_years"}
    assert sum(bool(person.previous_names) for person in world.people.values()) == 2


def test_the_spring_of_2025_is_declared_from_february_and_paid_in_june():
    plan = SeedPlan(
        cohort="2025a", applications=3, not_eligible=0, registered_from=date(2025, 1, 6)
    )
    with Simulator(plan) as running, httpx.Client() as client:
        dfe = Caller(running, client, running.token, datetime(2025, 3, 12, 12, tzinfo=UTC))
        accepted = dfe.an_accepted_application()
        early = dfe.declare(accepted, declaration_date="2025-01-31T23:59:59Z")
        made = dfe.declare(accepted, declaration_date="2025-03-10T12:00:00Z")
        listed = {one["id"]: one for one in dfe.get("statements").json()["data"]}

    assert early.json()["errors"][0]["title"] == "declaration_date"
    statement = listed[made.json()["data"]["attributes"]["statement_id"]]
    assert statement["attributes"]["payment_date"] == "2025-06-25"
