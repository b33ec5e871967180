"""Made-up schools, partners and applications: the same seed gives the same world, ids included.

Nobody here can be mistaken for anybody: URNs of schools begin with 99; people: see registering.py.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from dfe_simulator.history import live_through
from dfe_simulator.names import LAST_NAMES, REGIONS, SCHOOL_KINDS, TRUST_KINDS
from dfe_simulator.planning import OTHER_PROVIDER, OTHER_TOKEN, SeedPlan, check_plan
from dfe_simulator.records import DeliveryPartner, Person, School, Setting
from dfe_simulator.registering import (
    SETTINGS,
    a_former_application,
    a_person,
    an_application,
    new_id,
)
from dfe_simulator.statements import add_statements
from dfe_simulator.world import World
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import cohort_year

ACADEMY, COMMUNITY_SCHOOL, INDEPENDENT_SCHOOL = "34", "1", "11"
SCHOOLS_PER_TRUST = 2
REGISTRATION_DAYS = 75


def seed(plan: SeedPlan) -> World:
    """A world that follows the plan. Raises ValueError for a plan that cannot be met."""
    check_plan(plan)
    random = Random(plan.seed)
    ids = _ids(random)
    world = World()
    world.tokens = {plan.token: plan.lead_provider, OTHER_TOKEN: OTHER_PROVIDER}
    world.cohorts = plan.cohorts
    for provider in (plan.lead_provider, OTHER_PROVIDER):
        for cohort in plan.cohorts:
            world.contracts |= {(provider, cohort, course) for course in courses.GROUPS}
            add_statements(world, provider, cohort, ids)
    _add_delivery_partners(world, plan, ids)
    _add_schools(world, plan, random)
    _add_applications(world, plan, random)
    if plan.in_training:
        live_through(world, plan, random)
    return world


def _ids(random: Random) -> Iterator[str]:
    while True:
        yield new_id(random)


def _add_delivery_partners(world: World, plan: SeedPlan, ids: Iterator[str]) -> None:
    """Each is confirmed with both providers, so that a transferred participant can be declared."""
    created_at = datetime(cohort_year(plan.cohort), 3, 25, 9, tzinfo=UTC)
    confirmed = {name: tuple(plan.cohorts) for name in (plan.lead_provider, OTHER_PROVIDER)}
    for region in REGIONS[: plan.delivery_partners]:
        partner = DeliveryPartner(
            delivery_partner_id=next(ids),
            name=f"{region} Teaching School Hub",
            cohorts=dict(confirmed),
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
                urn=f"99{number:04}",
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


def _add_applications(world: World, plan: SeedPlan, random: Random) -> None:
    workplaces = _workplaces(world, plan, random)
    without_trn = set(random.sample(range(plan.applications), plan.without_trn))
    without_email = set(random.sample(range(plan.applications), plan.without_email))
    first_day = plan.registered_from or date(cohort_year(plan.cohort), 6, 15)
    opened_at = datetime.combine(first_day, time(9), UTC)
    seconds = sorted(random.sample(range(REGISTRATION_DAYS * 86_400), plan.applications))
    people: list[Person] = []
    for number, (workplace, before) in enumerate(workplaces):
        twin = number - (plan.applications - plan.double_accounts)
        person = a_person(
            world,
            opened_at + timedelta(seconds=seconds[number]),
            random,
            with_email=number not in without_email,
            with_trn=number not in without_trn,
            once=people[twin] if twin >= 0 else None,
        )
        people.append(person)
        if before:
            a_former_application(world, plan, person, workplace, random)
        an_application(world, plan, person, workplace, random, previously_funded=before)


def _workplaces(
    world: World, plan: SeedPlan, random: Random
) -> list[tuple[School | Setting, bool]]:
    """Where each applicant works, and whether they were funded before. A few are unlucky: at a
    school outside the policy, funded before, or elsewhere.
    """
    state_schools = len(world.schools) - plan.not_eligible
    places: list[School | Setting] = [
        world.schools[n % state_schools] for n in range(plan.applications)
    ]
    special = plan.not_eligible + plan.previously_funded + plan.other_settings
    unlucky = random.sample(range(plan.applications), special)
    for position, number in enumerate(unlucky[: plan.not_eligible]):
        places[number] = world.schools[state_schools + position]
    elsewhere = unlucky[plan.not_eligible + plan.previously_funded :]
    for position, number in enumerate(elsewhere):
        places[number] = SETTINGS[position % len(SETTINGS)]
    before = set(unlucky[plan.not_eligible :]) - set(elsewhere)
    return [(place, number in before) for number, place in enumerate(places)]
