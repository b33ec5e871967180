"""An assignment made better piece by piece, where there is no proof yet that it cannot be.

Some agents share out their jobs anew: a problem that is so much smaller that it is often solved at
once. Its optimum costs no more than what they had, and other agents follow (large neighbourhood
search: Shaw, Principles and Practice of Constraint Programming, 1998, 417-431).
"""

import time

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.knapsacks import Knapsacks
from assessment.domain.assignment.mip import Found
from assessment.domain.assignment.narrowing import narrow
from assessment.domain.assignment.relaxation import Relaxation, relaxed_at

AGENTS_AT_FIRST, AGENTS_AT_LEAST = 3.0, 2.0
MORE_AGENTS, FEWER_AGENTS = 0.2, 0.3
"""So many more share out their jobs after a piece that was solved, fewer after one that was not."""

ROUNDS, MOST_PARTS = 20, 1000
"""Of better prices for a piece, and of it looked at, for each target."""


def improve(
    instance: Instance, relaxed: Relaxation, agents: Numbers, bound: int, end: float
) -> Numbers:
    """The best assignment that is found from this one until `end` (monotonic).

    It is done when the cost is the bound's, or that of the optimum.
    """
    draw = np.random.default_rng(1)
    size = AGENTS_AT_FIRST
    while instance.cost_of(agents) > bound and time.monotonic() < end:
        number = min(instance.agents, round(size))
        among = np.sort(draw.choice(instance.agents, number, replace=False))
        jobs = np.flatnonzero(np.isin(agents, among))
        if not len(jobs):
            continue
        found = _shared_out(instance, relaxed, agents, among, jobs, end)
        agents = agents.copy()
        agents[jobs] = among[found.agents]
        if found.status == "optimal" and number == instance.agents:
            break
        solved = found.status == "optimal"
        size = min(instance.agents, size + MORE_AGENTS) if solved else size - FEWER_AGENTS
        size = max(AGENTS_AT_LEAST, size)
    return agents


def _shared_out(
    instance: Instance,
    relaxed: Relaxation,
    agents: Numbers,
    among: Numbers,
    jobs: Numbers,
    end: float,
) -> Found:
    """These jobs among these agents, by their place among them: no dearer than now."""
    piece = np.ix_(among, jobs)
    small = Instance(instance.costs[piece], instance.resources[piece], instance.capacities[among])
    knapsacks, whole = Knapsacks(small), relaxed.knapsacks
    prices = knapsacks.prices(relaxed.prices[jobs] * (knapsacks.parts / whole.parts))
    likely = relaxed.kept(instance.cost_of(agents) - 1)[piece]
    return narrow(
        small,
        relaxed_at(knapsacks, prices, likely),
        np.searchsorted(among, agents[jobs]),
        end,
        rounds=ROUNDS,
        most_parts=MOST_PARTS,
    )
