"""What is left of an assignment problem, solved by HiGHS, and held against the whole numbers.

HiGHS takes a variable for whole that is so within a tolerance. Where resources have many digits,
jobs that together exceed a capacity by little pass so for jobs that fit. Whatever it finds is added
up again exactly; what does not fit is cut off and it looks again, and nothing is said to be optimal
that has not been held against the instance.
"""

import time
from dataclasses import dataclass

import highspy
import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.linear import Cut, solver_of

ENOUGH = 4
"""Assignments, each better than the one before, where no proof is asked for."""


@dataclass(frozen=True)
class Found:
    """`status`: optimal, feasible, infeasible or unknown; `agents`: the agent of each job."""

    status: str
    agents: Numbers | None
    bound: int


def least(instance: Instance, kept: Numbers, end: float, *, enough: bool = False) -> Found:
    """The least cost of assignments that use the kept pairs only; or the best of `ENOUGH`."""
    if not kept.any(axis=0).all():
        return Found("infeasible", None, 0)
    cuts: list[Cut] = []
    while True:
        found = _solved(instance, kept, end, cuts, enough)
        if found.agents is None:
            return found
        wrong = _broken(instance, kept, found.agents)
        if not wrong:
            return found
        if time.monotonic() >= end:
            return Found("unknown", None, found.bound)
        cuts += wrong


def _solved(instance: Instance, kept: Numbers, end: float, cuts: list[Cut], enough: bool) -> Found:
    """What the solver finds, which need not fit."""
    agents, jobs = np.nonzero(kept)
    solver = solver_of(instance, agents, jobs, whole=True, cuts=cuts)
    for option, value in (
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.999),  # costs are whole numbers
        ("mip_feasibility_tolerance", 1e-9 if cuts else 1e-6),  # the tighter one is slower
        ("time_limit", max(0.1, end - time.monotonic())),
    ):
        solver.setOptionValue(option, value)
    if enough:
        solver.setOptionValue("mip_max_improving_sols", ENOUGH)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Found("infeasible", None, 0)
    bound = _whole(info.mip_dual_bound, instance)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found("unknown", None, bound)
    taken = np.array(solver.getSolution().col_value) > 0.5
    chosen = np.full(instance.jobs, -1, np.int64)
    chosen[jobs[taken]] = agents[taken]
    if (chosen < 0).any():
        return Found("unknown", None, bound)
    proven = status == highspy.HighsModelStatus.kOptimal and instance.cost_of(chosen) <= bound
    return Found("optimal" if proven else "feasible", chosen, bound)


def _broken(instance: Instance, kept: Numbers, chosen: Numbers) -> list[Cut]:
    """What cuts off an assignment that is none; nothing for one that fits."""
    cuts = []
    for agent, load in enumerate(instance.loads(chosen)):
        if load > instance.capacities[agent]:
            cuts.append(_cover(instance, kept[agent], agent, np.flatnonzero(chosen == agent)))
    return cuts


def _cover(instance: Instance, kept: Numbers, agent: int, mine: Numbers) -> Cut:
    """Jobs that do not fit the agent together, as few as can be, and all that are as large.

    An extended cover inequality (Balas, Mathematical Programming 8, 1975, 146-164): of a cover C
    and the jobs that take no less than the largest of C, no more than |C| - 1 fit.
    """
    takes = instance.resources[agent]
    cover: list[int] = []
    load = 0
    for job in sorted(mine.tolist(), key=lambda one: -int(takes[one])):
        cover.append(job)
        load += int(takes[job])
        if load > instance.capacities[agent]:
            break
    as_large = np.flatnonzero(kept & (takes >= takes[cover].max())).tolist()
    return Cut(tuple((job, agent) for job in sorted({*cover, *as_large})), len(cover) - 1)


def _whole(bound: float, instance: Instance) -> int:
    if np.isfinite(bound):
        return int(np.ceil(bound - 1e-6))
    return int(instance.costs.min(axis=0).sum())
