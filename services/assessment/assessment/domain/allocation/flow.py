"""How many scripts of each kind each marker gets: a flow of least cost, solved by HiGHS.

Scripts that the same markers can have are of one kind. For the kinds the allocation is a network
flow, whose best solution is in whole numbers; and whatever it says of a kind can be dealt out to
its scripts so that no marker has a script twice, since nobody gets more of a kind than it has
scripts. So nothing is lost by not telling scripts of a kind apart.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

MOVE = 1_000_000
"""What a script costs that leaves the marker who has it: more than all levelling can save."""

STEP = 1_000
"""What the first script costs a marker of average capacity; the next ones cost 3, 5, 7... times
as much, so that the least sum is the most level one."""


@dataclass(frozen=True)
class Kind:
    """`size` scripts, each of which needs `each` of the markers in `possible`.

    `keeps`: markers with whom scripts of this kind lie already; with others they would be moved.
    """

    key: Hashable
    size: int
    each: int
    possible: tuple[int, ...]
    keeps: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Desk:
    """A marker's room for more scripts; `weight` is their capacity in shares of the average."""

    room: int
    load: int = 0
    weight: float = 1.0
    rank: int = 0

    def price(self, more: int) -> int:
        """What the next script costs after `more`: a level load costs least. A rank outweighs."""
        level = STEP * (2 * (self.load + more) + 1) / self.weight
        return min(round(level), MOVE // 4) + self.rank * (MOVE // 2)


@dataclass
class Flow:
    """`shares`: by kind and marker, how many scripts; `short`: by kind, how many markers lack."""

    shares: dict[int, dict[int, int]] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)
    cost: float = 0.0
    bound: float = 0.0


def flow(kinds: Sequence[Kind], desks: Sequence[Desk]) -> Flow:
    """As many scripts placed as can be, and of those ways the one of least cost."""
    wanted = sum(kind.size * kind.each for kind in kinds)
    if wanted == 0:
        return Flow()
    model = _Model(kinds, desks)
    least_short = model.least_short()
    return model.best(least_short)


class _Model:
    """Variables: `y` by kind and possible marker, `s` short by kind, `z` by marker and step."""

    def __init__(self, kinds: Sequence[Kind], desks: Sequence[Desk]) -> None:
        self._kinds, self._desks = kinds, desks
        self._pairs = [(k, m) for k, kind in enumerate(kinds) for m in kind.possible]
        wanted = sum(kind.size * kind.each for kind in kinds)
        self._steps = [
            (m, more)
            for m, desk in enumerate(desks)
            for more in range(min(desk.room, self._reach(m), wanted))
        ]

    def _reach(self, marker: int) -> int:
        return sum(kind.size for kind in self._kinds if marker in kind.possible)

    def least_short(self) -> int:
        """How many markers lack at least."""
        pairs, kinds = len(self._pairs), len(self._kinds)
        costs = np.concatenate([np.zeros(pairs), np.ones(kinds), np.zeros(len(self._steps))])
        _, objective, _ = self._solve(costs, None)
        return round(objective)

    def best(self, short: int) -> Flow:
        """The least cost where so many lack."""
        moving = [
            MOVE if self._kinds[k].keeps and m not in self._kinds[k].keeps else 0
            for k, m in self._pairs
        ]
        prices = [self._desks[m].price(more) for m, more in self._steps]
        costs = np.array([*moving, *[0] * len(self._kinds), *prices], float)
        values, objective, bound = self._solve(costs, short)
        found = Flow(cost=objective, bound=bound)
        for (k, m), value in zip(self._pairs, values, strict=False):
            if value:
                found.shares.setdefault(k, {})[m] = value
        for k, value in enumerate(values[len(self._pairs) : len(self._pairs) + len(self._kinds)]):
            if value:
                found.short[k] = value
        return found

    def _solve(self, costs: Any, short: int | None) -> tuple[list[int], float, float]:
        pairs, kinds, steps = len(self._pairs), len(self._kinds), len(self._steps)
        columns, rows = pairs + kinds + steps, kinds + len(self._desks) + 1
        starts, index, values = [0], [], []
        for k, m in self._pairs:
            index += [k, kinds + m]
            values += [1.0, 1.0]
            starts.append(len(index))
        for k in range(kinds):
            index += [k, rows - 1]
            values += [1.0, 1.0]
            starts.append(len(index))
        for m, _ in self._steps:
            index.append(kinds + m)
            values.append(-1.0)
            starts.append(len(index))
        needs = np.array([kind.size * kind.each for kind in self._kinds], float)
        most_short = float(needs.sum()) if short is None else float(short)
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = columns, rows
        problem.col_cost_, problem.col_lower_ = costs, np.zeros(columns)
        problem.col_upper_ = np.concatenate(
            [[self._kinds[k].size for k, _ in self._pairs], needs, np.ones(steps)]
        ).astype(float)
        flat = np.zeros(len(self._desks))
        problem.row_lower_ = np.concatenate([needs, flat, [0.0]])
        problem.row_upper_ = np.concatenate([needs, flat, [most_short]])
        problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        problem.a_matrix_.start_ = np.array(starts, np.int32)
        problem.a_matrix_.index_ = np.array(index, np.int32)
        problem.a_matrix_.value_ = np.array(values)
        untyped: Any = highspy.Highs
        solver = untyped()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 1),
            ("solver", "simplex"),  # its solutions are vertices, and a network's are whole
        ):
            solver.setOptionValue(option, value)
        solver.passModel(problem)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS found nothing: {solver.getModelStatus()}")
        solution, info = solver.getSolution(), solver.getInfo()
        found = np.array(solution.col_value)
        whole = np.rint(found)
        if np.abs(found - whole).max(initial=0) > 1e-4:
            raise ArithmeticError("a network's flow is not whole")
        objective = float(costs @ whole)
        return whole.astype(int).tolist(), objective, float(info.objective_function_value)


def counts(shares: Mapping[int, Mapping[int, int]], markers: int) -> list[int]:
    """How many scripts each marker gets in all."""
    total = [0] * markers
    for share in shares.values():
        for marker, number in share.items():
            total[marker] += number
    return total
