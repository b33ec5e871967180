"""Made-up people, schools and partners: the same seed gives the same world, ids included.

Nobody here can be mistaken for a person: addresses end in example.org, TRNs count down from
9999999, URNs of schools begin with 99.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from dfe_simulator.names import FIRST_NAMES, LAST_NAMES, REGIONS, SCHOOL_KINDS, TRUST_KINDS
from dfe_simulator.records import Application, DeliveryPartner, Person, School
from dfe_simulator.world import World, add_statements
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.funding import (
    ELIGIBLE_ESTABLISHMENT_TYPES,
    Applicant,
    Institution,
    decide_funding,
)
from enrolment.domain.dfe.schedules import cohort_year

OTHER_PROVIDER = "Another Lead Provider"
OTHER_TOKEN = "another-token"
ACADEMY, COMMUNITY_SCHOOL, INDEPENDENT_SCHOOL = "34", "1", "11"
HIGHEST_TRN = 9_999_999
SCHOOLS_PER_TRUST = 2
REGISTRATION_DAYS = 75


@dataclass(frozen=True, kw_only=True)
class SeedPlan:
    """What to make. Of the applications, `not_eligible` come from schools outside the policy,
    `previously_funded` from people who were funded for the course before, `without_trn` and
    `without_email` from people of whom DfE does not know these.
    """

    seed: int = 1
    applications: int = 60
    course: str = courses.HEADSHIP
    cohort: str = "2026b"
    cohort_funding: str = "capped"
    not_eligible: int = 4
    previously_funded: int = 0
    without_trn: int = 2
    without_email: int = 0
    delivery_partners: int = 6
    registered_from: date | None = None  # the first registration; else June of the cohort's year
    lead_provider: str = "Example Lead Provider"
    token: str = "example-token"


def seed(plan: SeedPlan) -> World:
    """A world that follows the plan. Raises ValueError for a plan that cannot be met."""
    special = plan.not_eligible + plan.previously_funded
    if special > plan.applications or plan.without_trn > plan.applications:
        raise ValueError(f"more special cases than the {plan.applications} applications")
    if plan.applications > HIGHEST_TRN - 9_000_000:
        raise ValueError("more applications than made-up TRNs")
    if not 1 <= plan.delivery_partners <= len(REGIONS):
        raise ValueError(f"delivery partners: 1 to {len(REGIONS)}")
    random = Random(plan.seed)
    ids = _ids(random)
    world = World()
    world.tokens = {plan.token: plan.lead_provider, OTHER_TOKEN: OTHER_PROVIDER}
    world.cohorts = {plan.cohort: plan.cohort_funding}
    for provider in (plan.lead_provider, OTHER_PROVIDER):
        world.contracts |= {(provider, plan.cohort, course) for course in courses.GROUPS}
        add_statements(world, provider, plan.cohort, ids)
    _add_delivery_partners(world, plan, ids)
    _add_schools(world, plan, random)
    _add_applications(world, plan, random, ids)
    return world


def _ids(random: Random) -> Iterator[str]:
    while True:
        yield str(UUID(int=random.getrandbits(128), version=4))


def _add_delivery_partners(world: World, plan: SeedPlan, ids: Iterator[str]) -> None:
    created_at = datetime(cohort_year(plan.cohort), 3, 25, 9, tzinfo=UTC)
    for region in REGIONS[: plan.delivery_partners]:
        partner = DeliveryPartner(
            delivery_partner_id=next(ids),
            name=f"{region} Teaching School Hub",
            cohorts={plan.lead_provider: (plan.cohort,)},
            created_at=created_at,
        )
        world.delivery_partners[partner.delivery_partner_id] = partner


def _add_schools(world: World, plan: SeedPlan, random: Random) -> None:
    """About one school for each application; the last ones are independent. A trust has few schools
    in a region, so that a region's people can be put into groups without two of a trust.
    """
    state_schools = max(plan.applications - plan.not_eligible, 1)
    for number in range(state_schools + plan.not_eligible):
        independent = number >= state_schools
        number_in_region, region_number = divmod(number, plan.delivery_partners)
        region = REGIONS[region_number]
        trust = plan.delivery_partners * (number_in_region // SCHOOLS_PER_TRUST) + region_number
        in_trust = not independent and random.random() < 0.7
        place = LAST_NAMES[number % len(LAST_NAMES)]
        world.schools.append(
            School(
                urn=f"{990_000 + number}",
                ukprn=f"{19_900_000 + number}",
                name=f"{place} {random.choice(SCHOOL_KINDS)}",
                trust_id=f"TR{trust:05}" if in_trust else None,
                trust_name=f"{region} {TRUST_KINDS[trust % 3]}" if in_trust else None,
                local_authority=f"{region} Council",
                phase=random.choice(("primary", "primary", "primary", "secondary", "all_through")),
                establishment_type_code=_establishment_type(independent, in_trust),
            )
        )


def _establishment_type(independent: bool, in_trust: bool) -> str:
    if independent:
        return INDEPENDENT_SCHOOL
    return ACADEMY if in_trust else COMMUNITY_SCHOOL


def _add_applications(world: World, plan: SeedPlan, random: Random, ids: Iterator[str]) -> None:
    state_schools = len(world.schools) - plan.not_eligible
    schools = [world.schools[n % state_schools] for n in range(plan.applications)]
    unlucky = random.sample(range(plan.applications), plan.not_eligible + plan.previously_funded)
    for position, number in enumerate(unlucky[: plan.not_eligible]):
        schools[number] = world.schools[state_schools + position]
    funded_before = set(unlucky[plan.not_eligible :])
    without_trn = set(random.sample(range(plan.applications), plan.without_trn))
    without_email = set(random.sample(range(plan.applications), plan.without_email))
    first_day = plan.registered_from or date(cohort_year(plan.cohort), 6, 15)
    opened_at = datetime.combine(first_day, time(9), UTC)
    seconds = sorted(random.sample(range(REGISTRATION_DAYS * 86_400), plan.applications))
    for number in range(plan.applications):
        registered_at = opened_at + timedelta(seconds=seconds[number])
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        person = Person(
            participant_id=next(ids),
            full_name=f"{first} {last}",
            email=None
            if number in without_email
            else f"{first}.{last}.{number + 1:04}@example.org".lower(),
            trn=None if number in without_trn else f"{HIGHEST_TRN - number}",
            trn_verified=number not in without_trn,
            created_at=registered_at,
            updated_at=registered_at,
        )
        world.add_person(person)
        if number in funded_before:
            world.add_application(_former_application(plan, person, schools[number], ids))
        world.add_application(
            _application(plan, person, schools[number], next(ids), number in funded_before, random)
        )


def _application(
    plan: SeedPlan,
    person: Person,
    school: School,
    application_id: str,
    previously_funded: bool,
    random: Random,
) -> Application:
    decision = decide_funding(
        Applicant(
            course=plan.course,
            cohort_funding=plan.cohort_funding,
            previously_funded=previously_funded,
            work_setting="a_school",
            institution=Institution(
                establishment_type_code=school.establishment_type_code,
                eligible_establishment=school.establishment_type_code
                in ELIGIBLE_ESTABLISHMENT_TYPES,
                pp50_urn_listed=True,
            ),
        )
    )
    return Application(
        application_id=application_id,
        participant_id=person.participant_id,
        lead_provider=plan.lead_provider,
        course=plan.course,
        cohort=plan.cohort,
        school=school,
        status_code=decision.code,
        eligible_for_funding=decision.funded,
        funding_choice=None if decision.funded else random.choice(("school", "trust", "self")),
        employment_role=random.choice(("Deputy headteacher", "Assistant headteacher", "Head")),
        funded_place=False if plan.cohort_funding == "zero" else None,
        created_at=person.created_at,
        updated_at=person.created_at,
    )


def _former_application(
    plan: SeedPlan, person: Person, school: School, ids: Iterator[str]
) -> Application:
    """Accepted and funded with another provider two years ago."""
    year = cohort_year(plan.cohort) - 2
    accepted_at = datetime(year, 9, 1, 9, tzinfo=UTC)
    return Application(
        application_id=next(ids),
        participant_id=person.participant_id,
        lead_provider=OTHER_PROVIDER,
        course=plan.course,
        cohort=f"{year}a",
        school=school,
        status_code="funded",
        eligible_for_funding=True,
        funding_choice=None,
        employment_role="Deputy headteacher",
        funded_place=True,
        status="accepted",
        training_status="active",
        accepted_at=accepted_at,
        created_at=accepted_at,
        updated_at=accepted_at,
    )
