"""Accepting and rejecting applications, and changing whether a place is funded.

Source: `app/services/applications/{accept,reject,change_funded_place}.rb`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import group_of_schedule

LIVE_STATES = frozenset({"submitted", "eligible", "payable", "paid"})
"""Declarations in these states hold an application fast; only one of each type may be live."""

REJECTED_BY_PROVIDER = "rejected_by_provider"
REJECTED_FOR_ANOTHER = "other_application_in_this_cohort_accepted"


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts:
    """What DfE looks at in the application that is to change."""

    status: str  # pending | accepted | rejected
    course: str
    cohort: str  # 2026b
    cohort_funding: str  # zero | capped | full
    eligible_for_funding: bool  # the stored flag, whatever else was funded since
    funded_place: bool | None = None
    declaration_states: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class RivalApplication:
    """Another application of the same person, or of an account with the same verified TRN."""

    application_id: str
    course: str
    cohort: str
    status: str
    training_status: str | None = None
    same_account: bool = True


def check_accept(
    application: ApplicationFacts,
    rivals: Iterable[RivalApplication],
    *,
    funded_place: object,
    schedule_identifier: str | None,
    cohort_schedules: Collection[str],
    default_schedule: str | None,
) -> list[Problem]:
    """What DfE would say to an acceptance. `funded_place` is as it came: only a JSON true or false
    will do. `default_schedule` is the one that DfE falls back on, None where it finds none.
    """
    problems = []
    if application.cohort_funding == "capped" and not isinstance(funded_place, bool):
        problems.append(messages.FUNDED_PLACE_NEEDED)
    if application.cohort_funding == "zero" and funded_place is not False:
        problems.append(messages.FUNDED_PLACE_MUST_BE_FALSE)
    if application.status == "accepted":
        problems.append(messages.ALREADY_ACCEPTED)
    if application.status == "rejected":
        problems.append(messages.REJECTED_IS_FINAL)
    if any(_blocks(rival, application) for rival in rivals):
        problems.append(messages.ANOTHER_ACCEPTED)
    capped = application.cohort_funding == "capped"
    if not problems and capped and funded_place and not application.eligible_for_funding:
        problems.append(messages.NOT_ELIGIBLE_FOR_FUNDED_PLACE)
    if schedule_identifier and schedule_identifier.strip():
        if schedule_identifier not in cohort_schedules:
            problems.append(messages.SCHEDULE_NOT_IN_COHORT)
        elif not problems and not _suits(schedule_identifier, application.course):
            problems.append(messages.SCHEDULE_NOT_FOR_COURSE)
    elif default_schedule is None:
        problems.append(messages.NO_DEFAULT_SCHEDULE)
    return problems


def _blocks(rival: RivalApplication, application: ApplicationFacts) -> bool:
    """One accepted application for a person, course and cohort; a withdrawn one is passed over."""
    return (
        rival.status == "accepted"
        and rival.training_status != "withdrawn"
        and rival.cohort == application.cohort
        and courses.same_course(rival.course, application.course)
    )


def _suits(schedule: str, course: str) -> bool:
    return group_of_schedule(schedule) == courses.GROUPS.get(course)


def funded_place_once_accepted(application: ApplicationFacts, funded_place: object) -> bool | None:
    """What a capped cohort was asked; false in an unfunded one; nothing in a fully funded one."""
    if application.cohort_funding == "capped":
        return bool(funded_place)
    return False if application.cohort_funding == "zero" else None


def displaced_by_acceptance(
    application: ApplicationFacts, rivals: Iterable[RivalApplication]
) -> list[str]:
    """Ids of the applications that an acceptance rejects: all others of the same account, course
    and cohort, even an accepted one that had withdrawn; other accounts are left alone.
    """
    return [
        rival.application_id
        for rival in rivals
        if rival.same_account
        and rival.course == application.course
        and rival.cohort == application.cohort
    ]


def check_reject(application: ApplicationFacts) -> list[Problem]:
    """What DfE would say to a rejection: of a pending or accepted one with nothing declared."""
    problems = []
    if application.status == "rejected":
        problems.append(messages.ALREADY_REJECTED)
    if _has_live_declarations(application):
        problems.append(messages.REJECT_WITH_DECLARATIONS)
    return problems


def check_change_funded_place(
    application: ApplicationFacts, *, funded_place: object
) -> list[Problem]:
    """What DfE would say to another funded place; while anything is declared, no to both ways."""
    problems = []
    if not isinstance(funded_place, bool):
        problems.append(messages.FUNDED_PLACE_NEEDED)
    if application.status != "accepted":
        problems.append(messages.FUNDED_PLACE_OF_NON_ACCEPTED)
    given = funded_place is not None and funded_place is not False  # in Ruby, 0 and "" are true
    if given and not application.eligible_for_funding:
        problems.append(messages.FUNDED_PLACE_NOT_ELIGIBLE)
    if not problems and application.cohort_funding != "capped":
        problems.append(messages.COHORT_WITHOUT_CAP)
    if _has_live_declarations(application):
        problems.append(messages.FUNDED_PLACE_WITH_DECLARATIONS)
    return problems


def _has_live_declarations(application: ApplicationFacts) -> bool:
    return any(state in LIVE_STATES for state in application.declaration_states)
