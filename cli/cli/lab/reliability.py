"""`headship lab reliability`: how far the raters of any table agree."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from assessment.domain.reliability.report import SEED, everything
from cli.lab.ratings import read_ratings
from cli.printing import console

_ROWS = {
    "raw_agreement": "raw agreement",
    "unanimous": "all raters alike",
    "gwet_ac1": "Gwet's AC1",
    "cohen_kappa": "Cohen's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "pabak": "PABAK",
    "prevalence_index": "prevalence index",
    "bias_index": "bias index",
}


def reliability(
    file: Annotated[Path, typer.Argument(help="CSV: a unit, then a rating by each rater.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_texts: Annotated[
        bool, typer.Option("--text", help="Take numbers as names of categories.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = SEED,
    replicates: Annotated[int, typer.Option(min=100, max=20_000, help="Of the bootstrap.")] = 1_000,
) -> None:
    """Compute agreement, kappa, AC1, alpha, drift and severity for a table of ratings.

    The header is unit,rater,rater,...; a blank is a missing rating. Parted by commas, semicolons,
    tabs or bars. What cannot be computed is null, with the reason.
    """
    found = everything(read_ratings(file, as_texts=as_texts), seed=seed, replicates=replicates)
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n")
        return
    console().print(_statistics(found))
    if found["explanation"]:
        console().print(found["explanation"])
    console().print(_raters(found))
    console().print(found["use"], style="dim")


def _statistics(found: dict[str, Any]) -> Table:
    title = f"{found['units']} units, {len(found['raters'])} raters, {found['ratings']} ratings"
    table = Table("statistic", "value", "95 % interval", "", title=title)
    rows = [(told, found[name]) for name, told in _ROWS.items()]
    rows += [
        (f"Krippendorff's alpha, {level}", one)
        for level, one in found["krippendorff_alpha"].items()
    ]
    for told, one in rows:
        between = "" if one["low"] is None else f"{one['low']:.3f} to {one['high']:.3f}"
        table.add_row(told, _shown(one["value"]), between, one["reason"] or one.get("note") or "")
    return table


def _raters(found: dict[str, Any]) -> Table:
    table = Table("rater", "severity", "error", "drift", title="Raters")
    for rater in found["raters"]:
        severe = found["severity"]["raters"].get(rater, {})
        drifts = found["drift"]["raters"].get(rater, {})
        table.add_row(
            rater,
            _shown(severe.get("value")),
            _shown(severe.get("error")),
            drifts.get("standing", ""),
        )
    for part in ("severity", "drift"):
        if found[part]["reason"]:
            table.add_row("", found[part]["reason"], "", part)
    return table


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
