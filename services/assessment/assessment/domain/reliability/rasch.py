"""How severe each marker is, by a many-facet Rasch model.

    log odds of a step = ability of the unit - severity of the rater - difficulty of the criterion

A mark of m possible ones is m such steps, of which some are taken. Abilities are drawn from a
normal distribution, whose mean and spread are estimated too; severities and difficulties each sum
to zero. Linacre (1989), Many-Facet Rasch Measurement; estimated by marginal maximum likelihood,
Bock & Aitkin (1981), Psychometrika 46, 443-459; standard errors from the observed information by
Louis (1982), Journal of the Royal Statistical Society B 44, 226-233. The more steps a unit has, the
fewer abilities are likely for it, so the quadrature stands about each unit's own likeliest one (Liu
& Pierce (1994), Biometrika 81, 624-629): points spread over all abilities would leave most units
with one of them, and standard errors too small.

Sums to zero are part of the parameters before anything is inverted: the information of the free
severities is singular, and its inverse would be noise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from assessment.domain.reliability.connected import components
from assessment.domain.reliability.newton import solved, summing_to_zero
from assessment.domain.reliability.statistic import TOO_FAR_APART, Undefined
from assessment.domain.reliability.table import Floats

NODES = 15
"""Points of the Gauss-Hermite quadrature over a unit's likely abilities."""

MOST_STEPS = 200
CLOSE_ENOUGH = 1e-7
LONGEST_MOVE = 1.0
SPREADS = (0.05, 8.0)
"""Standard deviations of ability, in logits, between which it is sought."""


@dataclass(frozen=True)
class Rating:
    """`taken` steps of `possible` ones that a rater saw in a unit, on a criterion."""

    unit: str
    rater: str
    taken: float
    possible: float = 1.0
    criterion: str = ""


@dataclass(frozen=True)
class Estimate:
    """Logits, and their standard error; without a value there is a reason."""

    value: float | None = None
    error: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Severities:
    """What the model makes of the ratings. Above zero is more severe, or more difficult.

    `subsets` is more than one group of raters where no chain of common units joins them all: then
    nothing is estimated, for nothing would compare one group with another.
    """

    raters: dict[str, Estimate]
    criteria: dict[str, Estimate] = field(default_factory=dict)
    mean: float | None = None
    spread: float | None = None
    subsets: tuple[tuple[str, ...], ...] = ()


def severities(ratings: Sequence[Rating]) -> Severities:
    """Severity of each rater, and difficulty of each criterion.

    Who took all steps or none has no finite severity, and is told apart. Raises Undefined where
    fewer than two raters are left to be compared.
    """
    subsets = components((one.unit, one.rater) for one in ratings)
    if len(subsets) > 1:
        why = "no chain of common units joins all raters, so their severities cannot be compared"
        every = sorted({one.rater for one in ratings})
        return Severities({name: Estimate(reason=why) for name in every}, subsets=subsets)
    extreme: dict[str, str] = {}
    extreme_criteria: dict[str, str] = {}
    left = list(ratings)
    while found := _extreme(left):
        raters, criteria = found
        extreme |= raters
        extreme_criteria |= criteria
        left = [
            one
            for one in left
            if one.rater not in extreme and one.criterion not in extreme_criteria
        ]
    names = sorted({one.rater for one in left})
    if len(names) < 2:
        raise Undefined("fewer than two raters gave anything but the lowest or the highest always")
    fewer = len(left) < len(ratings)
    if fewer and len(components((one.unit, one.rater) for one in left)) > 1:
        raise Undefined("without raters who gave only extremes, no chain of units joins the others")
    try:
        fitted = _Model(left).fit()
    except np.linalg.LinAlgError as error:
        raise Undefined(TOO_FAR_APART) from error
    if not all(map(_is_finite, (*fitted.raters.values(), *fitted.criteria.values()))):
        raise Undefined(TOO_FAR_APART)
    return Severities(
        raters=fitted.raters | {name: Estimate(reason=why) for name, why in extreme.items()},
        criteria=fitted.criteria
        | {name: Estimate(reason=why) for name, why in extreme_criteria.items()},
        mean=fitted.mean,
        spread=fitted.spread,
        subsets=subsets,
    )


def _is_finite(one: Estimate) -> bool:
    return all(value is None or isfinite(value) for value in (one.value, one.error))


