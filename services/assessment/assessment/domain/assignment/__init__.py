"""The generalised assignment problem, solved to proven optimality.

Each job goes to exactly one agent; what an agent's jobs take of its resource is within its
capacity; the sum of costs is least. `solve` takes and gives plain values, so that it runs as a job.

How: a Lagrangian relaxation gives a bound that is close to the optimum. For a target just above it
all pairs of agent and job go that cannot be part of an assignment within the target, since the
bound with that pair in it lies above; what is left is small, and HiGHS solves it. Nothing within
the target is a proof that the optimum lies above it, and the next target is tried (after Posta,
Ferland and Michelon, Computational Optimization and Applications 52, 2012, 629-644).
"""

import time
from typing import Any

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers, read
from assessment.domain.assignment.mip import Found, within
from assessment.domain.assignment.relaxation import relax

SECONDS = 300.0
"""How long to look when the caller does not say."""

STEPS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
"""How far above the bound each target lies, in two-thousandths of it; the last one is no target."""


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
    bound = relaxed.bound
    for target in _targets(bound) if relaxed.tells else [None]:
        kept = instance.possible
        if target is not None:
            kept = kept & (relaxed.with_pair <= target + 1e-6)
        found = within(instance, kept, target, end)
        if found.status == "optimal":
            return _proven(instance, found.agents)
        if found.status != "infeasible":
            return Found(found.status, found.agents, max(bound, found.bound))
        if target is not None:
            bound = target + 1
    return Found("infeasible", None, bound)


def _targets(bound: int) -> list[int | None]:
    unit = max(1.0, abs(bound) / 2000)
    return [*dict.fromkeys(bound + round(unit * step) for step in STEPS), None]


def _proven(instance: Instance, agents: Numbers | None) -> Found:
    assert agents is not None
    return Found("optimal", agents, instance.cost_of(agents))


def _given(value: int, parts: int) -> int | float:
    """In the unit that the caller counts in."""
    return value if parts == 1 else value / parts
