"""A linear model with whole-numbered variables, solved by HiGHS."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import highspy
import numpy as np

RELATIVE_GAP = 0.001
"""A result is good enough when it is proven to be within this of the optimum."""


@dataclass(frozen=True)
class Outcome:
    """Variables' values, the objective, the bound proven for it, and whether within the gap."""

    values: list[int]
    objective: int
    bound: float
    proven: bool


@dataclass(frozen=True)
class _Solved:
    """What one run gave. `objective` is that of `values`, `told` what the solver says it is."""

    values: list[int]
    objective: int
    bound: float
    proven: bool
    told: int


class Model:
    """Variables and rows are gathered first and handed to HiGHS as arrays: Python's share of the
    time stays small. A row is `low <= sum of coefficient * variable <= high`.

    All variables at their start must keep the rows: with it, and later with the last solution, the
    solver begins, so that it always has something to give when its time runs out.
    """

    def __init__(self) -> None:
        self._start: list[int] = []
        self._upper: list[int] = []
        self._rows: list[tuple[Mapping[int, int], float, float]] = []

    def variable(self, upper: int, start: int = 0) -> int:
        """A new variable from 0 to `upper`; its number."""
        self._upper.append(upper)
        self._start.append(start)
        return len(self._upper) - 1

    def row(self, terms: Mapping[int, int], *, low: float = -inf, high: float = inf) -> None:
        if terms:
            self._rows.append((terms, low, high))

    def maximise(self, terms: Mapping[int, int], seconds: float) -> Outcome:
        """The greatest sum of `terms`. Gives the best found when time runs out; rows that have come
        since the last solution must be kept by it."""
        if not self._upper:
            return Outcome([], 0, 0.0, True)
        found = self._run(terms, seconds, start=True)
        if found is None:
            raise ArithmeticError("HiGHS found nothing, not even what it began with")
        if found.objective < found.told:
            # HiGHS 1.16 may take a start for better than it is, and give it back as the optimum
            found = self._run(terms, seconds, start=False) or found
        self._start = found.values
        proven = found.proven and found.objective >= found.told
        return Outcome(found.values, found.objective, found.bound, proven)

    def _run(self, terms: Mapping[int, int], seconds: float, *, start: bool) -> "_Solved | None":
        solver = self._solver(terms, seconds)
        if start:
            begin = highspy.HighsSolution()
            begin.col_value = np.array(self._start, float)
            solver.setSolution(begin)
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = [round(value) for value in solver.getSolution().col_value]
        return _Solved(
            values,
            sum(coefficient * values[number] for number, coefficient in terms.items()),
            info.mip_dual_bound,
            solver.getModelStatus() == highspy.HighsModelStatus.kOptimal,
            round(info.objective_function_value),
        )

    def _solver(self, terms: Mapping[int, int], seconds: float) -> Any:
        columns = len(self._upper)
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = columns, len(self._rows)
        problem.sense_ = highspy.ObjSense.kMaximize
        problem.col_cost_ = np.array([terms.get(column, 0) for column in range(columns)], float)
        problem.col_lower_ = np.zeros(columns)
        problem.col_upper_ = np.array(self._upper, float)
        problem.integrality_ = [highspy.HighsVarType.kInteger] * columns
        problem.row_lower_ = np.array([low for _, low, _ in self._rows], float)
        problem.row_upper_ = np.array([high for _, _, high in self._rows], float)
        lengths = [len(row) for row, _, _ in self._rows]
        problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        problem.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        problem.a_matrix_.index_ = np.array([c for row, _, _ in self._rows for c in row], np.int32)
        problem.a_matrix_.value_ = np.array(
            [v for row, _, _ in self._rows for v in row.values()], float
        )
        untyped: Any = highspy.Highs
        solver = untyped()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),  # with more, the same instance may give another of its best results
            ("random_seed", 1),
            ("mip_rel_gap", RELATIVE_GAP),
            ("time_limit", float(seconds)),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(problem)
        return solver
