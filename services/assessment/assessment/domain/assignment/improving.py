"""An assignment made better piece by piece, where the time does not suffice for a proof.

Some agents give up their jobs, and HiGHS shares these out among the same agents anew: a problem so
small that it is solved at once. What came out is never dearer, and other agents follow (large
neighbourhood search: Shaw, Principles and Practice of Constraint Programming, 1998, 417-431).
"""

import time
from collections.abc import Callable

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.mip import least

JOBS_AT_ONCE = 50
"""About so many are shared out anew."""

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
    done when the cost is the bound's, or two hundred draws of agents in a row gained nothing.
    """
    draw = np.random.default_rng(1)
    usual = round(JOBS_AT_ONCE * instance.agents / max(1, instance.jobs))
    stale = 0
    while instance.cost_of(agents) > bound and time.monotonic() < end and stale < 200:
        size = min(instance.agents, max(2, usual + int(draw.integers(0, 3))))
        chosen = draw.choice(instance.agents, size, replace=False)
        target = instance.cost_of(agents) - 1
        stops = min(end, time.monotonic() + SECONDS_AT_MOST)
        found = least(instance, _around(agents, chosen, worth_trying(target)), stops, target)
        stale += 1
        if found.agents is not None:
            agents, stale = found.agents, 0
    return agents


def _around(agents: Numbers, chosen: Numbers, pairs: Numbers) -> Numbers:
    """Pairs of the neighbourhood: others keep their jobs, the chosen ones share theirs."""
    kept = np.zeros_like(pairs)
    jobs = np.arange(len(agents))
    kept[agents, jobs] = True
    free = np.isin(agents, chosen)
    kept[np.ix_(chosen, free)] |= pairs[np.ix_(chosen, free)]
    return kept
