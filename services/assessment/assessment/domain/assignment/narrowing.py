"""Bound and assignment brought nearer to each other, until they meet."""

from assessment.domain.assignment.branching import search
from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.mip import Found, least
from assessment.domain.assignment.part import Part
from assessment.domain.assignment.relaxation import Relaxation

ROUNDS = 100
"""Of better prices for the whole, for each target."""

TARGETS = 8
"""Into so many steps what lies between bound and assignment is divided."""


def narrow(
    instance: Instance,
    relaxed: Relaxation,
    agents: Numbers | None,
    end: float,
    *,
    latest: float | None = None,
    rounds: int = ROUNDS,
    most_parts: int | None = None,
) -> Found:
    """The optimum, or what `end` (monotonic) or so many parts to a target leave of the gap.

    `agents`: an assignment, if one is known. `latest` is the end of the last target below it, if
    that is another: without one the assignment is the optimum, and nothing better is to be found.
    """
    bound, step = relaxed.bound, 1
    while True:
        target, until = bound + step - 1, end
        if agents is not None:
            cost = instance.cost_of(agents)
            if cost <= bound:
                return Found("optimal", agents, cost)
            target = bound + max(1, min(step, (cost - bound) // TARGETS)) - 1
            if latest is not None and target == cost - 1:
                until = latest
        elif target - relaxed.bound > abs(relaxed.bound):
            return least(instance, instance.possible, end)
        whole = Part(relaxed.kept(target), relaxed.prices, rounds)
        found = search(relaxed.knapsacks, [whole], target, until, most_parts)
        if found.through:
            bound, step = target + 1, step * 2
        elif found.agents is not None:
            agents = found.agents
        else:
            return Found("unknown" if agents is None else "feasible", agents, bound)
