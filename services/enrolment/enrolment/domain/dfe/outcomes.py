"""Outcomes: passed or failed, append-only, the latest counts.

Source: `app/services/participant_outcomes/{create,void}.rb`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe.messages import Problem

COUNTING_STATES = frozenset({"submitted", "eligible", "payable", "paid", "ineligible"})
"""A `completed` declaration in one of these states can carry an outcome."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class OutcomeRequest:
    """An outcome as it was sent."""

    course_identifier: str | None
    state: object
    completion_date: object


@dataclass(frozen=True, kw_only=True)
class CompletedDeclaration:
    """A `completed` declaration of the participant, made by the caller or now with the caller."""

    course: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One that DfE holds."""

    state: str  # passed | failed | voided
    completion_date: date


def check_outcome(
    request: OutcomeRequest, completed: Sequence[CompletedDeclaration], *, at: datetime
) -> list[Problem]:
    """What DfE would say to a new outcome at the instant `at`."""
    problems = []
    if request.course_identifier not in courses.ASSESSED:
        problems.append(messages.COURSE_NOT_RECOGNISED)
        if not request.course_identifier:
            problems.append(messages.COURSE_NEEDED)
    if request.state not in ("passed", "failed"):
        problems.append(messages.OUTCOME_STATE_NOT_VALID)
        if not request.state:
            problems.append(messages.OUTCOME_STATE_NEEDED)
    problems += _check_completion_date(request.completion_date, at.date())
    if not any(_carries(declaration, request) for declaration in completed):
        problems.append(messages.NO_COMPLETED_DECLARATION)
    return problems


def _carries(declaration: CompletedDeclaration, request: OutcomeRequest) -> bool:
    return declaration.course == request.course_identifier and declaration.state in COUNTING_STATES


def _check_completion_date(value: object, today: date) -> list[Problem]:
    if value is None or (isinstance(value, str) and not value.strip()):
        return [messages.COMPLETION_DATE_NEEDED, messages.COMPLETION_DATE_NOT_VALID]
    completion_date = parse_completion_date(value)
    if completion_date is None:
        return [messages.COMPLETION_DATE_NOT_VALID]
    return [messages.COMPLETION_DATE_IN_FUTURE] if completion_date > today else []


def parse_completion_date(value: object) -> date | None:
    """A date `yyyy-mm-dd`; None when it is none. What stands behind it, such as a time, is let pass
    as DfE does.
    """
    if not isinstance(value, str):
        return None
    match = _DATE.search(value)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[0])
    except ValueError:
        return None


def repeats_outcome(latest: Outcome | None, *, state: str, completion_date: date) -> bool:
    """DfE then gives back the outcome that it has, and makes none: passed after passed, or the same
    state on the same date.
    """
    if latest is None:
        return False
    if latest.state == state == "passed":
        return True
    return (latest.state, latest.completion_date) == (state, completion_date)


def voids_outcome(*, course: str, declaration_type: str, latest_state: str | None) -> bool:
    """Voiding a `completed` declaration adds the outcome `voided`, unless it stands so already."""
    return (
        declaration_type == "completed" and course in courses.ASSESSED and latest_state != "voided"
    )
