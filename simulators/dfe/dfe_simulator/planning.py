"""What a seeded world is made of, as options say it, and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from dfe_simulator.names import REGIONS
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import cohort_year

OTHER_PROVIDER = "Another Lead Provider"
OTHER_TOKEN = "another-token"  # nosec B105 # no secret: what the simulator is asked with
HIGHEST_TRN = 9_999_999
MOST_PEOPLE = 900_000  # of whom each has a TRN; below them are those that are allocated later
FUNDINGS = ("zero", "capped", "full")


@dataclass(frozen=True, kw_only=True)
class SeedPlan:
    """What to make. Of the applications, so many come from
    `not_eligible`: schools outside the policy;
    `previously_funded`: people who were funded for the course before;
    `other_settings`: people who are at no school in England;
    `targeted_delivery_funding`: the first ones, if funded: DfE gave it until 2025;
    `without_trn`, `without_email`: people of whom DfE does not know these;
    `double_accounts`: people who registered before, with another address;
    `in_training`: people who were accepted, and have declarations, outcomes, deferrals and
    withdrawals up to the day `as_of`.
    """

    seed: int = 1
    applications: int = 60
    course: str = courses.HEADSHIP
    cohort: str = "2026b"
    cohort_funding: str = "capped"
    also_cohorts: Mapping[str, str] = field(default_factory=dict)  # cohort → its funding
    not_eligible: int = 4
    previously_funded: int = 0
    without_trn: int = 2
    without_email: int = 0
    other_settings: int = 0
    targeted_delivery_funding: int = 0
    double_accounts: int = 0
    in_training: int = 0
    as_of: date | None = None  # else a year after the cohort's autumn
    delivery_partners: int = 6
    registered_from: date | None = None  # the first registration; else June of the cohort's year
    lead_provider: str = "Example Lead Provider"
    token: str = field(default="example-token", repr=False)

    @property
    def cohorts(self) -> dict[str, str]:
        """All cohorts that the providers have contracts for, and their funding."""
        return {self.cohort: self.cohort_funding, **self.also_cohorts}


def check_plan(plan: SeedPlan) -> None:
    """Raises ValueError for a plan that cannot be met."""
    special = plan.not_eligible + plan.previously_funded + plan.other_settings
    if max(special, plan.without_trn, plan.without_email) > plan.applications:
        raise ValueError(f"more special cases than the {plan.applications} applications")
    if max(plan.in_training, 2 * plan.double_accounts) > plan.applications:
        raise ValueError(f"more in training than the {plan.applications} applications, or doubled")
    if plan.applications > MOST_PEOPLE:
        raise ValueError("more applications than made-up TRNs")
    if not 1 <= plan.delivery_partners <= len(REGIONS):
        raise ValueError(f"delivery partners: 1 to {len(REGIONS)}")
    if plan.course not in courses.GROUPS:
        raise ValueError(f"course is one of {', '.join(courses.GROUPS)}")
    for cohort, funding in plan.cohorts.items():
        if not (cohort[:4].isdigit() and len(cohort) == 5) or funding not in FUNDINGS:
            raise ValueError(f"{cohort}={funding}: a cohort is like 2026b=capped")
    if not courses.is_offered_in(plan.course, cohort_year(plan.cohort)):
        raise ValueError(f"the cohort {plan.cohort} has no {plan.course}")


def read_plan(order: Mapping[str, Any]) -> SeedPlan:
    """A seed plan from JSON. Raises ValueError for what is not one."""
    told = dict(order)
    unknown = set(told) - {field.name for field in fields(SeedPlan)}
    if unknown:
        raise ValueError(f"a seed plan has no {', '.join(sorted(unknown))}")
    for name in ("registered_from", "as_of"):
        if told.get(name):
            told[name] = date.fromisoformat(told[name])
    return SeedPlan(**told)


def plan_as_json(plan: SeedPlan) -> dict[str, Any]:
    """What `read_plan` reads."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(plan).items()
    }
