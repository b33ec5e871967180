"""All assignments that cost no more than a target, looked through without touching most of them.

Of what is left of the problem a pair goes when the bound with it lies above the target. What still
has a job wanted by several agents is divided: each of them gets it once. Each part is looked at in
the same way, with prices of its own that some subgradient steps have made better (after Posta,
Ferland and Michelon, Computational Optimization and Applications 52, 2012, 629-644). Where every
job is wanted once, that is an assignment, and it costs what the bound says.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assessment.domain.assignment.instance import Numbers
from assessment.domain.assignment.knapsacks import Knapsacks, Told

ROUNDS = 4
"""Of better prices for a part: more make fewer parts, and take longer for all of them."""

PATIENCE = 4
"""Rounds without a better bound before the steps are halved."""

SMALLEST_STEP = 0.02

STEEPNESS = 20.0
"""How much smaller what is to be looked at gets as a bound nears the target: e to this power."""


@dataclass
class Part:
    """Pairs that are left, and the best that prices have told of them so far."""

    pairs: Numbers
    prices: Numbers
    rounds: int = ROUNDS
    step: float = 1.0
    stale: int = 0
    best_bound: int | None = None
    best_prices: Numbers = field(default_factory=lambda: np.zeros(0))
    with_pair: Numbers = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Searched:
    """`agents`: of an assignment within the target; `through`: whether there is no other."""

    agents: Numbers | None
    through: bool


def search(
    knapsacks: Knapsacks,
    starts: Sequence[Part],
    target: int,
    end: float,
    most_parts: int | None = None,
) -> Searched:
    """An assignment of one of these parts that costs no more than the target.

    It gives up at `end` (monotonic), or when it has looked at `most_parts`.
    """
    limit = target * knapsacks.parts
    waiting, seen = list(starts), 0
    begun: list[Part] = []
    while waiting or begun:
        if time.monotonic() > end or (most_parts is not None and seen > most_parts):
            return Searched(None, through=False)
        fresh = min(len(waiting), knapsacks.at_once - len(begun))
        begun += [waiting.pop() for _ in range(fresh)]  # the last ones first: the most divided
        seen += fresh
        told = knapsacks.told(
            np.stack([part.pairs for part in begun]), np.stack([part.prices for part in begun])
        )
        going_on = []
        for number, part in enumerate(begun):
            if told.bounds[number] > limit:
                continue
            slack = 1 - told.takes[number].sum(axis=0)
            if not slack.any():
                return Searched(told.takes[number].argmax(axis=0), through=False)
            part.pairs = part.pairs & (told.with_pair[number] <= limit)
            _note(part, told, number)
            if part.rounds > 0 and part.step > SMALLEST_STEP:
                _step(knapsacks, part, int(told.bounds[number]), limit, slack)
                going_on.append(part)
            else:
                waiting += _divided(knapsacks, part, limit)
        begun = going_on
    return Searched(None, through=True)


def _note(part: Part, told: Told, number: int) -> None:
    """Keep what these prices tell if it is more than before."""
    part.rounds -= 1
    if part.best_bound is None or told.bounds[number] > part.best_bound:
        part.best_bound, part.best_prices = int(told.bounds[number]), part.prices
        part.with_pair, part.stale = told.with_pair[number], 0
    else:
        part.stale += 1


def _step(knapsacks: Knapsacks, part: Part, bound: int, limit: int, slack: Numbers) -> None:
    """Prices for the next round: half the way to the target, as far as these tell."""
    start = part.prices
    if part.stale >= PATIENCE:
        part.step, part.stale, start = part.step / 2, 0, part.best_prices
    hoped = max((limit - bound) / 2, knapsacks.parts / 5)
    part.prices = knapsacks.prices(start + part.step * hoped / int(slack @ slack) * slack)


def _divided(knapsacks: Knapsacks, part: Part, limit: int) -> list[Part]:
    """The part with each of its agents for one job; the most promising one last.

    The job is the one that leaves least to look through, by how near to the target each bound is.
    """
    left = part.pairs.sum(axis=0)
    if not left.all():
        return []
    open_jobs = np.flatnonzero(left > 1)
    if not len(open_jobs):
        return [Part(part.pairs, part.best_prices)]  # its bound will tell
    bound = part.best_bound or 0
    nearness = (part.with_pair[:, open_jobs] - bound) / (limit - bound + knapsacks.parts / 10)
    remaining = np.exp(-STEEPNESS * np.clip(nearness, 0, 1)) * part.pairs[:, open_jobs]
    job = open_jobs[remaining.sum(axis=0).argmin()]
    agents = np.flatnonzero(part.pairs[:, job])
    parts = []
    for agent in agents[np.argsort(-part.with_pair[agents, job], kind="stable")]:
        pairs = part.pairs.copy()
        pairs[:, job] = False
        pairs[agent, job] = True
        parts.append(Part(pairs, part.best_prices))
    return parts
