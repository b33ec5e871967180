"""Evidence: what other services told of a participant, and what it proves.

By default, per course: `started` is proved by the first engagement within the schedule,
`retained-n` by engagement since the milestone before it, `completed` by the first released result
as it is; for a course without assessment, by engagement since the last milestone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from enrolment.domain.dfe import courses

ENGAGEMENT, RESULT, SUBMISSION_MISSED = "engagement", "result", "submission_missed"

MADE_AT_DFE = "made_at_dfe"
"""No evidence of ours: DfE showed a declaration that was not made here."""

MADE_ELSEWHERE = "dfe"
"""In place of the service whose evidence a declaration has, for one that was not made here."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a service said last of one of its records."""

    service: str
    record: UUID
    kind: str
    revision: int
    fact: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The record that proves a milestone, the day it happened, and for a result how it ended."""

    told: Told
    on: date
    has_passed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Period:
    """A milestone's dates; `starts_on` is the schedule's first day."""

    declaration_type: str
    starts_on: date
    opens_on: date


def prove(course: str, period: Period, told: Sequence[Told]) -> Proof | None:
    """The proof that a milestone was reached, if there is one.

    A `completed` of a course that DfE has no outcomes for is proved like a retention.
    """
    if period.declaration_type == "completed" and course in courses.ASSESSED:
        return first_result(told)
    engagement = next((t for t in told if t.kind == ENGAGEMENT), None)
    if engagement is None:
        return None
    first, last = (_day(engagement.fact.get(f"{which}_engaged_on")) for which in ("first", "last"))
    since = period.starts_on if period.declaration_type == "started" else period.opens_on
    # What lies before the schedule's start DfE does not take as a declaration's date.
    days = [day for day in (first, last) if day is not None and day >= since]
    if not days:
        return None
    return Proof(told=engagement, on=min(days))


def first_result(told: Sequence[Told]) -> Proof | None:
    """The released result with the lowest attempt."""
    results = results_in_order(told)
    return results[0] if results else None


def results_in_order(told: Sequence[Told]) -> list[Proof]:
    """Released results as they stand now, by attempt."""
    results = sorted(
        (t for t in told if t.kind == RESULT), key=lambda t: (t.fact["attempt"], t.revision)
    )
    return [
        Proof(
            told=result,
            on=date.fromisoformat(result.fact["completion_date"]),
            has_passed=result.fact["state"] == "passed",
        )
        for result in results
    ]


def in_words(told: Told) -> str:
    """A short sentence for a list that people read."""
    fact = told.fact
    if told.kind == ENGAGEMENT:
        return (
            f"engaged from {fact.get('first_engaged_on')} to {fact.get('last_engaged_on')}, "
            f"{fact.get('attended_minutes')} of {fact.get('planned_minutes')} minutes"
        )
    if told.kind == RESULT:
        return f"attempt {fact['attempt']} {fact['state']} on {fact['completion_date']}"
    if told.kind == MADE_AT_DFE:
        return "made at DfE, not here"
    return "no script was submitted"


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
