"""Made-up people who register: addresses end in example.org, TRNs count down from 9999999."""

from datetime import datetime
from random import Random
from uuid import UUID

from dfe_simulator.names import FIRST_NAMES, LAST_NAMES
from dfe_simulator.planning import HIGHEST_TRN, OTHER_PROVIDER, SeedPlan
from dfe_simulator.records import Application, Person, School
from dfe_simulator.world import World
from enrolment.domain.dfe.funding import (
    ELIGIBLE_ESTABLISHMENT_TYPES,
    Applicant,
    Institution,
    decide_funding,
)
from enrolment.domain.dfe.schedules import cohort_year


def new_id(random: Random) -> str:
    """A UUID of version 4."""
    return str(UUID(int=random.getrandbits(128), version=4))


def a_person(
    world: World,
    at: datetime,
    random: Random,
    *,
    with_email: bool = True,
    with_trn: bool = True,
) -> Person:
    """Someone registers, and is the next in number."""
    number = world.registered
    world.registered += 1
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    person = Person(
        participant_id=new_id(random),
        full_name=f"{first} {last}",
        email=f"{first}.{last}.{number + 1:04}@example.org".lower() if with_email else None,
        trn=f"{HIGHEST_TRN - number}" if with_trn else None,
        trn_verified=with_trn,
        created_at=at,
        updated_at=at,
    )
    world.add_person(person)
    return person


def an_application(
    world: World,
    plan: SeedPlan,
    person: Person,
    school: School,
    random: Random,
    *,
    previously_funded: bool = False,
) -> Application:
    """Their application, with DfE's decision about funding."""
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
    application = Application(
        application_id=new_id(random),
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
    world.add_application(application)
    return application


def a_former_application(
    world: World, plan: SeedPlan, person: Person, school: School, random: Random
) -> None:
    """Accepted and funded with another provider two years before."""
    year = cohort_year(plan.cohort) - 2
    accepted_at = datetime(year, 9, 1, 9, tzinfo=person.created_at.tzinfo)
    world.cohorts.setdefault(f"{year}a", "full")
    world.add_application(
        Application(
            application_id=new_id(random),
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
    )


def register(world: World, plan: SeedPlan, number: int, at: datetime, random: Random) -> None:
    """So many more people apply, from the schools that are there. Raises ValueError."""
    if not 1 <= number <= 10_000:
        raise ValueError("1 to 10,000 people register at once")
    for _ in range(number):
        school = world.schools[world.registered % len(world.schools)]
        an_application(world, plan, a_person(world, at, random), school, random)
