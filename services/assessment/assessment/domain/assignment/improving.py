"""An assignment made better piece by piece, where there is no proof yet that it cannot be.

Some jobs are taken back, and shared out anew among the agents that can have them in an assignment
that is better by so much; all ways to do so are looked through, or many of them, and other jobs
follow (large neighbourhood search: Shaw, Principles and Practice of Constraint Programming, 1998,
417-431).
"""

import time

import numpy as np

from assessment.domain.assignment.branching import Part, search
from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.relaxation import Relaxation

JOBS_AT_FIRST, JOBS_AT_LEAST = 20.0, 4.0
MORE_JOBS, FEWER_JOBS = 1.04, 0.94
"""Times so many are shared out anew after a piece that was looked through, or was not."""

MOST_PARTS = 400
"""Of a piece."""

ROUNDS = 10
"""Of better prices for a piece."""

SHARE = 4
"""At first a piece must make the gap to the bound smaller by this part of it."""


def improve(
    instance: Instance, relaxed: Relaxation, agents: Numbers, bound: int, end: float
) -> Numbers:
    """The best assignment that is found from this one until `end` (monotonic).

    It is done when the cost is the bound's, or no other way to share out all jobs is better.
    """
    draw = np.random.default_rng(1)
    size, divisor = JOBS_AT_FIRST, SHARE
    while (gap := instance.cost_of(agents) - bound) > 0 and time.monotonic() < end:
        gain = max(1, gap // divisor)
        jobs = min(instance.jobs, round(size))
        free = draw.choice(instance.jobs, jobs, replace=False)
        target = bound + gap - gain
        piece = Part(_around(agents, free, relaxed.kept(target)), relaxed.prices, ROUNDS)
        found = search(relaxed.knapsacks, [piece], target, end, MOST_PARTS)
        if found.agents is not None:
            agents, divisor = found.agents, SHARE
            continue
        if found.through and jobs == instance.jobs and gain == 1:
            break
        divisor *= 2 if gain > 1 else 1
        size = size * MORE_JOBS if found.through else max(JOBS_AT_LEAST, size * FEWER_JOBS)
    return agents


def _around(agents: Numbers, free: Numbers, pairs: Numbers) -> Numbers:
    """Pairs of the piece: the free jobs may go elsewhere, the others stay."""
    around = np.zeros_like(pairs)
    around[:, free] = pairs[:, free]
    staying = np.ones(len(agents), bool)
    staying[free] = False
    around[agents[staying], np.flatnonzero(staying)] = True
    return around
