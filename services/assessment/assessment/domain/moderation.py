"""How sure one can be of a marker's decisions, and when that is sure enough.

Of the scripts that rest on one marker's mark alone some are drawn and marked again, blind, by a
moderator; an error is one that is then decided otherwise. After `checked` scripts with `errors` the
share that is wrong has the posterior Beta(1 + errors, 1 + checked - errors), and a prior from other
markers' results may be pooled into it. One looks again after each ten, and a 95 % quantile that is
looked at so often is too low too often: in 15 % of cases where 5 % are wrong. The bound that is
stated is therefore the one-sided exact bound of Clopper and Pearson (Biometrika 26, 1934) at a
higher level, from the marker's own scripts alone: it holds in 95 % of all cases, whatever the true
share. For that each script must be as likely to be drawn as any other. Where one would rather look,
near the pass mark, some more are drawn with a probability proportional to size; like the best and
the worst they are looked at anyway, and say nothing of the others.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, log

from assessment.domain.sampling import lot, seed_of

STEP = 10
"""Scripts drawn at first, and each time that neither rule is met."""

GOOD, SURE_OF_GOOD = 0.05, 0.95
"""Accepted when it is so sure that fewer than this share are wrong: 59 scripts without an error."""

BAD, SURE_OF_BAD = 0.10, 0.80
"""All is marked again when it is so sure that more than this share are wrong."""

RISKY = 3
"""Scripts that are drawn the likelier the nearer they are to the pass mark."""

STATED_LEVEL = 0.985
"""Of the exact bound, so that it holds in 95 % of cases for all the looks together."""

POOLED_AT_MOST = 20
"""Scripts' worth that other markers' results may weigh in the prior."""


class Verdict(StrEnum):
    """What follows from the scripts checked so far."""

    ACCEPTED = "accepted"
    ESCALATED = "escalated"
    COMPLETE = "complete"  # every script of the marker was checked
    EXTENDED = "extended"


@dataclass(frozen=True)
class Pooled:
    """Other markers' results, as so many clean and wrong scripts of the prior."""

    clean: int = 0
    errors: int = 0


def verdict(population: int, checked: int, errors: int, pooled: Pooled = Pooled()) -> Verdict:
    """Whether enough was checked."""
    if checked >= population:
        return Verdict.COMPLETE
    if 1 - chance_below(BAD, checked, errors, pooled) >= SURE_OF_BAD:
        return Verdict.ESCALATED
    if chance_below(GOOD, checked, errors, pooled) >= SURE_OF_GOOD:
        return Verdict.ACCEPTED
    return Verdict.EXTENDED


def chance_below(share: float, checked: int, errors: int, pooled: Pooled = Pooled()) -> float:
    """The posterior's chance that fewer than this share are wrong."""
    wrong, right = 1 + errors + pooled.errors, 1 + checked - errors + pooled.clean
    return _beta_below(share, wrong, right)


def posterior_bound(checked: int, errors: int) -> float:
    """The 95 % quantile of the posterior, without what others' results add."""
    return _beta_quantile(0.95, 1 + errors, 1 + checked - errors)


def stated_bound(population: int, checked: int, errors: int) -> float:
    """With 95 % confidence no more than this share of the marker's scripts is wrong, however often
    was looked. Where all were checked it is the share itself."""
    if population == 0:
        return 0.0
    if checked >= population:
        return errors / population
    if errors >= checked:
        return 1.0
    return _beta_quantile(STATED_LEVEL, 1 + errors, checked - errors)


def pool(others: Sequence[tuple[int, int]]) -> Pooled:
    """A prior from other markers' (checked, errors): their mean, weighing little.

    It weighs the less the more they differ among each other (method of moments), and never more
    than a few scripts.
    """
    known = [(checked, errors) for checked, errors in others if checked > 0]
    total = sum(checked for checked, _ in known)
    if len(known) < 2 or total < 2 * POOLED_AT_MOST:
        return Pooled()
    mean = sum(errors for _, errors in known) / total
    spread = sum(checked * (errors / checked - mean) ** 2 for checked, errors in known) / total
    by_chance = mean * (1 - mean) * len(known) / total
    weight = POOLED_AT_MOST if spread <= by_chance else round(POOLED_AT_MOST * by_chance / spread)
    errors = round(weight * mean)
    return Pooled(clean=weight - errors, errors=errors)


def mandatory(frame: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Of (number, score), the scripts with the highest and the lowest score: looked at anyway.

    They are no part of the draw, and say nothing of the others.
    """
    if not frame:
        return {}
    lowest = min(frame, key=lambda one: (one[1], one[0]))
    highest = max(frame, key=lambda one: (one[1], -one[0]))
    return {lowest[0]: "lowest_score"} | {highest[0]: "highest_score"}


def draw_by_risk(
    batch: str, nonce: str, marker: str, scored: Sequence[tuple[int, int]], pass_mark: int
) -> list[int]:
    """Of (number, score), the numbers that are looked at for how near they are to the pass mark.

    Systematic, with probability proportional to size (Madow, Annals of Mathematical Statistics 20,
    1949, 333-354). In the order of score and number, a script's size is 1 and by how much it is
    nearer to the pass mark than the furthest one. Of sizes that come to T the start is the SHA-256
    of seed, marker and "risk", line by line, modulo T; the i-th of n is the script on which
    (start + i * T) // n falls. One on which two fall is drawn once. None are drawn where few are
    left for the other draw.
    """
    if len(scored) <= STEP + RISKY:
        return []
    ordered = sorted(scored, key=lambda one: (one[1], one[0]))
    distances = [abs(score - pass_mark) for _, score in ordered]
    ends = list(accumulate(max(distances) - distance + 1 for distance in distances))
    start = int(lot(seed_of(batch, nonce), marker, "risk"), 16) % ends[-1]
    points = [(start + position * ends[-1]) // RISKY for position in range(RISKY)]
    return sorted({ordered[bisect_right(ends, point)][0] for point in points})


def draw(
    batch: str, nonce: str, marker: str, frame: Sequence[int], drawn: Sequence[Sequence[int]]
) -> list[int]:
    """The next numbers to be checked: every so many-th of those left, from a start by lot.

    `frame`: a marker's numbers in the order of score, phase, hub and number; `drawn`: those of the
    steps before. The start of step k (from 1) among R left, of which n are drawn, is the SHA-256 of
    seed, marker and k, line by line, modulo R; the i-th of them is then at (start + i * R) // n.
    """
    before = {number for step in drawn for number in step}
    left = [number for number in frame if number not in before]
    size = min(STEP, len(left))
    if size == 0:
        return []
    step = str(len(drawn) + 1)
    start = int(lot(seed_of(batch, nonce), marker, step), 16) % len(left)
    return [left[(start + position * len(left)) // size] for position in range(size)]


@lru_cache(maxsize=20_000)
def _beta_below(x: float, a: int, b: int) -> float:
    """P(Beta(a, b) <= x) for whole a and b: at least a of a + b - 1 trials succeed."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    n = a + b - 1
    of = lgamma(n + 1)
    terms = (
        exp(of - lgamma(j + 1) - lgamma(n - j + 1) + j * log(x) + (n - j) * log(1 - x))
        for j in range(a, n + 1)
    )
    return min(1.0, sum(terms))


@lru_cache(maxsize=20_000)
def _beta_quantile(level: float, a: int, b: int) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _beta_below(middle, a, b) < level:
            low = middle
        else:
            high = middle
    return high
