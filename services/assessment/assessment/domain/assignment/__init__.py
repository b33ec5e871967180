"""The generalised assignment problem, solved to proven optimality.

Each job goes to exactly one agent; what an agent's jobs take of its resource is within its
capacity; the sum of costs is least. `solve` takes and gives plain values, so that it runs as a job.

How: a Lagrangian relaxation gives a bound that is close to the optimum. For a target just above it
all pairs of agent and job go that cannot be part of an assignment within the target, since the
bound with that pair in it lies above; what is left is small, and HiGHS solves it. If it has an
assignment, its best is the best of all. If not, the optimum lies above the target, and the next
target is further away (after Posta, Ferland and Michelon, Computational Optimization and
Applications 52, 2012, 629-644). Where that takes too long, the rest of the time goes into an
assignment that is good (`improving`), with the bound that was proven.
"""

import time
from typing import Any

import numpy as np

from assessment.domain.assignment.improving import improve
from assessment.domain.assignment.instance import Instance, Numbers, read
from assessment.domain.assignment.mip import Found, least
from assessment.domain.assignment.relaxation import Relaxation, relax

SECONDS = 300.0
"""How long to look when the caller does not say."""

SHARE_FOR_PROOF = 0.6
"""Of the time, for ascending to the optimum; the rest is for a good assignment if that fails."""


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
    found = _ascend(instance, relaxed, now + SHARE_FOR_PROOF * (end - now))
    if found.status in ("optimal", "infeasible"):
        return found
    return _good_one(instance, relaxed, found, end)


def _ascend(instance: Instance, relaxed: Relaxation, end: float) -> Found:
    """From the bound upwards, one target after the other, to the first that can be reached."""
    bound, step = relaxed.bound, 1
    while True:
        target = bound + step - 1
        if target - relaxed.bound > abs(relaxed.bound):
            found = least(instance, instance.possible, end)
        else:
            found = least(instance, _kept(instance, relaxed, target), end, target)
            if found.status == "infeasible":
                bound, step = target + 1, 2 * step
                continue
        if found.agents is not None and instance.cost_of(found.agents) < bound:
            # the solver found none so cheap before: its word proves nothing here
            return Found("feasible", found.agents, min(relaxed.bound, found.bound))
        if found.status in ("optimal", "infeasible"):
            return found
        return Found(found.status, found.agents, max(bound, min(found.bound, target + 1)))


def _good_one(instance: Instance, relaxed: Relaxation, so_far: Found, end: float) -> Found:
    """A good assignment, with the bound that was proven; with more pairs one is found sooner."""
    bound, beyond = so_far.bound, max(1, abs(relaxed.bound) // 1000)
    while so_far.agents is None and time.monotonic() < end:
        within = beyond <= abs(relaxed.bound)
        kept = _kept(instance, relaxed, relaxed.bound + beyond) if within else instance.possible
        left = end - time.monotonic()
        so_far = least(instance, kept, time.monotonic() + (left / 5 if within else left))
        beyond *= 8
    if so_far.agents is None:
        return Found("unknown", None, bound)
    agents = improve(
        instance, so_far.agents, lambda most: _kept(instance, relaxed, most), bound, end
    )
    proven = instance.cost_of(agents) <= bound
    return Found("optimal" if proven else "feasible", agents, bound)


def _kept(instance: Instance, relaxed: Relaxation, target: int) -> Numbers:
    """Pairs that can be part of an assignment that costs no more than the target."""
    kept: Numbers = instance.possible & (relaxed.with_pair <= target + 1e-6)
    return kept


def _given(value: int, parts: int) -> int | float:
    """In the unit that the caller counts in."""
    return value if parts == 1 else value / parts