def _extreme(ratings: Sequence[Rating]) -> tuple[dict[str, str], dict[str, str]] | None:
    """Raters and criteria with nothing but the lowest, or nothing but the highest."""
    raters = _one_sided({}, [(one.rater, one) for one in ratings], "gave the {} every time")
    several = len({one.criterion for one in ratings}) > 1
    named = [(one.criterion, one) for one in ratings] if several else []
    criteria = _one_sided({}, named, "was given the {} every time")
    return (raters, criteria) if raters or criteria else None


def _one_sided(
    found: dict[str, str], named: Sequence[tuple[str, Rating]], told: str
) -> dict[str, str]:
    sums: dict[str, list[float]] = {}
    for name, one in named:
        total = sums.setdefault(name, [0.0, 0.0])
        total[0] += one.taken
        total[1] += one.possible
    for name, (taken, possible) in sums.items():
        if taken <= 0:
            found[name] = told.format("lowest")
        elif taken >= possible:
            found[name] = told.format("highest")
    return found


class _Model:
    """The likelihood of the ratings, and its maximum."""

    def __init__(self, ratings: Sequence[Rating]) -> None:
        self.raters = sorted({one.rater for one in ratings})
        self.criteria = sorted({one.criterion for one in ratings})
        units = {name: n for n, name in enumerate(sorted({one.unit for one in ratings}))}
        ratings = sorted(ratings, key=lambda one: units[one.unit])
        self.unit = np.array([units[one.unit] for one in ratings])
        self.begins = np.searchsorted(self.unit, np.arange(len(units)))
        self.units = len(units)
        self.taken = np.array([one.taken for one in ratings], dtype=float)
        self.possible = np.array([one.possible for one in ratings], dtype=float)
        places = {name: n for n, name in enumerate(self.raters)}
        lines = {name: n for n, name in enumerate(self.criteria)}
        self.rater = np.array([places[one.rater] for one in ratings])
        self.line = np.array([lines[one.criterion] for one in ratings])
        # One parameter for the mean, then all severities and difficulties but the last of each,
        # which is minus the sum of its others. `spreading` leads from these to what each rater and
        # each criterion adds to the log odds; the mean is every rater's.
        self.to_raters = summing_to_zero(len(self.raters))
        self.to_criteria = summing_to_zero(len(self.criteria))
        self.spreading = np.zeros((len(places) + len(lines), len(places) + len(lines) - 1))
        self.spreading[: len(places), 0] = 1
        self.spreading[: len(places), 1 : len(places)] = -self.to_raters
        self.spreading[len(places) :, len(places) :] = -self.to_criteria
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        self.nodes, self.log_weights = nodes, np.log(weights / weights.sum()) + nodes**2 / 2

    def fit(self) -> Severities:
        """The maximum by Newton's method, or by the sure steps of EM where that would not climb."""
        at = np.zeros(self.spreading.shape[1])
        spread = 1.0
        likelihood, climb = self._look(at, spread)
        for _ in range(MOST_STEPS):
            gradient, information, complete, next_spread = climb
            better = None
            for curvature in (information, complete):
                step = solved(curvature, gradient)
                if step is None:
                    continue
                tried, then = self._look(at + step, next_spread)
                if tried >= likelihood - 1e-12 * abs(likelihood):
                    better = at + step, tried, then
                    break
            if better is None:
                break
            moved = max(float(np.abs(better[0] - at).max()), abs(next_spread - spread))
            at, likelihood, climb = better
            spread = next_spread
            if moved < CLOSE_ENOUGH:
                break
        return self._told(at, spread, climb[1])

    def _look(
        self, at: Floats, spread: float
    ) -> tuple[float, tuple[Floats, Floats, Floats, float]]:
        """The likelihood there; its gradient, its information, that of the complete data, and the
        spread of ability that EM would take next."""
        added = self.spreading @ at
        fixed = added[self.rater] + added[len(self.raters) + self.line]
        middle, width = self._likely(fixed, spread)
        ability = middle[:, None] + width[:, None] * self.nodes
        logits = fixed[:, None] + ability[self.unit]
        each = self.taken[:, None] * logits - self.possible[:, None] * np.logaddexp(0, logits)
        joint = self._by_unit(each) - (ability / spread) ** 2 / 2 + self.log_weights
        joint += np.log(width / spread)[:, None]
        highest = joint.max(axis=1, keepdims=True)
        whole = np.log(np.exp(joint - highest).sum(axis=1, keepdims=True)) + highest
        belief = np.exp(joint - whole)  # of each unit, over the nodes
        chance = 1 / (1 + np.exp(-logits))
        residual = self.taken[:, None] - self.possible[:, None] * chance
        mine = belief[self.unit]
        gradient = self.spreading.T @ self._sums((mine * residual).sum(axis=1))
        weight = (mine * self.possible[:, None] * chance * (1 - chance)).sum(axis=1)
        complete = self.spreading.T @ self._crossed(weight) @ self.spreading
        information = complete - self.spreading.T @ self._missing(belief, residual) @ self.spreading
        next_spread = float(np.sqrt((belief * ability**2).sum() / self.units))
        next_spread = min(max(next_spread, SPREADS[0]), SPREADS[1])
        return float(whole.sum()), (gradient, information, complete, next_spread)

    def _likely(self, fixed: Floats, spread: float) -> tuple[Floats, Floats]:
        """The likeliest ability of each unit, and how far from it another is likely still."""
        ability, moved = np.zeros(self.units), inf
        for _ in range(MOST_STEPS):
            chance = 1 / (1 + np.exp(-(fixed + ability[self.unit])))
            precision = self._by_unit(self.possible * chance * (1 - chance)) + spread**-2
            step = self._by_unit(self.taken - self.possible * chance) - ability * spread**-2
            if moved < CLOSE_ENOUGH:
                break
            moves = np.clip(step / precision, -LONGEST_MOVE, LONGEST_MOVE)
            ability, moved = ability + moves, float(np.abs(moves).max())
        return ability, 1 / np.sqrt(precision)

    def _missing(self, belief: Floats, residual: Floats) -> Floats:
        """What not knowing the abilities takes from the information: the variance of the score."""
        columns = len(self.spreading)
        missing = np.zeros((columns, columns))
        mean = np.zeros((self.units, columns))
        for node in range(NODES):
            score = self._sums_by_unit(residual[:, node])
            weighted = score * belief[:, node, None]
            missing += weighted.T @ score
            mean += weighted
        return missing - mean.T @ mean

    def _sums(self, values: Floats) -> Floats:
        """A value of each rating summed by rater, then by criterion."""
        raters = np.bincount(self.rater, values, len(self.raters))
        return np.concatenate([raters, np.bincount(self.line, values, len(self.criteria))])

    def _sums_by_unit(self, values: Floats) -> Floats:
        """The same for each unit by itself."""
        parts = []
        for place, number in ((self.rater, len(self.raters)), (self.line, len(self.criteria))):
            summed = np.bincount(self.unit * number + place, values, self.units * number)
            parts.append(summed.reshape(self.units, number))
        return np.hstack(parts)

    def _crossed(self, weight: Floats) -> Floats:
        """A weight of each rating summed by every two of rater and criterion that it belongs to."""
        split, lines = len(self.raters), len(self.criteria)
        crossed: Floats = np.diag(self._sums(weight))
        both = np.bincount(self.rater * lines + self.line, weight, split * lines)
        crossed[:split, split:] = both.reshape(split, lines)
        crossed[split:, :split] = crossed[:split, split:].T
        return crossed

    def _by_unit(self, values: Floats) -> Floats:
        total: Floats = np.add.reduceat(values, self.begins, axis=0)
        return total

    def _told(self, at: Floats, spread: float, information: Floats) -> Severities:
        covariance = np.linalg.pinv(information, hermitian=True)
        split = len(self.raters)
        blocks = {
            "raters": (self.raters, self.to_raters, slice(1, split)),
            "criteria": (self.criteria, self.to_criteria, slice(split, len(at))),
        }
        told: dict[str, dict[str, Estimate]] = {}
        for facet, (names, spreading, block) in blocks.items():
            values = spreading @ at[block]
            errors = np.sqrt(np.diag(spreading @ covariance[block, block] @ spreading.T))
            told[facet] = {
                name: Estimate(float(value), float(error))
                for name, value, error in zip(names, values, errors, strict=True)
            }
        criteria: Mapping[str, Estimate] = told["criteria"] if len(self.criteria) > 1 else {}
        return Severities(told["raters"], dict(criteria), mean=float(at[0]), spread=spread)
