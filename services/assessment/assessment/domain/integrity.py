"""What comes of a doubt about who wrote a script: a person decides, for each script by itself.

The marks stay as they were given, so that what is said of the markers stays true; a fail for its
integrity's sake is a result that does not follow from them.
"""

from enum import StrEnum

from assessment.domain.marking import Decision, ResultState, result_of
from headship_contracts.errors import Refused


class Outcome(StrEnum):
    """What a lead decided."""

    AS_MARKED = "as_marked"
    FAIL = "fail"


def require_outcome(wanted: str | None, *, known: str | None, doubted: bool, upheld: bool) -> None:
    """Refuse to let go of a script of which a pair was upheld without saying what comes of it."""
    if wanted is None and known is None and upheld:
        words = " or ".join(Outcome)
        raise Refused("outcome_needed", f"a pair of it was upheld: say what comes of it, {words}")
    if wanted is not None and not doubted:
        raise Refused("not_in_doubt", "the script's integrity was in no doubt")


def require_correction(wanted: str, *, known: str | None, upheld: bool) -> None:
    """Refuse to say of a released script what is so already, and to fail one of which no pair is
    upheld. A lead's own doubt is no ground any more: nothing holds the result while its author is
    heard."""
    if (wanted == Outcome.FAIL) == (known == Outcome.FAIL):
        so = "it fails for its integrity" if wanted == Outcome.FAIL else "its marks decide"
        raise Refused("nothing_to_correct", f"{so} already")
    if wanted == Outcome.FAIL and not upheld:
        raise Refused(
            "no_pair_upheld", "after the release a script fails for a pair that is upheld"
        )


def state_of(decision: str, outcome: str | None) -> ResultState:
    """What the participant is told."""
    return ResultState.FAILED if outcome == Outcome.FAIL else result_of(Decision(decision))
