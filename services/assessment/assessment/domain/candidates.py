"""Who may sit in a window, and with which attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessment.domain.marking import ResultState


class CandidateState(StrEnum):
    """Where a candidate of one window is."""

    ENTERED = "entered"
    REMOVED = "removed"
    SUBMITTED = "submitted"
    MISSED = "missed"
    RELEASED = "released"


LIVE = (CandidateState.ENTERED, CandidateState.SUBMITTED)
"""While one of these stands, an application enters no other window."""


@dataclass(frozen=True)
class Standing:
    """What counts when an application wants to sit; None is what we have not been told.

    `results` are those that count: of `disregarded` ones only the number is known here.
    """

    status: str | None
    training_status: str | None
    ready: bool
    results: Sequence[ResultState] = ()
    disregarded: int = 0


def obstacle(standing: Standing) -> str | None:
    """Why this application may not sit in a coming window; None when it may."""
    if standing.status is None:
        return "application_unknown"
    if standing.status != "accepted":
        return f"application_{standing.status}"
    if standing.training_status in ("deferred", "withdrawn"):
        return f"participant_{standing.training_status}"
    if not standing.ready:
        return "not_ready"
    if ResultState.PASSED in standing.results:
        return "already_passed"
    return None


def next_attempt(standing: Standing, max_attempts: int) -> int | None:
    """The number of the coming attempt, or None when all are used.

    A missed window uses none: an attempt is a script that got a result that counts. One that is
    disregarded keeps its number.
    """
    used = len(standing.results)
    return used + standing.disregarded + 1 if used < max_attempts else None
