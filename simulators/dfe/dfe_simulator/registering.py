"""Made-up people who register: addresses end in example.org, TRNs count down from 9999999."""

from datetime import date, datetime
from random import Random
from uuid import UUID

from dfe_simulator.names import FIRST_NAMES, LAST_NAMES
from dfe_simulator.planning import HIGHEST_TRN, OTHER_PROVIDER, SeedPlan
from dfe_simulator.records import Application, Person, School, Setting
from dfe_simulator.world import World
from enrolment.domain.dfe.courses import SENCO
from enrolment.domain.dfe.funding import (
    ELIGIBLE_ESTABLISHMENT_TYPES,
    Applicant,
    Institution,
    decide_funding,
)
from enrolment.domain.dfe.schedules import cohort_year

SETTINGS = (
    Setting(
        "other",
        "École Exemple",
        in_england=False,
        country="France",
        country_code="FRA",
    ),
    Setting("other", "Ysgol Enghraifft", in_england=False),
    Setting(
        "early_years_or_childcare",
        "Example Nursery",
        private_childcare_provider_urn="EY990001",
    ),
    Setting(
        "another_setting",
        "University of Example",
        "lead_mentor_for_accredited_itt_provider",
        itt_provider="University of Example",
    ),
    Setting("another_setting", "Example Hospital School", "hospital_school"),
    Setting("other", referred_by_return_to_teaching_adviser=True),
)
"""Of people who are not at a school in England, one after another."""


HEADTEACHER_STATUSES = ("no", "no", "yes_in_first_five_years", "no", "yes_over_five_years")


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
    once: Person | None = None,
) -> Person:
    """Someone registers, and is the next in number. `once`: themselves, when they did so before,
    with another address; every other time DfE could not verify their TRN again.
    """
    number = world.registered
    world.registered += 1
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    if once is not None:
        first, last = once.full_name.split(" ", 1)
    trn = once.trn if once else f"{HIGHEST_TRN - number}" if with_trn else None
    person = Person(
        participant_id=new_id(random),
        full_name=f"{first} {last}",
        email=f"{first}.{last}.{number + 1:04}@example.org".lower() if with_email else None,
        trn=trn,
        trn_verified=trn is not None and (once is None or number % 2 == 0),
        previous_names=[f"{first} {LAST_NAMES[number % len(LAST_NAMES)]}"] * (number % 10 == 9),
        created_at=at,
        updated_at=at,
    )
    world.add_person(person)
    return person


def an_application(
    world: World,
    plan: SeedPlan,
    person: Person,
    workplace: School | Setting,
    random: Random,
    *,
    previously_funded: bool = False,
) -> Application:
    """Their application, with DfE's decision about funding."""
    school = workplace if isinstance(workplace, School) else None
    setting = workplace if isinstance(workplace, Setting) else None
    decision = decide_funding(
        _at_a_school(plan, school, previously_funded=previously_funded)
        if school
        else _elsewhere(plan, setting or SETTINGS[0], previously_funded=previously_funded)
    )
    number = world.registered
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
        headteacher_status=HEADTEACHER_STATUSES[number % len(HEADTEACHER_STATUSES)],
        works_as_senco=number % 2 == 0 if plan.course == SENCO else None,
        senco_start_date=date(2024, 9, 1) if plan.course == SENCO and number % 2 == 0 else None,
        setting=setting,
        in_england=setting is None or setting.in_england,
        funded_place=False if plan.cohort_funding == "zero" else None,
        targeted_delivery_funding=decision.funded and number <= plan.targeted_delivery_funding,
        created_at=person.created_at,
        updated_at=person.created_at,
    )
    world.add_application(application)
    return application


def _at_a_school(plan: SeedPlan, school: School, *, previously_funded: bool) -> Applicant:
    code = school.establishment_type_code
    return Applicant(
        course=plan.course,
        cohort_funding=plan.cohort_funding,
        previously_funded=previously_funded,
        work_setting="a_school",
        institution=Institution(
            establishment_type_code=code,
            eligible_establishment=code in ELIGIBLE_ESTABLISHMENT_TYPES,
            pp50_urn_listed=True,
        ),
    )


def _elsewhere(plan: SeedPlan, setting: Setting, *, previously_funded: bool) -> Applicant:
    return Applicant(
        course=plan.course,
        cohort_funding=plan.cohort_funding,
        in_england=setting.in_england,
        previously_funded=previously_funded,
        work_setting=setting.work_setting,
        employment_type=setting.employment_type,
        kind_of_nursery="private_nursery" if setting.private_childcare_provider_urn else None,
        approved_itt_provider=setting.itt_provider is not None,
        referred_by_return_to_teaching_adviser=setting.referred_by_return_to_teaching_adviser,
    )


def a_former_application(
    world: World, plan: SeedPlan, person: Person, workplace: School | Setting, random: Random
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
            school=workplace if isinstance(workplace, School) else None,
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
