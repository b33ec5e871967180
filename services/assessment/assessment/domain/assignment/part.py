"""A part of an assignment problem: the pairs that are left, and what prices tell of them.

A pair goes when the bound with it lies above a limit. What still has a job wanted by several agents
is divided: each of them gets it once. Each part is looked at with prices of its own that some
subgradient steps have made better (after Posta, Ferland and Michelon, Computational Optimization
and Applications 52, 2012, 629-644). Where every job is wanted once, that is an assignment, and it
costs what the bound says.
"""

from dataclasses import dataclass, field

import numpy as np

from assessment.domain.assignment.instance import Numbers
from assessment.domain.assignment.knapsacks import Knapsacks, Told

PATIENCE = 4
"""Rounds without a better bound before the steps are halved."""

SMALLEST_STEP = 0.02


@dataclass
class Part:
    """`rounds`: of better prices that are left; `promised`: the bound when it was divided off.

    The rest is the best that prices have told so far.
    """

    pairs: Numbers
    prices: Numbers
    rounds: int
    promised: int = 0
    step: float = 1.0
    stale: int = 0
    best_bound: int | None = None
    best_prices: Numbers = field(default_factory=lambda: np.zeros(0))
    with_pair: Numbers = field(default_factory=lambda: np.zeros(0))

    def divided(self, reach: float, rounds: int) -> list["Part"]:
        """The part with each of its agents for one job; the most promising one last.

        The job is the one that leaves least to look through, by how near each bound is: e times
        less for each `reach` that it lies above the part's.
        """
        left = self.pairs.sum(axis=0)
        if not left.all():
            return []
        bound = self.best_bound or 0
        open_jobs = np.flatnonzero(left > 1)
        if not len(open_jobs):
            return [Part(self.pairs, self.best_prices, rounds, bound)]  # its bound will tell
        above = np.maximum(self.with_pair[:, open_jobs] - bound, 0)
        remaining = np.exp(-above / reach) * self.pairs[:, open_jobs]
        job = open_jobs[remaining.sum(axis=0).argmin()]
        agents = np.flatnonzero(self.pairs[:, job])
        parts = []
        for agent in agents[np.argsort(-self.with_pair[agents, job], kind="stable")]:
            pairs = self.pairs.copy()
            pairs[:, job] = False
            pairs[agent, job] = True
            promised = int(self.with_pair[agent, job])
            parts.append(Part(pairs, self.best_prices, rounds, promised))
        return parts

    def note(self, told: Told, number: int) -> None:
        """Keep what these prices tell if it is more than before."""
        self.rounds -= 1
        if self.best_bound is None or told.bounds[number] > self.best_bound:
            self.best_bound, self.best_prices = int(told.bounds[number]), self.prices
            self.with_pair, self.stale = told.with_pair[number], 0
        else:
            self.stale += 1

    def change(self, knapsacks: Knapsacks, rise: int, slack: Numbers) -> None:
        """Prices for the next round: half the way up `rise`, as far as these tell."""
        start = self.prices
        if self.stale >= PATIENCE:
            self.step, self.stale, start = self.step / 2, 0, self.best_prices
        hoped = max(rise / 2, knapsacks.parts / 5)
        self.prices = knapsacks.prices(start + self.step * hoped / int(slack @ slack) * slack)


@dataclass(frozen=True)
class Round:
    """`found`: assignments within the limit; `going_on`: parts with rounds left; `over`: others."""

    found: list[Numbers]
    going_on: list[Part]
    over: list[Part]


def look(knapsacks: Knapsacks, parts: list[Part], limit: int, highest: int | None = None) -> Round:
    """One round of each of these parts. `highest`: no bound is hoped to rise by more than this."""
    told = knapsacks.told(
        np.stack([part.pairs for part in parts]), np.stack([part.prices for part in parts])
    )
    seen = Round([], [], [])
    for number, part in enumerate(parts):
        bound = int(told.bounds[number])
        if bound > limit:
            continue
        slack = 1 - told.takes[number].sum(axis=0)
        if not slack.any():
            seen.found.append(told.takes[number].argmax(axis=0))
            continue
        part.pairs = part.pairs & (told.with_pair[number] <= limit)
        part.note(told, number)
        if part.rounds > 0 and part.step > SMALLEST_STEP:
            rise = limit - bound if highest is None else min(limit - bound, highest)
            part.change(knapsacks, rise, slack)
            seen.going_on.append(part)
        else:
            seen.over.append(part)
    return seen
