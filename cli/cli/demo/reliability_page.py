"""The demo's reliability page: what a lead sees of how the markers of a window agree."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from cli.demo.plots import bars, charts, intervals, scatter
from headship_contracts.assessment.reliability import Figure, ReliabilityReport

NAMES = {
    "raw_agreement": "raw agreement",
    "gwet_ac1": "Gwet's AC1",
    "cohen_kappa": "Cohen's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "pabak": "PABAK",
    "prevalence_index": "prevalence index",
    "bias_index": "bias index",
    "krippendorff_alpha_nominal": "Krippendorff's alpha, nominal",
    "krippendorff_alpha_ordinal": "Krippendorff's alpha, ordinal",
    "krippendorff_alpha_interval": "Krippendorff's alpha, interval",
}

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
    "border-bottom:1px solid #b1b4b6}svg{display:block;margin:1rem 0}.note{color:#505a5f}"
)


def write(report: ReliabilityReport, path: Path) -> None:
    """One page without scripts or other files: figures in a table, and four plots."""
    detail = json.loads(report.detail)
    parts = [
        f"<h1>How far the markers of {escape(report.batch)} agree</h1>",
        f'<p class="note">{report.scripts} scripts, {report.marked_twice} of them marked twice, '
        f"blind. All people are synthetic. For {escape(report.use)}.</p>",
        f"<p>{escape(report.explanation)}</p>" if report.explanation else "",
        "<h2>Agreement</h2>",
        intervals([(_name(one), *_three(one)) for one in report.figures if one.value is not None]),
        _table(report.figures),
        "<h2>First and second score</h2>",
        scatter(detail["pairs_of_scores"], "first score", "second score"),
        "<h2>Severity</h2>",
        _severity(report),
        "<h2>Drift</h2>",
        '<p class="note">CUSUM of standardised differences: above 4 a marker is warned, above 5 '
        "taken off until standardised anew.</p>",
        charts({marker: _worst(chart) for marker, chart in detail["drift"].items()}, (4.0, 5.0)),
    ]
    body = "\n".join(part for part in parts if part)
    title = f"Reliability of {escape(report.batch)}"
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n",
        encoding="utf-8",
    )


def _severity(report: ReliabilityReport) -> str:
    known = [one for one in report.markers if one.severity is not None and one.error is not None]
    untold = [
        f"<li>{_short(str(one.staff_id))}: {escape(one.reason or 'no value')}</li>"
        for one in report.markers
        if one.severity is None
    ]
    rows = [
        (
            _short(str(one.staff_id)),
            float(one.severity or 0),
            float(one.severity or 0) - 1.96 * float(one.error or 0),
            float(one.severity or 0) + 1.96 * float(one.error or 0),
        )
        for one in known
    ]
    return (bars(rows, "logits; above zero more severe") if rows else "") + (
        f"<ul>{''.join(untold)}</ul>" if untold else ""
    )


def _table(figures: Sequence[Figure]) -> str:
    rows = [
        f"<tr><td>{escape(_name(one))}</td><td>{_shown(one.value)}</td>"
        f"<td>{_shown(one.low)} – {_shown(one.high)}</td>"
        f"<td>{escape(one.reason or one.note or '')}</td></tr>"
        for one in figures
    ]
    head = "<tr><th>statistic</th><th>value</th><th>95 % interval</th><th></th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _name(figure: Figure) -> str:
    return f"{NAMES.get(figure.name, figure.name)} ({figure.of})"


def _three(figure: Figure) -> tuple[float, float, float]:
    value = float(figure.value or 0)
    return value, float(figure.low or value), float(figure.high or value)


def _worst(chart: dict[str, Any]) -> list[float]:
    return [max(two) for two in zip(chart["cusum_upper"], chart["cusum_lower"], strict=True)]


def _short(staff_id: str) -> str:
    return f"marker {staff_id[:8]}"


def _shown(value: str | None) -> str:
    return "" if value is None else f"{float(value):.3f}"
