"""Is a marker's standard the agreed one? Rules for scripts whose marks are definitive."""

from collections.abc import Callable, Sequence

from assessment.domain.marking import Decision, Judgement, Scheme

SEEDS_LOOKED_AT, WRONG_TO_STOP = 3, 2
"""A marker who judged two of their last three seeds otherwise than agreed marks no more."""

FIRST_SEED_AMONG = 5


def agrees(scheme: Scheme, score: int, decision: Decision, given: Judgement) -> bool:
    """The same decision, and marks within the paper's band of agreement."""
    apart = abs(given.score - score)
    within = apart * 100 <= scheme.agreement_percent * scheme.top
    return given.indicative is decision and given.holistic is decision and within


def must_stop(latest_first: Sequence[bool]) -> bool:
    """Whether a marker's last seeds ask for standardising them anew."""
    return list(latest_first[:SEEDS_LOOKED_AT]).count(False) >= WRONG_TO_STOP


def seeds_before(claimed: int, percent: int, lot: Callable[[int], int]) -> int:
    """How many seeds come before the next script of a marker who has claimed so many.

    One among every so many, at a place that a lot decides, so that no place tells a seed; the first
    among the first few, so that who claims few has one as well.
    """
    among = 100 // percent
    begun, since = divmod(claimed, among)
    places = among if begun else min(among, FIRST_SEED_AMONG)
    return begun + (since >= lot(begun) % places)


def seeds_due(load: int, percent: int) -> int:
    """How many seeds go with so many scripts, rounded up."""
    return -(-load * percent // 100)
