"""Ratings as units by raters, some of them missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessment.domain.reliability.statistic import Undefined

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING = -1
"""The code of a rating that was not given."""


@dataclass(frozen=True, eq=False)
class Table:
    """`codes[unit, rater]` is the position of the rating in `categories`, or MISSING.

    Categories that are numbers are all float, and ascend; texts are in alphabetical order, which
    means nothing. Every category occurs, unless more were said to be possible.
    """

    units: tuple[str, ...]
    raters: tuple[str, ...]
    categories: tuple[str, ...] | tuple[float, ...]
    codes: Codes

    @property
    def numeric(self) -> bool:
        """Whether categories are numbers."""
        return bool(self.categories) and isinstance(self.categories[0], float)

    @cached_property
    def given(self) -> NDArray[np.bool_]:
        """Which ratings there are."""
        given: NDArray[np.bool_] = self.codes != MISSING
        return given

    @cached_property
    def counts(self) -> Codes:
        """Ratings of each unit."""
        counts: Codes = self.given.sum(axis=1)
        return counts

    @cached_property
    def agreeing(self) -> Floats:
        """For each unit the share of pairs of its ratings that are the same; 0 below two ratings.

        P_i of Fleiss (1971), Psychological Bulletin 76, 378-382, with each unit's own number of
        ratings, as in Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 2.
        """
        same = np.zeros(len(self.codes))
        for first in range(len(self.raters)):
            for second in range(first + 1, len(self.raters)):
                one, other = self.codes[:, first], self.codes[:, second]
                same += (one == other) & (one != MISSING)
        pairs = self.counts * (self.counts - 1) / 2
        return np.divide(same, pairs, out=np.zeros(len(same)), where=pairs > 0)

    @cached_property
    def compared(self) -> Floats:
        """1 for each unit with two or more ratings, 0 for others."""
        return (self.counts >= 2).astype(float)

    @cached_property
    def tally(self) -> Floats | None:
        """How many ratings of each category each unit has; None where that would be larger than the
        table itself, as with marks that hardly repeat."""
        units, categories = len(self.codes), len(self.categories)
        if categories > len(self.raters):
            return None
        rows, codes = self._each
        places = rows * categories + codes
        counted = np.bincount(places, minlength=units * categories).astype(float)
        return counted.reshape(units, categories)

    @property
    def once(self) -> Floats:
        """Each unit counted once."""
        return np.ones(len(self.codes))

    @property
    def ratings(self) -> int:
        """Ratings in all."""
        return int(self.given.sum())

    def values(self) -> Floats:
        """Categories as numbers. Raises Undefined when they are texts."""
        if not self.numeric:
            raise Undefined("the categories are texts: they have no order and no distances")
        return np.array(self.categories, dtype=float)

    @cached_property
    def _each(self) -> tuple[NDArray[np.intp], Codes]:
        """The unit of each rating, and its category's code."""
        rows, columns = self.given.nonzero()
        return rows, self.codes[rows, columns]

    @cached_property
    def _by_rater(self) -> Codes:
        return np.ascontiguousarray(self.codes.T)

    def pair(self, one: int, other: int) -> "Table":
        """The units that two raters both rated, with the categories that they used."""
        first, second = self._by_rater[one], self._by_rater[other]
        both = (first != MISSING) & (second != MISSING)
        units = tuple(compress(self.units, both.tolist()))
        codes = np.stack([first[both], second[both]], axis=1)
        used = np.bincount(codes.ravel(), minlength=len(self.categories)) > 0
        categories: Any = tuple(compress(self.categories, used.tolist()))
        raters = (self.raters[one], self.raters[other])
        return Table(units, raters, categories, (np.cumsum(used) - 1)[codes])

    def used(self, weights: Floats) -> Floats:
        """How many ratings each category has, each unit's counted as often as `weights` says."""
        if self.tally is not None:
            weighted: Floats = weights @ self.tally
            return weighted
        rows, codes = self._each
        used = np.bincount(codes, weights[rows], minlength=len(self.categories))
        return used.astype(float)


def table_of(
    units: Sequence[str],
    raters: Sequence[str],
    ratings: Sequence[Sequence[str | float | None]],
    possible: Sequence[str | float] = (),
) -> Table:
    """A table from its cells, a row for each unit: all texts or all numbers, None for missing.

    `possible`: what raters could have chosen, if more is known than what they did.
    """
    found = {cell for row in ratings for cell in row if cell is not None} | set(possible)
    if all(isinstance(cell, (int, float)) for cell in found):
        numbers = tuple(sorted({float(cell) for cell in found}))
        position: dict[str | float, int] = {cell: n for n, cell in enumerate(numbers)}
        categories: tuple[str, ...] | tuple[float, ...] = numbers
    else:
        texts = tuple(sorted(str(cell) for cell in found))
        position = {cell: n for n, cell in enumerate(texts)}
        categories = texts
    codes = np.full((len(ratings), len(raters)), MISSING, dtype=np.int64)
    for row, cells in enumerate(ratings):
        for column, cell in enumerate(cells):
            if cell is not None:
                codes[row, column] = position[cell]
    return Table(tuple(units), tuple(raters), categories, codes)
