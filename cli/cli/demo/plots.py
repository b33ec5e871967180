"""Plots as SVG, by hand: points with intervals, bars, a scatter, control charts, posteriors."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 760
LABELS = 300
ROW = 24
BLUE, GREY, RED = "#1d70b8", "#b1b4b6", "#d4351c"

Row = tuple[str, float, float, float]
"""Label, value, and the ends of its interval."""


def intervals(rows: Sequence[Row]) -> str:
    """Values from -1 to 1, each with its interval."""
    lowest = min([0.0, *(low for _, _, low, _ in rows)])
    return _points(rows, min(lowest, 0.0), 1.0, "")


def bars(rows: Sequence[Row], told: str) -> str:
    """Values around zero, each with its interval."""
    most = max([0.5, *(abs(end) for _, _, low, high in rows for end in (low, high))])
    return _points(rows, -most, most, told)


def scatter(pairs: Sequence[Sequence[float]], across: str, up: str) -> str:
    """One mark for each pair, and the line on which both are the same."""
    if not pairs:
        return "<p>Nothing was marked twice.</p>"
    every = [value for pair in pairs for value in pair]
    low, high = min(every) - 1, max(every) + 1
    size, edge = 320.0, 40.0

    def place(value: float) -> float:
        return edge + (value - low) / (high - low) * (size - 2 * edge)

    marks = [
        f'<circle cx="{place(one):.1f}" cy="{size - place(other):.1f}" r="4" fill="{BLUE}" '
        'fill-opacity="0.5"/>'
        for one, other in pairs
    ]
    ends = f'x1="{edge}" y1="{size - edge}" x2="{size - edge}" y2="{edge}"'
    frame = f'<rect x="{edge}" y="{edge}" width="{size - 2 * edge}" height="{size - 2 * edge}" '
    return _svg(
        size,
        size,
        [
            f'{frame} fill="none" stroke="{GREY}"/>',
            f'<line {ends} stroke="{GREY}"/>',
            *marks,
            _text(size / 2, size - 10, across, "middle"),
            f'<g transform="rotate(-90 14 {size / 2})">{_text(14, size / 2, up, "middle")}</g>',
            _text(edge, size - edge + 14, f"{low:g}", "middle"),
            _text(size - edge, size - edge + 14, f"{high:g}", "middle"),
        ],
    )


def charts(series: Mapping[str, Sequence[float]], limits: tuple[float, float]) -> str:
    """A control chart of each series, with its two limits."""
    return "\n".join(_chart(name, values, limits) for name, values in series.items() if values)


def _chart(name: str, values: Sequence[float], limits: tuple[float, float]) -> str:
    height, top = 110.0, max([limits[1] + 1, *values])
    left, right = 150.0, WIDTH - 20.0
    step = (right - left) / max(1, len(values) - 1)

    def at(value: float) -> float:
        return height - 15 - value / top * (height - 30)

    points = " ".join(f"{left + n * step:.1f},{at(one):.1f}" for n, one in enumerate(values))
    lines = [
        f'<line x1="{left}" x2="{right}" y1="{at(limit):.1f}" y2="{at(limit):.1f}" '
        f'stroke="{colour}" stroke-dasharray="4 3"/>'
        for limit, colour in ((0.0, GREY), (limits[0], GREY), (limits[1], RED))
    ]
    labels = [_text(left - 6, at(limit) + 4, f"{limit:g}", "end") for limit in (0.0, *limits)]
    line = f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    return _svg(WIDTH, height, [_text(0, 20, name, "start"), *lines, *labels, line])


def posteriors(seen: Mapping[str, tuple[int, int]], limits: tuple[float, float]) -> str:
    """Of each (trials, failures) the density of the share that fails, as high as its peak."""
    return "\n".join(
        _posterior(name, trials, failures, limits) for name, (trials, failures) in seen.items()
    )


def _posterior(name: str, trials: int, failures: int, limits: tuple[float, float]) -> str:
    height, steps = 90.0, 120
    left, right = 220.0, WIDTH - 20.0
    shares = [step / steps for step in range(steps + 1)]
    heights = [share**failures * (1 - share) ** (trials - failures) for share in shares]
    top = max(heights)
    line = " ".join(
        f"{left + share * (right - left):.1f},{height - 20 - one / top * (height - 30):.1f}"
        for share, one in zip(shares, heights, strict=True)
    )
    marks = []
    for at, colour in ((0.0, GREY), (limits[0], GREY), (limits[1], RED), (0.5, GREY), (1.0, GREY)):
        x = left + at * (right - left)
        marks.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{height - 20}" stroke="{colour}" '
            'stroke-dasharray="4 3"/>'
        )
        marks.append(_text(x, height - 6, f"{at:.0%}", "middle"))
    curve = f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    return _svg(WIDTH, height, [_text(0, 24, name, "start"), *marks, curve])


def _points(rows: Sequence[Row], low: float, high: float, told: str) -> str:
    height = ROW * (len(rows) + 2)

    def at(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return LABELS + share * (WIDTH - LABELS - 80)

    parts = [
        f'<line x1="{at(tick):.1f}" x2="{at(tick):.1f}" y1="{ROW / 2}" y2="{height - ROW}" '
        f'stroke="{GREY}"/>' + _text(at(tick), height - 8, f"{tick:.2f}", "middle")
        for tick in (low, (low + high) / 2, high)
    ]
    for number, (label, value, least, most) in enumerate(rows, start=1):
        y = ROW * number
        parts += [
            _text(LABELS - 8, y + 4, label, "end"),
            f'<line x1="{at(least):.1f}" x2="{at(most):.1f}" y1="{y}" y2="{y}" stroke="{BLUE}"/>',
            f'<circle cx="{at(value):.1f}" cy="{y}" r="4" fill="{BLUE}"/>',
            _text(WIDTH - 70, y + 4, f"{value:.3f}", "start"),
        ]
    if told:
        parts.append(_text(WIDTH / 2 + LABELS / 2, 10, told, "middle"))
    return _svg(WIDTH, height, parts)


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" font-family="sans-serif" '
        f'text-anchor="{anchor}">{escape(said)}</text>'
    )
