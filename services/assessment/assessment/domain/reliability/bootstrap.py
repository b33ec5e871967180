"""Intervals by drawing the units again: what another set of scripts might have shown."""

from collections.abc import Callable
from math import isfinite

import numpy as np

from assessment.domain.reliability.statistic import TOO_FAR_APART, Statistic, Undefined
from assessment.domain.reliability.table import Floats, Table

Compute = Callable[[Table, Floats], float]
"""A statistic of a table in which each unit counts as often as its weight says."""

REPLICATES = 1_000
LEAST_DEFINED = 0.9
"""Share of the replicates that must have a value; with fewer an interval would be of others."""


def interval(
    table: Table,
    compute: Compute,
    *,
    seed: int,
    replicates: int = REPLICATES,
) -> Statistic:
    """The statistic with the percentile interval of its bootstrap over units.

    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. The same seed gives
    the same interval. Its value may be undefined; then there is the reason.
    """
    try:
        value = float(compute(table, table.once))
    except Undefined as undefined:
        return Statistic(reason=str(undefined))
    if not isfinite(value):
        return Statistic(reason=TOO_FAR_APART)
    chance = np.random.default_rng(seed)
    number = len(table.units)
    found = []
    for _ in range(replicates):
        try:
            drawn = np.bincount(chance.integers(number, size=number), minlength=number)
            found.append(compute(table, drawn.astype(float)))
        except Undefined:
            continue
    if len(found) < LEAST_DEFINED * replicates:
        few = f"no interval: {replicates - len(found)} of {replicates} replicates had no value"
        return Statistic(value=value, note=few)
    low, high = np.percentile(found, [2.5, 97.5])
    return Statistic(value=value, low=float(low), high=float(high))
