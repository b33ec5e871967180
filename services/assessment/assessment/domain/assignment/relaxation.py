"""The prices of the jobs that tell most of an assignment problem as a whole.

They begin as those of the linear relaxation and are improved by subgradient steps (Fisher,
Management Science 27, 1981, 1-18): who is wanted by nobody gets dearer to leave out, and who is
wanted twice cheaper.
"""

import time
from dataclasses import dataclass

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.knapsacks import Knapsacks, Told
from assessment.domain.assignment.linear import job_prices

ROUNDS = 400
PATIENCE = 12
"""Rounds without a better bound before the steps are halved."""

SMALLEST_STEP = 0.02


@dataclass(frozen=True)
class Relaxation:
    """`bound`: no assignment costs less. `with_pair`: nor, with that pair in it, less than this.

    `with_pair` and `prices` are in units of the knapsacks' parts.
    """

    knapsacks: Knapsacks
    prices: Numbers
    bound: int
    with_pair: Numbers
    possible: Numbers

    def kept(self, target: int) -> Numbers:
        """Pairs that can be part of an assignment that costs no more than the target."""
        within: Numbers = self.possible & (self.with_pair <= target * self.knapsacks.parts)
        return within


def relax(instance: Instance, knapsacks: Knapsacks, end: float) -> Relaxation:
    """The best bound that is found until `end` (monotonic)."""
    pairs = instance.possible[None]
    prices = knapsacks.prices(job_prices(instance) * knapsacks.parts)
    best = told = knapsacks.told(pairs, prices[None])
    best_prices, step, stale = prices, 1.0, 0
    for _ in range(ROUNDS):
        if told.bounds[0] > best.bounds[0]:
            best, best_prices, stale = told, prices, 0
        else:
            stale += 1
        slack = 1 - told.takes[0].sum(axis=0)
        length = int(slack @ slack)
        if length == 0 or step < SMALLEST_STEP or time.monotonic() > end:
            break
        if stale >= PATIENCE:
            step, stale, prices, told = step / 2, 0, best_prices, best
            slack = 1 - best.takes[0].sum(axis=0)
            length = int(slack @ slack)
        bound = int(best.bounds[0])
        hoped = bound + step * 0.002 * max(knapsacks.parts, abs(bound))
        prices = knapsacks.prices(prices + (hoped - int(told.bounds[0])) / length * slack)
        told = knapsacks.told(pairs, prices[None])
    return _relaxation(knapsacks, best_prices, best, instance.possible)


def relaxed_at(knapsacks: Knapsacks, prices: Numbers, possible: Numbers) -> Relaxation:
    """What these prices tell."""
    return _relaxation(knapsacks, prices, knapsacks.told(possible[None], prices[None]), possible)


def _relaxation(knapsacks: Knapsacks, prices: Numbers, told: Told, possible: Numbers) -> Relaxation:
    bound = -int(-told.bounds[0] // knapsacks.parts)
    return Relaxation(knapsacks, prices, bound, told.with_pair[0], possible)
