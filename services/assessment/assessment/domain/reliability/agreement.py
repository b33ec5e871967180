"""Raw agreement, and the figures that explain how it relates to kappa."""

from math import sqrt

from assessment.domain.reliability.statistic import Statistic, Undefined
from assessment.domain.reliability.table import Floats, Table

Z_95 = 1.959963984540054
"""The normal distribution's 97.5th percentile."""

NOTHING_COMPARED = "no unit has two ratings"


def observed(table: Table, weights: Floats | None = None) -> float:
    """Mean agreement over the units with two or more ratings. Raises Undefined without any.

    `weights`, here and in what follows, tells how often each unit counts: once, unless given.
    """
    counted = table.compared if weights is None else table.compared * weights
    if not counted.any():
        raise Undefined(NOTHING_COMPARED)
    return float(table.agreeing @ counted / counted.sum())


def raw(table: Table) -> Statistic:
    """Mean pairwise agreement with Wilson's interval over the units; exact for two raters.

    With more raters than two a unit's share is not 0 or 1, so the interval is wider than it need
    be: the variance of a share is at most that of a proportion with the same mean.
    """
    return wilson(observed(table), int(table.compared.sum()))


def unanimous(table: Table) -> Statistic:
    """Share of the units with two or more ratings on which all are the same, with Wilson's."""
    number = int(table.compared.sum())
    if not number:
        raise Undefined(NOTHING_COMPARED)
    return wilson(float((table.agreeing == 1).sum() / number), number)


def wilson(share: float, number: int) -> Statistic:
    """A share of `number` with its 95 % interval.

    Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if number < 1:
        raise Undefined("nothing was counted")
    square = Z_95 * Z_95
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = (
        Z_95
        * sqrt(share * (1 - share) / number + square / (4 * number * number))
        / (1 + square / number)
    )
    low = 0.0 if share == 0 else max(0.0, middle - half)  # rounding must not leave the range
    high = 1.0 if share == 1 else min(1.0, middle + half)
    return Statistic(value=share, low=low, high=high)


def prevalence_index(table: Table) -> float:
    """How uneven two categories are: |p1 - p2|; for two raters |a - d| / n.

    Byrt, Bishop & Carlin (1993), Journal of Clinical Epidemiology 46, 423-429. Ratings of units
    with two or more count. Raises Undefined unless there are two categories, or one only.
    """
    if len(table.categories) > 2:
        raise Undefined(f"it is defined for two categories; there are {len(table.categories)}")
    used = table.used(table.compared)
    if not used.any():
        raise Undefined(NOTHING_COMPARED)
    return abs(2 * float(used[0] / used.sum()) - 1)


def bias_index(table: Table) -> float:
    """How far two raters differ in how often they use a category: |b - c| / n.

    Source as `prevalence_index`. Raises Undefined unless two raters used two categories, or one.
    """
    if len(table.raters) != 2:
        raise Undefined("it is defined for two raters: see the pairs")
    if len(table.categories) > 2:
        raise Undefined(f"it is defined for two categories; there are {len(table.categories)}")
    both = table.codes[table.counts == 2]
    if not len(both):
        raise Undefined(NOTHING_COMPARED)
    return abs(float((both[:, 0] == 0).mean() - (both[:, 1] == 0).mean()))


def pabak(table: Table, weights: Floats | None = None) -> float:
    """Agreement beyond what q equally likely categories would give: (q po - 1) / (q - 1).

    With two categories 2 po - 1, the prevalence- and bias-adjusted kappa of Byrt, Bishop & Carlin
    (1993); with more the S of Bennett, Alpert & Goldstein (1954), Public Opinion Quarterly 18,
    303-308. Raises Undefined with one category.
    """
    number = len(table.categories)
    if number < 2:
        raise Undefined("only one category was used")
    return (number * observed(table, weights) - 1) / (number - 1)
