"""What is left of an assignment problem, solved by HiGHS."""

import time
from dataclasses import dataclass

import highspy
import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.linear import solver_of


@dataclass(frozen=True)
class Found:
    """`status`: optimal, feasible, infeasible or unknown; `agents`: the agent of each job."""

    status: str
    agents: Numbers | None
    bound: int


def least(instance: Instance, kept: Numbers, end: float, most: int | None = None) -> Found:
    """The least cost of assignments that use the kept pairs only, and cost no more than `most`."""
    if not kept.any(axis=0).all():
        return Found("infeasible", None, 0)
    agents, jobs = np.nonzero(kept)
    solver = solver_of(instance, agents, jobs, whole=True, most=most)
    for option, value in (
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.999),  # costs are whole numbers
        ("time_limit", max(0.1, end - time.monotonic())),
    ):
        solver.setOptionValue(option, value)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Found("infeasible", None, 0)
    bound = _whole(info.mip_dual_bound, instance)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found("unknown", None, bound)
    taken = np.array(solver.getSolution().col_value) > 0.5
    chosen = np.zeros(instance.jobs, np.int64)
    chosen[jobs[taken]] = agents[taken]
    proven = status == highspy.HighsModelStatus.kOptimal
    return Found("optimal" if proven else "feasible", chosen, bound)


def _whole(bound: float, instance: Instance) -> int:
    if np.isfinite(bound):
        return int(np.ceil(bound - 1e-6))
    return int(instance.costs.min(axis=0).sum())
