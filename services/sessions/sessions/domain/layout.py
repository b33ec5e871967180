"""Spreading units over weeks, in their order, as evenly as the rules allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from sessions.domain.template import WEEKLY_MINUTES, Kind, Unit

_OVER = 1_000_000
"""The cost of a minute over the weekly limit: more than all evenness together."""

_START = 100_000
"""The cost of each week that passes before the programme begins."""

_GAP = 60 * 60
"""The cost of a first week without load, in square minutes; it grows with the gap's length."""


@dataclass(frozen=True)
class Week:
    """A week for units, by its Monday. Coaching and days together need a `live` one, Monday to
    Friday free of bank holidays."""

    monday: date
    live: bool


def lay_out(units: Sequence[Unit], weeks: Sequence[Week]) -> list[int] | None:
    """The index of each unit's week, or None when they do not fit.

    Units keep their order. What is live opens its week, so that it comes after all the self-study
    before it, and is alone in being live. The two-hour limit is exceeded only where nothing else
    fits. Within this the sum of squared weekly minutes is least: the exact optimum, found by
    dynamic programming over (units placed, week of the last).
    """
    reach = max(4, 3 * len(weeks) // max(1, len(units)))
    runs = [_runs_from(units, first) for first in range(len(units))]
    best: dict[tuple[int, int], float] = {(0, -1): 0}
    came_from: dict[tuple[int, int], tuple[int, int]] = {}
    for first in range(len(units)):
        for week_before in range(-1, len(weeks)):
            cost = best.get((first, week_before), inf)
            if cost == inf:
                continue
            last_week = len(weeks) if first == 0 else min(len(weeks), week_before + 1 + reach)
            for week in range(week_before + 1, last_week):
                gap = week - week_before - 1
                waiting = gap * _START if first == 0 else gap * gap * _GAP
                for end, price in runs[first]:
                    if units[first].kind.live and not weeks[week].live:
                        continue
                    reached, total = (end, week), cost + waiting + price
                    if total < best.get(reached, inf):
                        best[reached] = total
                        came_from[reached] = (first, week_before)
    ends = [(best.get((len(units), week), inf), week) for week in range(len(weeks))]
    cheapest, week = min(ends, default=(inf, -1))
    if cheapest == inf:
        return None
    return _retrace(came_from, (len(units), week))


def _runs_from(units: Sequence[Unit], first: int) -> list[tuple[int, float]]:
    """What one week may hold from unit `first` on: (index after the last, cost)."""
    day_together = units[first].kind is Kind.face_to_face
    runs: list[tuple[int, float]] = []
    minutes = 0
    for end in range(first, len(units)):
        if end > first and (units[end].kind.live or day_together):
            break
        minutes += units[end].minutes
        over = 0 if day_together else max(0, minutes - WEEKLY_MINUTES)
        if over > WEEKLY_MINUTES:
            break
        runs.append((end + 1, minutes * minutes + over * _OVER))
    return runs


def _retrace(
    came_from: dict[tuple[int, int], tuple[int, int]], reached: tuple[int, int]
) -> list[int]:
    placed: list[int] = []
    while reached in came_from:
        before = came_from[reached]
        placed[:0] = [reached[1]] * (reached[0] - before[0])
        reached = before
    return placed
