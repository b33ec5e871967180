"""Whether a marker's standard moves: control charts of (given - reference) / spread, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from assessment.domain.reliability.statistic import Undefined
from assessment.domain.reliability.table import Table

SLACK = 0.5
WARN_AT = 4.0
STOP_AT = 5.0
"""k and h of the tabular CUSUM, in standard deviations: tuned to a shift of one of them."""

SMOOTHING = 0.2
LIMITS_AT = 3.0
"""Weight of the newest value in the EWMA, and how many of its deviations it may be from 0."""


class Standing(StrEnum):
    """What the chart of a marker says."""

    STEADY = "steady"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True)
class Cusum:
    """The two sums after each value. A standing stays at its worst until the chart begins anew.

    `warned_at` and `stopped_at` are positions, from 1, of the first value that led there.
    """

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    standing: Standing
    warned_at: int | None = None
    stopped_at: int | None = None


@dataclass(frozen=True)
class Ewma:
    """The smoothed value after each value, and how far it may be from 0 there."""

    smoothed: tuple[float, ...]
    limits: tuple[float, ...]

    @property
    def outside_at(self) -> int | None:
        """Position, from 1, of the first one beyond its limit."""
        beyond = (abs(s) > at for s, at in zip(self.smoothed, self.limits, strict=True))
        return next((n for n, outside in enumerate(beyond, start=1) if outside), None)


def cusum(
    values: Sequence[float], *, slack: float = SLACK, warn: float = WARN_AT, stop: float = STOP_AT
) -> Cusum:
    """Sums of what exceeds the slack on either side; above a threshold the standard has moved.

    Page (1954), Biometrika 41, 100-115; in this tabular form Montgomery, Introduction to
    Statistical Quality Control, section 9.1, and NIST/SEMATECH e-Handbook 6.3.2.3.
    """
    above = below = 0.0
    upper, lower = [], []
    for value in values:
        above, below = max(0.0, above + value - slack), max(0.0, below - value - slack)
        upper.append(above)
        lower.append(below)
    worst = [max(pair) for pair in zip(upper, lower, strict=True)]
    warned_at, stopped_at = (
        next((n for n, one in enumerate(worst, start=1) if one > threshold), None)
        for threshold in (warn, stop)
    )
    standing = Standing.WARN if warned_at else Standing.STEADY
    return Cusum(
        tuple(upper),
        tuple(lower),
        Standing.STOP if stopped_at else standing,
        warned_at,
        stopped_at,
    )


def ewma(
    values: Sequence[float], *, smoothing: float = SMOOTHING, limits_at: float = LIMITS_AT
) -> Ewma:
    """The exponentially weighted moving average from 0, with its exact limits.

    Roberts (1959), Technometrics 1, 239-250; NIST/SEMATECH e-Handbook 6.3.2.4.
    """
    smoothed, limits = [], []
    now = 0.0
    for position, value in enumerate(values, start=1):
        now = smoothing * value + (1 - smoothing) * now
        smoothed.append(now)
        share = 1 - (1 - smoothing) ** (2 * position)
        limits.append(limits_at * sqrt(smoothing / (2 - smoothing) * share))
    return Ewma(tuple(smoothed), tuple(limits))


def against_the_others(table: Table) -> dict[str, list[float]]:
    """For each rater, in the units' order: own rating less the mean of the others', standardised.

    The spread is the root mean square of all such differences of the table. Raises Undefined for
    texts of more than two kinds, where no unit has two ratings, or where nobody ever differs.
    """
    comparable = table.given & (table.counts >= 2)[:, None]
    if not comparable.any():
        raise Undefined("no unit has two ratings")
    if table.numeric:
        values = table.values()
    elif len(table.categories) <= 2:
        values = np.arange(len(table.categories), dtype=float)
    else:
        raise Undefined("the categories are more than two texts: they have no distances")
    each = np.where(table.given, values[table.codes], 0.0)
    others = np.where(table.counts > 1, table.counts - 1, 1)[:, None]
    apart = np.where(comparable, each - (each.sum(axis=1)[:, None] - each) / others, 0.0)
    spread = float(np.sqrt((apart[comparable] ** 2).mean()))
    if spread == 0:
        raise Undefined("all ratings of each unit are the same: there is no spread to compare with")
    return {
        rater: [float(one) for one in apart[comparable[:, position], position] / spread]
        for position, rater in enumerate(table.raters)
    }
