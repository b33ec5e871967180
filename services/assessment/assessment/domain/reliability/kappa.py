"""Kappa: agreement beyond chance, chance being how often each category was used.

Where nearly all pass, kappa is low however well the markers agree: never read it alone.
"""

from collections.abc import Sequence

import numpy as np

from assessment.domain.reliability import agreement
from assessment.domain.reliability.statistic import Statistic, Undefined
from assessment.domain.reliability.table import Floats, Table

ONE_CATEGORY = "only one category was used: agreement by chance would be complete too"


def cohen(table: Table, weights: Floats | None = None) -> float:
    """Kappa of two raters over the units that both rated.

    Cohen (1960), Educational and Psychological Measurement 20, 37-46. Raises Undefined for other
    than two raters, without common units, or when agreement by chance would be complete.
    """
    if len(table.raters) != 2:
        raise Undefined("it is defined for two raters: see the pairs")
    seen = agreement.observed(table, weights)
    rated = table.counts == 2
    both = table.codes[rated]
    each = np.ones(len(both)) if weights is None else weights[rated]
    number = len(table.categories)
    first = np.bincount(both[:, 0], each, minlength=number) / each.sum()
    second = np.bincount(both[:, 1], each, minlength=number) / each.sum()
    return beyond_chance(seen, float(first @ second))


def light(kappas: Sequence[Statistic]) -> float:
    """The mean of Cohen's kappa over all pairs of raters. Raises Undefined if any has none.

    Light (1971), Psychological Bulletin 76, 365-377.
    """
    for one in kappas:
        if one.value is None:
            raise Undefined(one.reason or "")
    return float(np.mean([one.value for one in kappas]))


def fleiss(table: Table, weights: Floats | None = None) -> float:
    """Kappa of any number of raters.

    Fleiss (1971), Psychological Bulletin 76, 378-382, where each unit has as many ratings. With
    missing ratings the generalisation of Gwet (2014), Handbook of Inter-Rater Reliability, 4th
    ed., chapter 2: a unit's ratings share one vote in how often a category is used, and units with
    one rating count for that alone. Raises Undefined as `cohen`.
    """
    chance = float((shares(table, weights) ** 2).sum())
    return beyond_chance(agreement.observed(table, weights), chance)


def shares(table: Table, weights: Floats | None = None) -> Floats:
    """How often each category is used, each rated unit having one vote."""
    counted = table.once if weights is None else weights
    votes = np.divide(counted, table.counts, out=np.zeros(len(counted)), where=table.counts > 0)
    used = table.used(votes)
    if not used.any():
        raise Undefined("there are no ratings")
    shares: Floats = used / used.sum()
    return shares


def beyond_chance(seen: float, chance: float) -> float:
    """(seen - chance) / (1 - chance). Raises Undefined when chance is complete."""
    if 1 - chance < 1e-12:  # the sum of squares of shares that sum to one but for rounding
        raise Undefined(ONE_CATEGORY)
    return (seen - chance) / (1 - chance)
