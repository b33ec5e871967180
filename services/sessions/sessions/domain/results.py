"""Which of an application's results stands: those of all attempts are told, in any order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

UNKNOWN = 0
"""In place of an attempt, for a result that the former release kept: it did not note of which."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was told last of an attempt."""

    attempt: int
    revision: int
    state: str  # passed | failed
    completion_date: date


def with_told(known: Iterable[Result], told: Result, replaces: int | None) -> list[Result]:
    """What is known of each attempt once this has been told, too, by attempt.

    One of an unknown attempt goes when it is told again, or what replaced it is: that is of the
    same attempt.
    """
    same = {told.revision, replaces}
    kept = {one.attempt: one for one in known if one.attempt != UNKNOWN or one.revision not in same}
    former = kept.get(told.attempt)
    if former is None or told.revision > former.revision:
        kept[told.attempt] = told
    return sorted(kept.values(), key=lambda one: one.attempt)


def standing(results: Sequence[Result]) -> Result:
    """The first pass, else the last failure; `results` are by attempt.

    So enrolment tells DfE. Who has passed sits no more: where two are passed, the earlier one was
    put right, and but for the mistake in it there had been no other. One of an unknown attempt
    comes first, so that a pass that stood goes on to.
    """
    passed = (one for one in results if one.state == "passed")
    return next(passed, results[-1])
