"""The Lagrangian relaxation of "each job to one agent": a knapsack for each agent, and a price for
each job that makes the knapsacks want it once.

Its bound is the best of the usual ones for this problem (Fisher, Jaikumar and Van Wassenhove,
Management Science 32, 1986). The prices begin as those of the linear relaxation and are improved by
subgradient steps.
"""

import time
from dataclasses import dataclass

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.linear import job_prices

ROUNDS = 400
PATIENCE = 12
"""Rounds without a better bound before the steps are halved."""

SMALLEST_STEP = 0.02

LARGEST_TABLE = 30_000_000
"""Numbers in the knapsacks' tables; above it the bound is that of the cheapest agents."""


@dataclass(frozen=True)
class Relaxation:
    """`bound`: no assignment costs less. `with_pair`: nor, with that pair in it, less than this.

    Of one that does not tell more than the costs themselves `tells` is false.
    """

    bound: int
    with_pair: Numbers
    tells: bool = True


def relax(instance: Instance, end: float) -> Relaxation:
    """The bound, and the bound with each pair, as good as it gets until `end` (monotonic)."""
    widest = int(instance.capacities.max()) + 1
    if instance.agents * widest * (instance.jobs + 1) > LARGEST_TABLE:
        return _cheapest(instance)
    knapsacks = _Knapsacks(instance)
    costs = instance.costs.astype(float)
    prices = best_prices = job_prices(instance)
    best, step, stale = -np.inf, 1.0, 0
    for _ in range(ROUNDS):
        value, wanted = knapsacks.best(costs - prices)
        value += prices.sum()
        if value > best + 1e-6 * max(1.0, abs(best)) or best == -np.inf:
            best, best_prices, stale = value, prices, 0
        else:
            stale += 1
        slack = 1.0 - wanted
        length = float(slack @ slack)
        if length == 0 or step < SMALLEST_STEP or time.monotonic() > end:
            break
        if stale >= PATIENCE:
            step, stale, prices = step / 2, 0, best_prices
            continue
        hoped = best + step * 0.002 * max(1.0, abs(best))
        prices = prices + (hoped - value) / length * slack
    bound = int(np.ceil(best - 1e-6))
    return Relaxation(bound, knapsacks.with_each(costs - best_prices) + best_prices.sum())


def _cheapest(instance: Instance) -> Relaxation:
    """Each job with its cheapest agent, whatever that comes to."""
    costs = np.where(instance.possible, instance.costs, np.inf)
    least = costs.min(axis=0)
    return Relaxation(int(least.sum()), least.sum() + costs - least, tells=False)


class _Knapsacks:
    """All agents' knapsacks at once, for every room up to the largest capacity."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._agents = np.arange(instance.agents)
        room = np.arange(int(instance.capacities.max()) + 1)
        self._start = np.zeros((instance.agents, len(room)))
        left = room[None, None, :] - instance.resources.T[:, :, None]  # job, agent, room
        self._fits = left >= 0
        self._left = np.where(self._fits, left, 0).astype(np.int32)

    def best(self, values: Numbers) -> tuple[float, Numbers]:
        """The sum of the agents' least values, and how many agents take each job."""
        tables = self._forward(values)
        room = self._instance.capacities.copy()
        total = float(tables[-1][self._agents, room].sum())
        wanted = np.zeros(self._instance.jobs)
        for job in range(self._instance.jobs - 1, -1, -1):
            if tables[job + 1] is tables[job]:
                continue
            takes = tables[job + 1][self._agents, room] < tables[job][self._agents, room]
            wanted[job] = takes.sum()
            room = np.where(takes, room - self._instance.resources[:, job], room)
        return total, wanted

    def with_each(self, values: Numbers) -> Numbers:
        """The sum of the agents' least values when a pair must be taken, for each pair."""
        forward, backward = self._forward(values), [self._start]
        for job in range(self._instance.jobs - 1, -1, -1):
            backward.append(self._taken(backward[-1], values, job))
        backward.reverse()
        least = forward[-1][self._agents, self._instance.capacities]
        total = float(least.sum())
        forced = np.full(values.shape, np.inf)
        for agent, room in enumerate(self._instance.capacities.tolist()):
            others = total - least[agent]
            for job, taken in enumerate(self._instance.resources[agent].tolist()):
                if taken <= room:
                    rest = room - taken
                    both = forward[job][agent, : rest + 1] + backward[job + 1][agent, rest::-1]
                    forced[agent, job] = others + both.min() + values[agent, job]
        return forced

    def _forward(self, values: Numbers) -> list[Numbers]:
        tables = [self._start]
        for job in range(self._instance.jobs):
            tables.append(self._taken(tables[-1], values, job))
        return tables

    def _taken(self, table: Numbers, values: Numbers, job: int) -> Numbers:
        """The least values when this job may be taken too."""
        wanting = np.flatnonzero(values[:, job] < 0)
        if not len(wanting):
            return table
        rows = table[wanting]
        with_it = np.take_along_axis(rows, self._left[job, wanting], axis=1)
        with_it += values[wanting, job, None]
        better = np.where(self._fits[job, wanting], np.minimum(rows, with_it), rows)
        following = table.copy()
        following[wanting] = better
        return following
