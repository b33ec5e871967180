"""Gwet's AC1: agreement beyond chance that stays sound where nearly all pass."""

from assessment.domain.reliability import agreement, kappa
from assessment.domain.reliability.statistic import Undefined
from assessment.domain.reliability.table import Floats, Table


def ac1(table: Table, weights: Floats | None = None) -> float:
    """AC1 of any number of raters, some ratings missing.

    Chance is that of a guess: sum of p (1 - p) over the q categories, divided by q - 1. Gwet
    (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48; with missing
    ratings as in his Handbook of Inter-Rater Reliability (2014), chapter 2. Raises Undefined with
    one category, or when no unit has two ratings.
    """
    number = len(table.categories)
    if number == 1:
        raise Undefined("only one category was used: there was nothing to guess")
    used = kappa.shares(table, weights)
    chance = float((used * (1 - used)).sum()) / (number - 1)
    seen = agreement.observed(table, weights)
    return kappa.beyond_chance(seen, chance)
