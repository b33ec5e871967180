"""The generalised assignment problem, solved to proven optimality.

Each job goes to exactly one agent; what an agent's jobs take of its resource is within its
capacity; the sum of costs is least. `solve` takes and gives plain values, so that it runs as a job.

How: a Lagrangian relaxation gives a bound that is close to the optimum. For a target just above it
all pairs of agent and job go that cannot be part of an assignment within the target, since the
bound with that pair in it lies above; what is left is small, and HiGHS solves it. If its best is
within the target, it is the best of all. If not, the optimum lies above the target, and one target
after the other is proven out of reach, up to what is known (after Posta, Ferland and Michelon,
Computational Optimization and Applications 52, 2012, 629-644).
"""

import time
from typing import Any

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers, read
from assessment.domain.assignment.mip import Found, least
from assessment.domain.assignment.relaxation import Relaxation, relax

SECONDS = 300.0
"""How long to look when the caller does not say."""

SHARE_FOR_A_FIRST = 0.15
"""Of the time, for finding a good assignment; the rest is for proving that none is better."""


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """The least cost and who gets which job.

    `data`: `costs` and `resources` as lists of agents of lists of jobs, `capacities` by agent,
    resources and capacities not negative; `seconds`, how long to look at most.
    Gives `status` (`optimal`, `feasible` when time ran out, `infeasible`, `unknown` when time ran
    out with nothing found), `cost`, `bound` (no assignment costs less), `gap` ((cost - bound) over
    the cost's size), `assignment` (by job, the agent's number from 0), `loads` (by agent) and
    `seconds`. Raises Invalid `instance_not_sound`, naming each wrong field.
    """
    began = time.monotonic()
    instance = read(data)
    found = _search(instance, began + float(data.get("seconds", SECONDS)))
    told: dict[str, Any] = {"status": found.status, "cost": None, "bound": None, "gap": None}
    told |= {"assignment": None, "loads": None}
    if found.status != "infeasible":
        told["bound"] = _given(found.bound, instance.cost_parts)
    if found.agents is not None:
        cost = instance.cost_of(found.agents)
        told["cost"] = _given(cost, instance.cost_parts)
        told["gap"] = (cost - found.bound) / max(1, abs(cost))
        told["assignment"] = [int(agent) for agent in found.agents]
        loads = instance.loads(found.agents)
        told["loads"] = [_given(load, instance.resource_parts) for load in loads]
    return told | {"seconds": round(time.monotonic() - began, 3)}


def _search(instance: Instance, end: float) -> Found:
    if instance.jobs == 0:
        return Found("optimal", np.zeros(0, np.int64), 0)
    if not instance.possible.any(axis=0).all():
        return Found("infeasible", None, 0)
    relaxed = relax(instance, end)
    if not relaxed.tells:
        return least(instance, instance.possible, end)
    now = time.monotonic()
    found, bound = _something(instance, relaxed, end, now + SHARE_FOR_A_FIRST * (end - now))
    if found.status in ("optimal", "infeasible", "unknown") or found.agents is None:
        return found
    return _ascend(instance, relaxed, found.agents, bound, end)


def _something(
    instance: Instance, relaxed: Relaxation, end: float, soon: float
) -> tuple[Found, int]:
    """A good assignment, and the bound proven on the way; `optimal` if nothing can be better."""
    bound, target = relaxed.bound, relaxed.bound + max(1, abs(relaxed.bound) // 1000)
    while True:
        found = least(instance, _kept(instance, relaxed, target), soon)
        if found.agents is not None:
            cost = instance.cost_of(found.agents)
            if found.status == "optimal" and cost <= target + 1:
                return Found("optimal", found.agents, cost), cost
            proven = target + 1 if found.status == "optimal" else found.bound
            return Found("feasible", found.agents, 0), max(bound, min(proven, target + 1))
        if found.status == "infeasible":
            bound = target + 1
        else:
            soon = end  # with more pairs something is found sooner
        if time.monotonic() > end:
            return Found("unknown", None, bound), bound
        beyond = 8 * (target - relaxed.bound)
        if beyond > abs(relaxed.bound):
            found = least(instance, instance.possible, end)
            return Found(found.status, found.agents, max(bound, found.bound)), bound
        target = relaxed.bound + beyond


def _ascend(
    instance: Instance, relaxed: Relaxation, best: Numbers, bound: int, end: float
) -> Found:
    """Prove one target after the other to be out of reach, from the bound up to what is known."""
    cost, step = instance.cost_of(best), max(1, abs(bound) // 2000)
    while bound < cost:
        target = min(bound + step - 1, cost - 1)
        found = least(instance, _kept(instance, relaxed, target), end, target)
        if found.status == "infeasible":
            bound, step = target + 1, 2 * step
            continue
        if found.agents is not None:
            best = found.agents
        if found.status == "optimal":
            return Found("optimal", best, instance.cost_of(best))
        return Found("feasible", best, max(bound, min(found.bound, target + 1)))
    return Found("optimal", best, cost)


def _kept(instance: Instance, relaxed: Relaxation, target: int) -> Numbers:
    """Pairs that can be part of an assignment that costs no more than the target."""
    kept: Numbers = instance.possible & (relaxed.with_pair <= target + 1e-6)
    return kept


def _given(value: int, parts: int) -> int | float:
    """In the unit that the caller counts in."""
    return value if parts == 1 else value / parts
