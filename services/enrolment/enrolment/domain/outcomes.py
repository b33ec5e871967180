"""Outcomes: which results DfE is still to be told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from enrolment.domain.dfe.outcomes import Outcome, repeats_outcome
from enrolment.domain.evidence import Proof


@dataclass(frozen=True, kw_only=True)
class Reported:
    """An outcome that DfE was told of, or is owed already, in the order in which it was decided."""

    result_id: UUID
    attempt: int
    state: str  # passed | failed | voided
    completion_date: date


def since_the_last_void(reported: Sequence[Reported]) -> list[Reported]:
    """What counts: with the declaration `completed`, all before it was voided."""
    after = next((n for n, o in enumerate(reversed(reported)) if o.state == "voided"), None)
    return list(reported) if after is None else list(reported[len(reported) - after :])


def still_to_report(results: Sequence[Proof], reported: Sequence[Reported]) -> list[Proof]:
    """Results that DfE has not heard as they stand now, by attempt. `results` are by attempt.

    At DfE the latest outcome counts. So whoever has passed, if by an appeal about an earlier
    attempt, is told of as passed last, and as failed never after that; of whoever has not, an
    attempt below one that was reported is not sent after it. What others have told DfE stands.
    """
    if not reported:
        return []  # the first result travels with the declaration `completed`
    last = reported[-1]
    latest = Outcome(state=last.state, completion_date=last.completion_date)
    highest = max(outcome.attempt for outcome in reported)
    owed: list[Proof] = []
    passed = next((result for result in results if result.has_passed), None)
    for result in results if passed is None else results[: results.index(passed) + 1]:
        state = state_of(result)
        if result.told.fact["attempt"] < highest or _is_reported(result, reported):
            continue
        if repeats_outcome(latest, state=state, completion_date=result.on):
            continue
        owed.append(result)
        latest = Outcome(state=state, completion_date=result.on)
    counts = passed or (results[-1] if results else None)
    ours = owed or last.result_id in {result.told.record for result in results}
    if counts is not None and ours and latest.state != state_of(counts):
        owed.append(counts)
    return owed


def state_of(result: Proof) -> str:
    """As DfE has it."""
    return "passed" if result.has_passed else "failed"


def _is_reported(result: Proof, reported: Sequence[Reported]) -> bool:
    told = [outcome for outcome in reported if outcome.result_id == result.told.record]
    if not told:
        return False
    return (told[-1].state, told[-1].completion_date) == (state_of(result), result.on)
