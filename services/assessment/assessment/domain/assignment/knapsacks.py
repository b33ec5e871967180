"""A knapsack for each agent: what is left when the rule "each job to one agent" becomes a price.

For a price of each job every agent takes the jobs that are worth it, within its capacity. What all
these come to, with the prices, is no more than any assignment costs; and what a pair of agent and
job adds to that, if it must be part of it, tells whether it can (Fisher, Jaikumar and Van
Wassenhove, Management Science 32, 1986, 1095-1103; Posta, Ferland and Michelon, Computational
Optimization and Applications 52, 2012, 629-644, on both). All is counted in whole numbers, so a
bound is exact; and for many parts of the problem at once, since NumPy is slow with short tables.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers

FINEST = 1000
"""So many parts of a cost are counted, at most, for one."""

ROUGHEST = 50
"""So many at least, for numbers of 32 bits: tables of them are made twice as fast."""

DEAREST = 4
"""Prices are within so many times the dearest cost."""

MOST_AT_ONCE = 32
LARGEST_TABLE = 4_000_000
"""Numbers in a table, for all the parts that are looked at together."""

LARGEST_KNAPSACKS = 30_000_000
"""Numbers in the tables of all agents; with more of them one bound takes seconds."""


@dataclass(frozen=True)
class Told:
    """Of each of some parts of a problem, in units of `Knapsacks.parts`.

    `bounds`: no assignment costs less; at least `Knapsacks.never` where there is none.
    `takes`: by agent and job, whether the agent wants it at these prices.
    `with_pair`: by agent and job, a bound for assignments with this pair.
    """

    bounds: Numbers
    takes: Numbers
    with_pair: Numbers


class Knapsacks:
    """The knapsacks of an instance, with what they need at hand."""

    def __init__(self, instance: Instance) -> None:
        common = np.maximum(1, np.gcd.reduce(instance.resources, axis=1))
        resources = instance.resources // common[:, None]
        capacities = np.minimum(instance.capacities // common, resources.sum(axis=1))
        dearest = max(1, int(np.abs(instance.costs).max()))
        largest = (DEAREST + 1) * dearest * max(instance.costs.shape)
        number: Any = np.int32 if largest * ROUGHEST <= 2**26 else np.int64
        bits = 26 if number is np.int32 else 58
        table = (instance.jobs + 1) * (int(capacities.max()) + 1)
        self.fits = largest <= 2**bits and table * instance.agents <= LARGEST_KNAPSACKS
        self.at_once = max(1, min(MOST_AT_ONCE, LARGEST_TABLE // max(table, instance.costs.size)))
        self.never = 2 ** (bits + 2)
        self.parts = max(1, min(FINEST, 2**bits // largest))
        self._dearest = DEAREST * dearest * self.parts
        self._number, self._tables = number, np.empty((3, 0), number)
        if self.fits:
            self._costs = (instance.costs * self.parts).astype(number)
            self._resources, self._capacities = resources.astype(int), capacities.astype(int)

    def prices(self, wanted: Numbers) -> Numbers:
        """These prices, as far as they can be counted with."""
        within: Numbers = np.clip(np.round(wanted), -self._dearest, self._dearest)
        return within.astype(self._number)

    def told(self, pairs: Numbers, prices: Numbers) -> Told:
        """What the prices tell of each part, which has these pairs (part, agent, job) left."""
        left = pairs.sum(axis=1)
        only = left == 1
        forced = pairs & only[:, None]
        rooms = self._capacities - np.einsum("paj,aj->pa", forced, self._resources)
        none = (left == 0).any(axis=1) | (rooms < 0).any(axis=1)
        rooms = np.maximum(rooms, 0)
        free = pairs & ~only[:, None]
        bounds = np.einsum("paj,aj->p", forced, self._costs)
        bounds += np.where(only, 0, prices).sum(axis=1, dtype=self._number)
        values = np.where(free, self._costs - prices[:, None], self.never)
        takes, forcing = forced.copy(), np.empty(pairs.shape, self._number)
        for agent in range(pairs.shape[1]):
            least, takes_free, forcing[:, agent] = self._agent(
                agent, values[:, agent], rooms[:, agent]
            )
            bounds += least
            takes[:, agent] |= takes_free
        forcing[~free] = self.never
        dropped = np.maximum(-forcing, 0)  # what it costs the agent to go without the job
        with_pair = dropped.sum(axis=1, dtype=self._number)[:, None] - dropped
        with_pair += bounds[:, None, None] + np.maximum(forcing, 0)
        with_pair = np.where(forced, bounds[:, None, None], with_pair)
        return Told(np.where(none, self.never, bounds), takes, with_pair)

    def _agent(
        self, agent: int, values: Numbers, rooms: Numbers
    ) -> tuple[Numbers, Numbers, Numbers]:
        """By part: the knapsack's least value, what is in it, and with each job less without it.

        `so_far` holds the least values of the first jobs for each room that they may take,
        `to_come` those of the others where so much has been taken.
        """
        parts, widest = np.arange(len(rooms)), int(rooms.max())
        weights = self._resources[agent]
        items = np.flatnonzero((values < 0).any(axis=0) & (weights <= widest))
        sizes, worth = weights[items].tolist(), values[:, items].T[:, :, None]
        so_far, to_come, both = self._rooms(len(items), len(rooms), widest)
        so_far[0] = 0
        for item, size in enumerate(sizes):
            before, after = so_far[item], so_far[item + 1]
            after[:, :size] = before[:, :size]
            np.add(before[:, : widest + 1 - size], worth[item], out=after[:, size:])
            np.minimum(after[:, size:], before[:, size:], out=after[:, size:])
        to_come[-1] = np.where(np.arange(widest + 1) > rooms[:, None], self.never, 0)
        for item, size in reversed(list(enumerate(sizes))):
            after, before, end = to_come[item + 1], to_come[item], widest + 1 - size
            before[:, end:] = after[:, end:]
            np.add(after[:, size:], worth[item], out=before[:, :end])
            np.minimum(before[:, :end], after[:, :end], out=before[:, :end])
        least = so_far[-1][parts, rooms]
        forcing = values - least[:, None]
        forcing += so_far[-1][parts[:, None], np.maximum(rooms[:, None] - weights, 0)]
        forcing[weights > rooms[:, None]] = self.never
        takes = np.zeros(values.shape, bool)
        if sizes:
            without = np.add(so_far[:-1], to_come[1:], out=both).min(axis=2)
            with_it = np.empty_like(without)
            for item, size in enumerate(sizes):
                sums = both[item][:, : widest + 1 - size]
                np.add(so_far[item][:, : widest + 1 - size], to_come[item + 1][:, size:], out=sums)
                sums.min(axis=1, out=with_it[item])
            forcing[:, items] = (with_it + worth[:, :, 0] - without).T
            takes[:, items] = _inside(so_far, sizes, rooms)
        return least, takes, forcing

    def _rooms(self, items: int, parts: int, widest: int) -> tuple[Numbers, Numbers, Numbers]:
        """Three tables, of the same memory each time: two with a row more than there are items."""
        needed = (items + 1) * parts * (widest + 1)
        if self._tables.shape[1] < needed:
            self._tables = np.empty((3, needed), self._number)
        tables = self._tables[:, :needed].reshape(3, items + 1, parts, widest + 1)
        return tables[0], tables[1], tables[2][:items]


def _inside(so_far: Numbers, sizes: list[int], rooms: Numbers) -> Numbers:
    """Which items are in the best knapsack, by part: read off its table, from the last item."""
    parts, left = np.arange(len(rooms)), rooms.copy()
    inside = np.zeros((len(rooms), len(sizes)), bool)
    for item in range(len(sizes) - 1, -1, -1):
        inside[:, item] = so_far[item + 1][parts, left] < so_far[item][parts, left]
        left -= inside[:, item] * sizes[item]
    return inside
