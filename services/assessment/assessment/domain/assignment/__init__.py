"""The generalised assignment problem, solved to proven optimality.

Each job goes to exactly one agent; what an agent's jobs take of its resource is within its
capacity; the sum of costs is least. `solve` takes and gives plain values, so that it runs as a job.

How: prices of the jobs give a bound that is close to the optimum (`relaxation`), a first assignment
is made better for a while (`improving`), and between the two one target after the other is tried:
all assignments within it are looked through (`narrowing`, `branching`). If there is none, the next
target is further up; if there is one, the optimum is no more than it costs. Where that takes too
long, the rest of the time goes into a better assignment (`beam`, then piece by piece), told with
the bound that was proven.
"""

import time
from typing import Any

import numpy as np

from assessment.domain.assignment.beam import beams
from assessment.domain.assignment.improving import improve
from assessment.domain.assignment.instance import Instance, read
from assessment.domain.assignment.knapsacks import Knapsacks
from assessment.domain.assignment.mip import Found, least
from assessment.domain.assignment.narrowing import narrow
from assessment.domain.assignment.relaxation import Relaxation, relax

SECONDS = 300.0
"""How long to look when the caller does not say."""

SHARE_FOR_PRICES, SHARE_FOR_FIRST, SHARE_FOR_IMPROVING, SHARE_FOR_PROOF = 0.2, 0.1, 0.06, 0.6
"""Of the time that is left each time: for the bound, an assignment at all, a good one, and the
targets one by one, but for the last. What remains goes into a better assignment."""

SHARE_FOR_BEAMS = 0.75
"""Of what remains then: beams find what is much better, pieces what is a little better still."""


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
    knapsacks = Knapsacks(instance)
    if not knapsacks.fits:
        return least(instance, instance.possible, end)
    relaxed = relax(instance, knapsacks, _until(end, SHARE_FOR_PRICES))
    found = _first(instance, relaxed, _until(end, SHARE_FOR_FIRST))
    if found.status == "infeasible":
        return found
    bound, agents = relaxed.bound, found.agents
    if agents is not None:
        agents = improve(instance, relaxed, agents, bound, _until(end, SHARE_FOR_IMPROVING))
    found = narrow(instance, relaxed, agents, _until(end, SHARE_FOR_PROOF), latest=end)
    if found.agents is None or found.status == "optimal":
        return found
    agents = beams(instance, relaxed, found.agents, found.bound, _until(end, SHARE_FOR_BEAMS))
    agents = improve(instance, relaxed, agents, found.bound, end)
    proven = instance.cost_of(agents) <= found.bound
    return Found("optimal" if proven else "feasible", agents, found.bound)


def _until(end: float, share: float) -> float:
    now = time.monotonic()
    return now + share * (end - now)


def _first(instance: Instance, relaxed: Relaxation, end: float) -> Found:
    """Any assignment; of likely pairs if there is one."""
    likely = relaxed.kept(relaxed.bound + abs(relaxed.bound) // 1000)
    found = least(instance, likely, _until(end, 0.5), enough=True)
    return least(instance, instance.possible, end, enough=True) if found.agents is None else found


def _given(value: int, parts: int) -> int | float:
    """In the unit that the caller counts in."""
    return value if parts == 1 else value / parts
