"""Draws boards from what Prometheus holds of a journey: pages of SVG in `var/dashboards/`, and
pictures of them and of the console where HEADSHIP_PICTURES is set (`make ops-check` does)."""

import math
import os
import subprocess
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from watching import Watch

from cli.backing.packages import chromium_program
from deploy.monitoring.board import BYTES, SECONDS, SHARE, Board, Panel
from deploy.monitoring.console import LABEL

INTO = Path(__file__).parents[2] / "var" / "dashboards"
COLOURS = ("#3465a4", "#cc0000", "#4e9a06", "#f57900", "#75507b", "#c17d11", "#06989a", "#555753")
WIDE, HIGH = 380, 120
MOST_LINES = 12

STYLE = """\
body { font: 13px sans-serif; margin: 20px; width: 1240px; color: #222 }
div { display: grid; grid-template-columns: repeat(3, 1fr); gap: 10px }
section { border: 1px solid #ddd; padding: 8px } h2 { margin: 18px 0 6px } h3 { margin: 0 }
svg { background: #fafafa; width: 100% } small { display: block; overflow: hidden }
.nothing { color: #c00; font-size: 20px } b { font-size: 20px; margin-right: 14px }
"""


def draw(watch: Watch, board: Board) -> Path:
    """A page with all panels; gives back where it is."""
    rows = "".join(
        f"<h2>{escape(row.title)}</h2><div>{''.join(_panel(watch, p) for p in row.panels)}</div>"
        for row in board.rows
    )
    INTO.mkdir(parents=True, exist_ok=True)
    page = INTO / f"{board.uid}.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><title>{escape(board.title)}</title>"
        f"<style>{STYLE}</style><h1>{escape(board.title)}</h1><p>{escape(board.says)}</p>{rows}",
        encoding="utf-8",
    )
    _photograph(page, 300 + 200 * _lines_of(board))
    return page


def keep_console(watch: Watch) -> None:
    """The console as Prometheus showed it when there was most to see."""
    INTO.mkdir(parents=True, exist_ok=True)
    page = INTO / "headship-console.html"
    page.write_text(watch.fullest_console, encoding="utf-8")
    _photograph(page, 1_700)


def _photograph(page: Path, height: int) -> None:
    """What Chromium shows of it, beside it, if pictures are wanted."""
    if not os.environ.get("HEADSHIP_PICTURES"):
        return
    with tempfile.TemporaryDirectory(prefix="headship-chromium-") as profile:
        subprocess.run(
            [
                chromium_program(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                f"--user-data-dir={profile}",
                f"--window-size=1290,{height}",
                f"--screenshot={page.with_suffix('.png')}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def _lines_of(board: Board) -> int:
    return sum(math.ceil(len(row.panels) / 3) for row in board.rows)


def _panel(watch: Watch, panel: Panel) -> str:
    lines = [
        (_named(query.legend, series["metric"]), _points(series))
        for query in panel.queries
        for series in watch.of_the_journey(query.expr)
    ]
    shown = [(name, points) for name, points in lines if points]
    shown.sort(key=lambda line: -max(value for _, value in line[1]))
    if not shown:
        inside = "<span class=nothing>no data</span>"
    elif panel.number:
        inside = " ".join(
            f"<b>{_in_words(points[-1][1], panel.unit)}</b>{escape(name)}"
            for name, points in shown[:MOST_LINES]
        )
    else:
        inside = _plot(watch, shown, panel.unit)
    return f"<section><h3 title='{escape(panel.says)}'>{escape(panel.title)}</h3>{inside}</section>"


def _plot(watch: Watch, shown: list[tuple[str, list[tuple[float, float]]]], unit: str) -> str:
    highest = max(max(value for _, value in points) for _, points in shown) or 1
    long = max(watch.ended - watch.began, 1)
    drawn, told = [], []
    for number, (name, points) in enumerate(shown[:MOST_LINES]):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{(at - watch.began) / long * WIDE:.1f},{HIGH - value / highest * (HIGH - 6):.1f}"
            for at, value in points
        )
        drawn.append(f'<polyline fill="none" stroke="{colour}" points="{path}"/>')
        told.append(f'<span style="color:{colour}">■ {escape(name)}</span>')
    more = f" and {len(shown) - MOST_LINES} more" if len(shown) > MOST_LINES else ""
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}">{"".join(drawn)}</svg>'
        f"<small>up to {_in_words(highest, unit)} · {' '.join(told)}{more}</small>"
    )


def _named(legend: str, labels: dict[str, str]) -> str:
    return LABEL.sub(lambda found: labels.get(found[1], ""), legend)


def _points(series: dict[str, Any]) -> list[tuple[float, float]]:
    numbers = ((float(at), float(value)) for at, value in series["values"])
    return [(at, value) for at, value in numbers if math.isfinite(value)]


def _in_words(value: float, unit: str) -> str:
    if unit == SHARE:
        return f"{value:.1%}"
    if unit == BYTES:
        return f"{value / 2**20:,.1f} MiB"
    if unit == SECONDS:
        return f"{value:,.3g} s"
    return f"{value:,.4g}"
