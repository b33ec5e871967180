"""An assignment made better piece by piece, where the time does not suffice for a proof.

Some jobs are taken back, and HiGHS shares them out anew among the agents that are likely to have
them: a problem so small that it is solved at once. What came out is never dearer, and other jobs
follow (large neighbourhood search: Shaw, Principles and Practice of Constraint Programming, 1998,
417-431).
"""

import time
from collections.abc import Callable

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.mip import least

JOBS_AT_FIRST, JOBS_AT_MOST, MORE_JOBS = 12, 48, 4
"""So many are shared out anew; more where twenty draws of them gained nothing."""

NEAR = range(1, 6)
"""Thousandths of the bound: pairs that an assignment so near to it can have are likely ones."""

SECONDS_AT_MOST = 3.0
"""For one piece."""


def improve(
    instance: Instance,
    agents: Numbers,
    worth_trying: Callable[[int], Numbers],
    bound: int,
    end: float,
) -> Numbers:
    """The best assignment that is found from this one until `end` (monotonic).

    `worth_trying` gives the pairs that an assignment of no more than this cost can have. It is
    done when the cost is the bound's, or two hundred draws of jobs in a row gained nothing.
    """
    draw = np.random.default_rng(1)
    stale, size = 0, JOBS_AT_FIRST
    while instance.cost_of(agents) > bound and time.monotonic() < end and stale < 200:
        target = instance.cost_of(agents) - 1
        near = bound + int(draw.choice(NEAR)) * max(1, abs(bound) // 1000)
        near = min(near, target) if stale % 5 else target  # likely ones mostly
        free = draw.choice(instance.jobs, min(instance.jobs, size), replace=False)
        stops = min(end, time.monotonic() + SECONDS_AT_MOST)
        found = least(instance, _around(agents, free, worth_trying(near)), stops, target)
        stale += 1
        if found.agents is not None:
            agents, stale = found.agents, 0
        elif stale % 20 == 0:
            size = min(JOBS_AT_MOST, size + MORE_JOBS)
    return agents


def _around(agents: Numbers, free: Numbers, pairs: Numbers) -> Numbers:
    """Pairs of the neighbourhood: the free jobs may go elsewhere, the others stay."""
    kept = np.zeros_like(pairs)
    kept[:, free] = pairs[:, free]
    kept[agents, np.arange(len(agents))] = True
    return kept
