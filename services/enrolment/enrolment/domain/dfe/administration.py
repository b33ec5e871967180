"""What DfE's administrators may do to an application: a provider only meets what comes of it.

Source: `app/services/applications/{revert_to_pending,change_cohort,change_lead_provider,
change_funding_eligibility}.rb`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from enrolment.domain.dfe.applications import LIVE_STATES, ApplicationFacts
from enrolment.domain.dfe.funding import FUNDED_BY_POLICY
from enrolment.domain.dfe.messages import Problem

SETTLED_STATES = frozenset({"voided", "ineligible", "awaiting_clawback", "clawed_back"})

INELIGIBLE_BY_POLICY = "marked_ineligible_by_policy"

NEITHER_ACCEPTED_NOR_REJECTED = Problem(
    "lead_provider_approval_status", "Current course provider approval status is not Accepted"
)
DECLARATIONS_TO_VOID = Problem(
    "base",
    "There are already declarations for this participant on this course, please ask the provider to"
    " void any declarations they have made before attempting to revert the application.",
)
SAME_COHORT = Problem("cohort_id", "must be different")
OTHER_FUNDING = Problem(
    "cohort_id", "The funding for the new cohort is different to the current cohort"
)
DECLARED_IN_COHORT = Problem(
    "cohort_id", "Cannot change cohort for an application with declarations"
)
SCHEDULE_NOT_IN_NEW_COHORT = Problem(
    "cohort_id", "There is no schedule for the current course in the specified cohort"
)
SAME_PROVIDER = Problem("lead_provider_id", "You cannot change to the same course provider")
DECLARED_AS_ELIGIBLE = Problem(
    "base",
    "There are submitted or billed declarations - these must be voided or clawed back by the"
    " provider before you can update funding eligibility",
)
PLACE_IS_FUNDED = Problem(
    "base", "Eligibility can not be changed because the application is funded"
)


def check_revert(application: ApplicationFacts) -> list[Problem]:
    """Whether an application may await its decision again, as if none had been made."""
    problems = []
    if application.status not in ("accepted", "rejected"):
        problems.append(NEITHER_ACCEPTED_NOR_REJECTED)
    if not SETTLED_STATES.issuperset(application.declaration_states):
        problems.append(DECLARATIONS_TO_VOID)
    return problems


def reverted(application: ApplicationFacts) -> ApplicationFacts:
    """Pending, without a funded place; its history of training is wiped too."""
    return replace(application, status="pending", funded_place=None)


@dataclass(frozen=True, kw_only=True)
class NewCohort:
    """Where an application is to move. `schedules`: those that the cohort has."""

    cohort: str
    cohort_funding: str  # zero | capped | full
    schedules: Collection[str]


def check_change_cohort(
    application: ApplicationFacts, new: NewCohort, *, schedule: str | None
) -> list[Problem]:
    """Whether an administrator may move it to another cohort. It keeps its schedule, if any."""
    problems = []
    if new.cohort == application.cohort:
        problems.append(SAME_COHORT)
    if new.cohort_funding != application.cohort_funding:
        problems.append(OTHER_FUNDING)
    if any(state != "voided" for state in application.declaration_states):
        problems.append(DECLARED_IN_COHORT)
    if schedule is not None and schedule not in new.schedules:
        problems.append(SCHEDULE_NOT_IN_NEW_COHORT)
    return problems


def check_change_lead_provider(*, former: str, new: str) -> list[Problem]:
    """Whether it may go to another provider: to any other, even one that lacks the course."""
    return [SAME_PROVIDER] if former == new else []


def check_change_eligibility(application: ApplicationFacts, *, eligible: bool) -> list[Problem]:
    """Whether the stored flag may be overruled; off only while nothing hangs on it."""
    problems = []
    if not eligible and LIVE_STATES.intersection(application.declaration_states):
        problems.append(DECLARED_AS_ELIGIBLE)
    if not eligible and application.funded_place:
        problems.append(PLACE_IS_FUNDED)
    return problems


def code_once_overruled(*, eligible: bool) -> str:
    """The status code that tells of an administrator's decision."""
    return FUNDED_BY_POLICY if eligible else INELIGIBLE_BY_POLICY
