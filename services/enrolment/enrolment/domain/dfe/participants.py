"""Deferring, withdrawing, resuming, and changing schedule.

Source: `app/services/participants/{action,defer,withdraw,resume,change_schedule}.rb`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.messages import Problem

DEFERRAL_REASONS = ("bereavement", "long-term-sickness", "parental-leave", "career-break", "other")

WITHDRAWAL_REASONS = (
    "insufficient-capacity-to-undertake-programme",
    "personal-reason-health-or-pregnancy-related",
    "personal-reason-moving-school",
    "personal-reason-other",
    "insufficient-capacity",
    "change-in-developmental-or-personal-priorities",
    "change-in-school-circumstances",
    "change-in-school-leadership",
    "quality-of-programme-structure-not-suitable.",  # the full stop is part of DfE's value
    "quality-of-programme-content-not-suitable",
    "quality-of-programme-facilitation-not-effective",
    "quality-of-programme-accessibility",
    "quality-of-programme-other",
    "programme-not-appropriate-for-role-and-cpd-needs",
    "started-in-error",
    "expected-commitment-unclear",
    "assessment-requirements-not-met",
    "change-in-career",
    "disengaged-and-unresponsive",
    "non-payment-of-invoice",
    "other",
)


@dataclass(frozen=True, kw_only=True)
class TrainingFacts:
    """The caller's accepted application of a participant, for the course in the request."""

    training_status: str | None  # active | deferred | withdrawn; None where DfE keeps none
    declarations: Sequence[tuple[str, str]] = ()  # (type, state), whatever the state


def check_participant_course(
    course_identifier: str | None, training: TrainingFacts | None
) -> list[Problem]:
    """What is common to all four actions; `training` is None where no application was found."""
    if not course_identifier or course_identifier not in courses.GROUPS:
        return [messages.COURSE_NOT_RECOGNISED]
    return [messages.NO_ACCEPTED_APPLICATION] if training is None else []


def check_defer(
    course_identifier: str | None, training: TrainingFacts | None, *, reason: object
) -> list[Problem]:
    """What DfE would say to a deferral. Any declaration will do, even a voided one."""
    problems = check_participant_course(course_identifier, training)
    if reason not in DEFERRAL_REASONS:
        problems.append(messages.REASON_NOT_VALID)
    if training is None:
        return problems
    if training.training_status == "deferred":
        problems.append(messages.ALREADY_DEFERRED)
    if training.training_status == "withdrawn":
        problems.append(messages.ALREADY_WITHDRAWN)
    if not training.declarations:
        problems.append(messages.NO_DECLARATIONS)
    return problems


def check_withdraw(
    course_identifier: str | None, training: TrainingFacts | None, *, reason: object
) -> list[Problem]:
    """What DfE would say to a withdrawal: `started` must have been declared, in whatever state."""
    problems = check_participant_course(course_identifier, training)
    if reason not in WITHDRAWAL_REASONS:
        problems.append(messages.REASON_NOT_VALID)
    if training is not None and training.training_status == "withdrawn":
        problems.append(messages.ALREADY_WITHDRAWN)
    if not problems and training is not None:
        types = {declaration_type for declaration_type, _state in training.declarations}
        if "started" not in types:
            problems.append(messages.NO_STARTED_DECLARATION)
    return problems


def check_resume(course_identifier: str | None, training: TrainingFacts | None) -> list[Problem]:
    """What DfE would say to a return."""
    problems = check_participant_course(course_identifier, training)
    if training is not None and training.training_status == "active":
        problems.append(messages.ALREADY_ACTIVE)
    return problems


@dataclass(frozen=True, kw_only=True)
class ScheduledFacts:
    """The application whose schedule is to change. A declaration is (type, state, date)."""

    training_status: str
    cohort: str
    cohort_funding: str  # zero | capped | full
    schedule: str | None
    eligible_for_funding: bool
    funded_place: bool | None = None
    declarations: Sequence[tuple[str, str, datetime]] = ()


@dataclass(frozen=True, kw_only=True)
class ScheduleTarget:
    """The schedule that was found: in the latest cohort of the year that has it."""

    cohort: str
    cohort_funding: str
    schedule: str
    applies_from: date
    allowed_declaration_types: Sequence[str]
    course_group_matches: bool = True
    has_contract: bool = True


def check_change_schedule(
    application: ScheduledFacts, target: ScheduleTarget | None
) -> list[Problem]:
    """What DfE would say to another schedule; `target` is None where none was found."""
    if target is None:
        problems = [messages.SCHEDULE_NEEDED]
        if application.training_status == "withdrawn":
            problems.append(messages.ALREADY_WITHDRAWN)
        return problems
    problems = [] if target.has_contract else [messages.NO_CONTRACT_FOR_NEW_COHORT]
    if application.training_status == "withdrawn":
        problems.append(messages.ALREADY_WITHDRAWN)
    live = [made for made in application.declarations if made[1] in LIVE_STATES]
    start = datetime.combine(target.applies_from, time.min, UTC)
    allowed = target.allowed_declaration_types
    if any(kind not in allowed or declared_at <= start for kind, _state, declared_at in live):
        problems.append(messages.SCHEDULE_INVALIDATES_DECLARATIONS)
    if (application.cohort, application.schedule) == (target.cohort, target.schedule):
        problems.append(messages.SCHEDULE_UNCHANGED)
    if not problems and not target.course_group_matches:
        problems.append(messages.SCHEDULE_NOT_FOR_COURSE)
    moves = application.cohort != target.cohort
    if not problems and live and moves:
        problems.append(messages.COHORT_WITH_DECLARATIONS)
    former, new = application.cohort_funding, target.cohort_funding
    if moves and former == "capped" and new == "full":
        problems.append(messages.COHORT_LOSES_CAP)
    if former == "zero" and new != "zero":
        problems.append(messages.COHORT_BECOMES_FUNDED)
    return problems


def funded_place_on(application: ScheduledFacts, target: ScheduleTarget) -> bool | None:
    """Whether the place is funded once the schedule has changed."""
    if application.cohort_funding == "full" and target.cohort_funding == "capped":
        return application.eligible_for_funding
    if target.cohort_funding == "zero":
        return False
    return application.funded_place
