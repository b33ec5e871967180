"""An assignment problem, or what is left of it, as a model for HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers


@dataclass(frozen=True)
class Cut:
    """Of these (job, agent) pairs no more than `most` belong to any assignment."""

    pairs: tuple[tuple[int, int], ...]
    most: int


def job_prices(instance: Instance) -> Numbers:
    """What each job costs at the margin in the linear relaxation; 0 where that has no solution."""
    agents, jobs = np.nonzero(instance.possible)
    solver = solver_of(instance, agents, jobs, whole=False)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.zeros(instance.jobs)
    return np.array(solver.getSolution().row_dual)[instance.agents :][: instance.jobs]


def solver_of(
    instance: Instance,
    agents: Numbers,
    jobs: Numbers,
    *,
    whole: bool,
    cuts: Sequence[Cut] = (),
) -> Any:
    """A solver with the model of these pairs.

    An agent's resources are divided by what they have in common: the fewer digits, the fewer
    sums that are within the solver's tolerance and yet too large.
    """
    columns, m = len(agents), instance.agents
    costs = instance.costs[agents, jobs].astype(float)
    ones = np.ones(instance.jobs)
    common = np.maximum(1, np.gcd.reduce(instance.resources, axis=1))
    capacities = (instance.capacities // common).astype(float)
    resources = instance.resources[agents, jobs] // common[agents]
    low, high = [np.full(m, -highspy.kHighsInf), ones], [capacities, ones]
    rows = [agents, m + jobs]
    values = [resources.astype(float), np.ones(columns)]
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = columns, sum(map(len, low))
    problem.col_cost_ = costs
    problem.col_lower_, problem.col_upper_ = np.zeros(columns), np.ones(columns)
    if whole:
        problem.integrality_ = [highspy.HighsVarType.kInteger] * columns
    problem.row_lower_, problem.row_upper_ = np.concatenate(low), np.concatenate(high)
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_ = np.arange(0, len(rows) * columns + 1, len(rows), dtype=np.int32)
    problem.a_matrix_.index_ = np.stack(rows, axis=1).ravel().astype(np.int32)
    problem.a_matrix_.value_ = np.stack(values, axis=1).ravel()
    untyped: Any = highspy.Highs
    solver = untyped()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(problem)
    column_of = {pair: column for column, pair in enumerate(zip(jobs, agents, strict=True))}
    for cut in cuts:
        inside = [column_of[pair] for pair in cut.pairs]
        solver.addRow(-highspy.kHighsInf, cut.most, len(inside), inside, [1.0] * len(inside))
    return solver
