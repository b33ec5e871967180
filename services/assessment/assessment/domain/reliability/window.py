"""The reliability of those who marked one window, as one job over its marks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assessment.domain.marking import Decision
from assessment.domain.reliability import (
    agreement,
    bootstrap,
    gwet,
    kappa,
    krippendorff,
    rasch,
    report,
)
from assessment.domain.reliability.statistic import Statistic, Undefined, attempt
from assessment.domain.reliability.table import Table, table_of

DECISIONS = tuple(map(str, Decision))

Given = Mapping[str, Any]
"""A marker's view of a script, blind to others: script, marker, decision, score, marks by code."""


def examine(data: dict[str, Any]) -> dict[str, Any]:
    """All figures of a window: `data` has `given` in the order of marking, `most` marks by code,
    and `seeds`, whose definitive score is the `reference`.

    Figures are over the scripts that two markers or more marked blind; severity and drift name
    the markers. Everything is plain values.
    """
    given: list[Given] = data["given"]
    most: dict[str, int] = data["most"]
    decided = [(one["script"], str(one["decision"])) for one in given]
    decisions = _table(decided, possible=DECISIONS)  # AC1 is of these two, also where all passed
    scores = _table([(one["script"], float(one["score"])) for one in given])
    figures = [
        *_agreement("decision", decisions),
        *_kappa("decision", decisions),
        *_alpha("decision", decisions, [krippendorff.Level.NOMINAL]),
        *_alpha("score", scores, [krippendorff.Level.ORDINAL, krippendorff.Level.INTERVAL]),
    ]
    for code in most:
        of_code = _table([(one["script"], float(one["marks"][code])) for one in given])
        figures += _alpha(code, of_code, [krippendorff.Level.INTERVAL])
    severity = _severity(given, most)
    charts = {
        marker: report.chart(values) for marker, values in _apart(given, data["seeds"]).items()
    }
    return {
        "scripts": len({one["script"] for one in given}),
        "marked_twice": int(decisions.compared.sum()),
        "figures": figures,
        "explanation": report.explanation(decisions),
        "severity": severity,
        "drift": charts,
        "counted": {
            marker: sum(one["marker"] == marker for one in given)
            for marker in sorted({one["marker"] for one in given})
        },
        "pairs_of_scores": _pairs_of_scores(given),
        "use": report.USE,
    }


def _table(cells: Sequence[tuple[str, Any]], possible: Sequence[str] = ()) -> Table:
    """Scripts by first, second and later marking: who it was does not matter to agreement."""
    by_script: dict[str, list[Any]] = {}
    for script, value in cells:
        by_script.setdefault(script, []).append(value)
    width = max(2, *map(len, by_script.values())) if by_script else 2
    rows = [[*values, *[None] * (width - len(values))] for values in by_script.values()]
    return table_of(list(by_script), [f"marking {n + 1}" for n in range(width)], rows, possible)


def _figure(of: str, name: str, found: Statistic) -> dict[str, Any]:
    return {"of": of, "name": name} | found.as_json()


def _agreement(of: str, table: Table) -> list[dict[str, Any]]:
    return [
        _figure(of, "raw_agreement", attempt(agreement.raw, table)),
        _figure(of, "prevalence_index", attempt(agreement.prevalence_index, table)),
        _figure(of, "bias_index", attempt(agreement.bias_index, table)),
        _figure(of, "pabak", bootstrap.interval(table, agreement.pabak, seed=report.SEED)),
    ]


def _kappa(of: str, table: Table) -> list[dict[str, Any]]:
    cohen = (
        attempt(kappa.cohen, table.pair(0, 1)) if len(table.units) else attempt(kappa.cohen, table)
    )
    return [
        _figure(of, "gwet_ac1", bootstrap.interval(table, gwet.ac1, seed=report.SEED)),
        _figure(of, "cohen_kappa", cohen),
        _figure(of, "fleiss_kappa", bootstrap.interval(table, kappa.fleiss, seed=report.SEED)),
    ]


def _alpha(of: str, table: Table, levels: Sequence[krippendorff.Level]) -> list[dict[str, Any]]:
    return [
        _figure(
            of,
            f"krippendorff_alpha_{level}",
            bootstrap.interval(
                table,
                lambda one, weights, level=level: krippendorff.alpha(one, level, weights),  # type: ignore[misc]
                seed=report.SEED,
            ),
        )
        for level in levels
    ]


def _severity(given: Sequence[Given], most: Mapping[str, int]) -> dict[str, Any]:
    ratings = [
        rasch.Rating(one["script"], one["marker"], float(one["marks"][code]), float(top), code)
        for one in given
        for code, top in most.items()
    ]
    if not ratings:
        return {"reason": "nothing is marked", "subsets": [], "raters": {}, "criteria": {}}
    try:
        found = rasch.severities(ratings)
    except Undefined as undefined:
        return {"reason": str(undefined), "subsets": [], "raters": {}, "criteria": {}}
    return {
        "reason": None if len(found.subsets) < 2 else "the design is not connected",
        "subsets": [list(subset) for subset in found.subsets],
        "raters": {name: vars(one) for name, one in sorted(found.raters.items())},
        "criteria": {name: vars(one) for name, one in sorted(found.criteria.items())},
    }


def _apart(given: Sequence[Given], seeds: Sequence[Given]) -> dict[str, list[float]]:
    """Each marker's scores less a reference, in order, standardised.

    The reference is a seed's definitive score, or the mean of the others' of the same script.
    """
    by_script: dict[str, list[Given]] = {}
    for one in given:
        by_script.setdefault(one["script"], []).append(one)
    found: dict[str, list[float]] = {}
    for one in sorted([*given, *seeds], key=lambda each: str(each["at"])):
        if "reference" in one:
            references = [one["reference"]]
        else:
            references = [other["score"] for other in by_script[one["script"]] if other is not one]
        if references:
            apart = one["score"] - sum(references) / len(references)
            found.setdefault(one["marker"], []).append(apart)
    every = np.array([value for values in found.values() for value in values])
    spread = float(np.sqrt((every**2).mean())) if len(every) else 0.0
    if spread == 0:
        return {marker: [0.0] * len(values) for marker, values in found.items()}
    return {marker: [value / spread for value in values] for marker, values in found.items()}


def _pairs_of_scores(given: Sequence[Given]) -> list[list[float]]:
    """First and second score of each script that has both."""
    by_script: dict[str, list[float]] = {}
    for one in given:
        by_script.setdefault(one["script"], []).append(float(one["score"]))
    return [scores[:2] for scores in by_script.values() if len(scores) > 1]
