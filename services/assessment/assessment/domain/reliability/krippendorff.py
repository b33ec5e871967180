"""Krippendorff's alpha: 1 - observed / expected disagreement.

Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania; (2019)
Content Analysis, 4th ed., chapter 12. Units with one rating have nothing to compare, and are left
out. Alpha 0.800 and above is taken as reliable, 0.667 to 0.800 as tentative.
"""

from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import inf

import numpy as np

from assessment.domain.reliability import agreement
from assessment.domain.reliability.statistic import TOO_FAR_APART, Undefined
from assessment.domain.reliability.table import Floats, Table

KEPT_VALUES = 2_000
MOST_VALUES = 20_000
"""Different values up to which a ratio scale's distances are kept, and computed at all."""


class Level(StrEnum):
    """What may be done with the values: compare, order, subtract, divide."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def alpha(table: Table, level: Level, weights: Floats | None = None) -> float:
    """Alpha at this level. Raises Undefined where there is nothing to compare or to differ."""
    counted = table.compared if weights is None else table.compared * weights
    if not counted.any():
        raise Undefined(agreement.NOTHING_COMPARED)
    used = table.used(counted)
    if (used > 0).sum() < 2:
        raise Undefined("only one category was used: there is nothing to differ")
    values = _values(table, level, used)
    others = np.where(table.counts > 1, table.counts - 1, 1)
    total = used.sum()
    seen = float((_within(table, level, values) / others) @ counted) / total
    expected = _between(used, values, level) / float(total * (total - 1))
    if not 0 < expected < inf:
        raise Undefined(TOO_FAR_APART)  # what differs was lost beside what is larger by far
    return float(1 - seen / expected)


def _values(table: Table, level: Level, used: Floats) -> Floats:
    """What is compared: codes, mid-ranks, or the numbers themselves.

    The ordinal difference of two categories is the number of ratings from one to the other, half
    of each's own: the difference of their mid-ranks.
    """
    if level is Level.NOMINAL:
        return np.arange(len(used), dtype=float)
    values = table.values()
    if level is Level.ORDINAL:
        ranks: Floats = np.cumsum(used) - used / 2
        return ranks
    if level is Level.RATIO and values[0] < 0:
        raise Undefined("a ratio scale has no negative values")
    if level is Level.RATIO:
        return values
    centred = values - values.mean()  # alpha depends on neither, rounding does
    scaled: Floats = centred / np.abs(centred).max()
    return scaled


def _within(table: Table, level: Level, values: Floats) -> Floats:
    """Summed squared differences over the ordered pairs of each unit's ratings."""
    if level is Level.NOMINAL:
        differing: Floats = (1 - table.agreeing) * table.counts * (table.counts - 1)
        return differing
    if level is Level.RATIO:
        return _ratios(table)
    if table.tally is not None:
        sums, squares = table.tally @ values, table.tally @ values**2
    else:
        each = np.where(table.given, values[table.codes], 0.0)
        sums, squares = each.sum(axis=1), (each**2).sum(axis=1)
    spread: Floats = table.counts * squares - sums**2
    return 2 * np.maximum(0, spread)


@lru_cache(maxsize=1)
def _ratios(table: Table) -> Floats:
    """What `_within` gives on a ratio scale: the same for each replicate of a bootstrap."""
    if table.tally is not None:
        apart = _apart(tuple(table.values().tolist()))
        whole: Floats = ((table.tally @ apart) * table.tally).sum(axis=1)
        return whole
    each = table.values()[table.codes]
    total = np.zeros(len(each))
    for one, other in combinations(range(len(table.raters)), 2):
        both = table.given[:, one] & table.given[:, other]
        total[both] += 2 * _ratio(each[both, one], each[both, other])
    return total


def _between(used: Floats, values: Floats, level: Level) -> float:
    """Summed squared differences over all ordered pairs of ratings."""
    if level is Level.NOMINAL:
        return float(used.sum() ** 2 - (used**2).sum())
    if level is not Level.RATIO:
        return 2 * float(used.sum() * (used @ (values - used @ values / used.sum()) ** 2))
    if len(values) <= KEPT_VALUES:
        return float(used @ _apart(tuple(values.tolist())) @ used)
    if len(values) > MOST_VALUES:
        raise Undefined(f"there are {len(values)} different values; {MOST_VALUES} are the most")
    return sum(
        float(share * (_ratio(np.full(len(values), value), values) @ used))
        for value, share in zip(values, used, strict=True)
    )


@lru_cache(maxsize=1)
def _apart(values: tuple[float, ...]) -> Floats:
    """The distance of every two values on a ratio scale: the same for each replicate."""
    each = np.array(values)
    return _ratio(each[:, None], each[None, :])


def _ratio(one: Floats, other: Floats) -> Floats:
    """Squared difference as a share of the sum; two zeros do not differ."""
    both = one + other
    shares: Floats = np.divide(one - other, both, out=np.zeros_like(both), where=both != 0)
    return shares * shares
