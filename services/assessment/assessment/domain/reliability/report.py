"""Every statistic of one table, as plain values: what the command line and the service show."""

from functools import partial
from itertools import combinations
from typing import Any

from assessment.domain.reliability import (
    agreement,
    bootstrap,
    drift,
    gwet,
    kappa,
    krippendorff,
    rasch,
)
from assessment.domain.reliability.statistic import Statistic, Undefined, attempt
from assessment.domain.reliability.table import Table

SEED = 2026

USE = "quality assurance only: no statistic changes a person's result"

UNEVEN = 0.5
"""Prevalence index from which it explains a low kappa."""

_WITH_MISSING = "ratings are missing: the generalisation of Gwet (2014), chapter 2"
MOST_DRAWN = krippendorff.KEPT_VALUES
_TOO_MANY = f"no interval: more than {MOST_DRAWN} different values"
_OF_PAIRS = "the mean of all pairs of raters, as in Light (1971)"


def everything(
    table: Table, *, seed: int = SEED, replicates: int = bootstrap.REPLICATES
) -> dict[str, Any]:
    """All statistics; each is `{value, low, high, reason}`, its value null where undefined.

    Intervals are of 95 %: Wilson's for shares, else the bootstrap's over units, which the seed
    repeats.
    """

    def with_interval(compute: bootstrap.Compute) -> dict[str, Any]:
        return bootstrap.interval(table, compute, seed=seed, replicates=replicates).as_json()

    fleiss = with_interval(kappa.fleiss)
    if len(set(table.counts.tolist())) > 1:
        fleiss["note"] = _WITH_MISSING
    beside = pairs(table)
    if len(table.raters) == 2:
        cohen = with_interval(kappa.cohen)
    else:
        kappas = [Statistic(**pair["cohen_kappa"]) for pair in beside]
        cohen = attempt(kappa.light, kappas).as_json() | {"note": _OF_PAIRS}
    return {
        "units": len(table.units),
        "raters": list(table.raters),
        "ratings": table.ratings,
        "units_compared": int(table.compared.sum()),
        "categories": list(table.categories),
        "scale": "numbers" if table.numeric else "texts",
        "raw_agreement": attempt(agreement.raw, table).as_json(),
        "unanimous": attempt(agreement.unanimous, table).as_json(),
        "cohen_kappa": cohen,
        "fleiss_kappa": fleiss,
        "gwet_ac1": with_interval(gwet.ac1),
        "krippendorff_alpha": {
            str(level): (
                with_interval(partial(_alpha, level))
                if level is not krippendorff.Level.RATIO or len(table.categories) <= MOST_DRAWN
                else attempt(krippendorff.alpha, table, level).as_json() | {"note": _TOO_MANY}
            )
            for level in krippendorff.Level
        },
        "pabak": with_interval(agreement.pabak),
        "prevalence_index": attempt(agreement.prevalence_index, table).as_json(),
        "bias_index": attempt(agreement.bias_index, table).as_json(),
        "explanation": explanation(table),
        "pairs": beside,
        "drift": drift_of(table),
        "severity": severity_of(table),
        "seed": seed,
        "replicates": replicates,
        "use": USE,
    }


def explanation(table: Table) -> str | None:
    """Why kappa is low, where prevalence is the reason."""
    try:
        index, share = agreement.prevalence_index(table), agreement.observed(table)
    except Undefined:
        return None
    if index < UNEVEN:
        return None
    if index == 1:
        return (
            "All ratings that can be compared are in one category: nothing tells what chance "
            "would do, so Cohen's kappa and alpha have no value. Read the raw agreement."
        )
    return (
        f"Most ratings fall into one category (prevalence index {index:.2f}): agreement by chance "
        f"is high, so kappa and alpha are low although {100 * share:.1f} % of ratings agree. "
        "Gwet's AC1 does not fall with prevalence: read it beside them."
    )


def pairs(table: Table) -> list[dict[str, Any]]:
    """Kappa of each two raters, with what explains it beside it."""
    found = (table.pair(*two) for two in combinations(range(len(table.raters)), 2))
    return [
        {
            "raters": list(pair.raters),
            "units": len(pair.units),
            "raw_agreement": attempt(agreement.raw, pair).as_json(),
            "cohen_kappa": attempt(kappa.cohen, pair).as_json(),
            "gwet_ac1": attempt(gwet.ac1, pair).as_json(),
            "pabak": attempt(agreement.pabak, pair).as_json(),
            "prevalence_index": attempt(agreement.prevalence_index, pair).as_json(),
            "bias_index": attempt(agreement.bias_index, pair).as_json(),
        }
        for pair in found
    ]


def drift_of(table: Table) -> dict[str, Any]:
    """Control charts of each rater against the others, in the order of the table's units."""
    try:
        apart = drift.against_the_others(table)
    except Undefined as undefined:
        return {"reason": str(undefined), "raters": {}}
    return {"reason": None, "raters": {rater: chart(values) for rater, values in apart.items()}}


def chart(values: list[float]) -> dict[str, Any]:
    """CUSUM and EWMA of standardised differences in their order."""
    sums, smooth = drift.cusum(values), drift.ewma(values)
    return {
        "standing": str(sums.standing),
        "warned_at": sums.warned_at,
        "stopped_at": sums.stopped_at,
        "cusum_upper": list(sums.upper),
        "cusum_lower": list(sums.lower),
        "ewma": list(smooth.smoothed),
        "ewma_limits": list(smooth.limits),
        "ewma_outside_at": smooth.outside_at,
    }


def severity_of(table: Table) -> dict[str, Any]:
    """Severity of each rater in logits; `towards` names the category that a step leads to.

    Whole numbers are steps from the lowest to the highest of the table; other numbers are the
    share of that way, as one step.
    """
    try:
        ratings, towards = _steps(table)
        found = rasch.severities(ratings)
    except Undefined as undefined:
        return {"reason": str(undefined), "raters": {}}
    apart = len(found.subsets) > 1
    return {
        "reason": "the design is not connected" if apart else None,
        "subsets": [list(subset) for subset in found.subsets],
        "towards": towards,
        "raters": {name: vars(estimate) for name, estimate in sorted(found.raters.items())},
        "mean": found.mean,
        "spread": found.spread,
    }


def _alpha(level: krippendorff.Level, table: Table, weights: Any) -> float:
    return krippendorff.alpha(table, level, weights)


def _steps(table: Table) -> tuple[list[rasch.Rating], str | float]:
    if len(table.categories) < 2:
        raise Undefined("only one category was used")
    if table.numeric:
        values = table.values()
        span = values[-1] - values[0]
        whole = bool((values == values.round()).all()) and span <= 1_000
        possible = float(span) if whole else 1.0
        taken = (values - values[0]) / span * possible
    elif len(table.categories) == 2:
        possible, taken = 1.0, [0.0, 1.0]
    else:
        raise Undefined("the categories are more than two texts: no step leads up or down")
    ratings = [
        rasch.Rating(table.units[unit], table.raters[rater], float(taken[code]), possible)
        for (unit, rater), code in _each(table)
    ]
    return ratings, table.categories[-1]


def _each(table: Table) -> list[tuple[tuple[int, int], int]]:
    rows, columns = table.given.nonzero()
    found = table.codes[rows, columns]
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    return list(zip(places, found.tolist(), strict=True))
