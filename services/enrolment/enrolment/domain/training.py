"""The history of training: what was so on a day, by what was known at an instant; what remains.

Each entry says what is so from a day on, and when it was recorded. Of the entries known at an
instant that have begun by a day, the one recorded last is right: who records a withdrawal as of
November says that all later days are other than was thought. An entry that was wrong is never
changed: another one corrects it, and stands in its stead, in its place in the order, from when it
was recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from enrolment.domain.dfe import courses
from enrolment.domain.evidence import ENGAGEMENT, RESULT, Told
from headship_contracts.errors import Invalid, Refused

TRAINING_STATUS, SCHEDULE = "training_status", "schedule"
DELIVERY_PARTNER, SCHOOL = "delivery_partner", "school"

MOST_DEFERRALS = 1
"""In one programme, where the provider has not set another number for the course."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One aspect is `value` from `effective_on` on, as recorded. `number` is the order of that."""

    number: int
    aspect: str
    value: str | None
    effective_on: date
    recorded_at: datetime
    reason: str | None = None
    expected_return_on: date | None = None
    corrects: int | None = None


def standing(entries: Iterable[Entry], known_at: datetime) -> list[Entry]:
    """What was known at an instant, each correction in the place of what it corrects.

    In the order in which things were first recorded.
    """
    known = sorted((e for e in entries if e.recorded_at <= known_at), key=lambda e: e.number)
    originals: dict[int, int] = {}
    latest: dict[int, Entry] = {}
    for entry in known:
        place = entry.number
        if entry.corrects is not None:
            place = originals.get(entry.corrects, entry.corrects)
        originals[entry.number] = place
        latest[place] = entry
    return [latest[place] for place in sorted(latest)]


def state_on(entries: Iterable[Entry], day: date, known_at: datetime) -> dict[str, Entry]:
    """Each aspect's entry that is right for a day, by what was known at an instant."""
    found: dict[str, Entry] = {}
    for entry in standing(entries, known_at):
        if entry.effective_on <= day:
            found[entry.aspect] = entry
    return found


def deferrals(entries: Iterable[Entry], known_at: datetime) -> int:
    """How often training was paused; later words on one pause, as on its end, are corrections."""
    return sum(
        entry.aspect == TRAINING_STATUS and entry.value == "deferred"
        for entry in standing(entries, known_at)
    )


def check_deferral(used: int, most: int) -> None:
    """Raises Refused where no further deferral is agreed."""
    if used >= most:
        times = "once" if most == 1 else f"{most} times"
        raise Refused(
            "deferrals_used", f"training may be deferred {times} in this course: agree on more"
        )


def check_return(effective_on: date, returns_on: date | None) -> None:
    """Raises Invalid where the return is not after the deferral."""
    if returns_on is not None and returns_on <= effective_on:
        problem = {"expected_return_on": ["is not after the deferral"]}
        raise Invalid("invalid_fields", "the dates are not right", problem)


def check_effective(effective_on: date, *, earliest: date, today: date) -> None:
    """Raises Invalid where a change counts from before the enrolment, or is still to come.

    It may be dated back as far as that. DfE dates it today, so it cannot be dated forward.
    """
    problem = None
    if effective_on < earliest:
        problem = f"is before {earliest.isoformat()}, when this began"
    elif effective_on > today:
        problem = "lies in the future: DfE dates it by the day on which it is told"
    if problem is not None:
        fields = {"effective_on": [problem]}
        raise Invalid("invalid_fields", "the dates are not right", fields)


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What is still to be done; minutes are those planned and not attended."""

    to_declare: Sequence[str]
    live_minutes_left: int | None
    study_minutes_left: int | None
    last_engaged_on: date | None
    result_outstanding: bool


def remaining(course: str, declared: Sequence[str], told: Sequence[Told]) -> Remaining:
    """What somebody still has to do. What they have declared and attended is kept.

    `declared`: the types that DfE has, or is owed, and that were not voided.
    """
    engagement = next((t.fact for t in told if t.kind == ENGAGEMENT), None)
    passed = any(t.kind == RESULT and t.fact.get("state") == "passed" for t in told)
    last = engagement.get("last_engaged_on") if engagement else None
    return Remaining(
        to_declare=[t for t in courses.declaration_types(course) if t not in declared],
        live_minutes_left=_left(engagement, "live"),
        study_minutes_left=_left(engagement, "study"),
        last_engaged_on=date.fromisoformat(last) if last else None,
        result_outstanding=course in courses.ASSESSED and not passed,
    )


def _left(engagement: Mapping[str, Any] | None, component: str) -> int | None:
    if engagement is None or engagement.get(f"{component}_planned_minutes") is None:
        return None
    planned = int(engagement[f"{component}_planned_minutes"])
    return max(0, planned - int(engagement.get(f"{component}_attended_minutes") or 0))
