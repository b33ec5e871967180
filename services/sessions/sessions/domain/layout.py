"""Spreading units over weeks, in their order, as evenly as the rules allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
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
    """A week for units, by its Monday, and its weekdays (0 to 4) on which people work."""

    monday: date
    working: frozenset[int] = frozenset(range(5))


@dataclass(frozen=True)
class Wishes:
    """What a layout has to keep besides the order.

    `pinned`: unit → the Monday of its week. `webinar_weekday`: a webinar needs that one, coaching
    and days together all five, since each group and hub has its own. `earliest`: kind → the first
    day on which such a session may be.
    """

    webinar_weekday: int = 2
    pinned: Mapping[str, date] = field(default_factory=dict)
    earliest: Mapping[Kind, date] = field(default_factory=dict)


def lay_out(units: Sequence[Unit], weeks: Sequence[Week], wishes: Wishes) -> list[int] | None:
    """The index of each unit's week, or None when they do not fit.

    Units keep their order. What is live opens its week, so that it comes after all the self-study
    before it, and is alone in being live. The two-hour limit is exceeded only where nothing else
    fits. Within this the sum of squared weekly minutes is least: the exact optimum, found by
    dynamic programming over (units placed, week of the last).
    """
    reach = max(4, 3 * len(weeks) // max(1, len(units)))
    if wishes.pinned:
        reach = len(weeks)
    runs = [_runs_from(units, first, wishes.pinned) for first in range(len(units))]
    fits = [[_fits(unit, week, wishes) for week in weeks] for unit in units]
    best: list[dict[int, float]] = [{} for _ in range(len(units) + 1)]
    best[0][-1] = 0.0
    came_from: dict[tuple[int, int], tuple[int, int]] = {}
    for first in range(len(units)):
        for week_before, cost in sorted(best[first].items()):
            last_week = len(weeks) if first == 0 else min(len(weeks), week_before + 1 + reach)
            for week in range(week_before + 1, last_week):
                if not fits[first][week]:
                    continue
                gap = week - week_before - 1
                waiting = cost + (gap * _START if first == 0 else gap * gap * _GAP)
                for end, price in runs[first]:
                    total = waiting + price
                    if total < best[end].get(week, inf):
                        best[end][week] = total
                        came_from[end, week] = (first, week_before)
    cheapest, week = min(((cost, week) for week, cost in best[-1].items()), default=(inf, -1))
    if not units or cheapest == inf:
        return None if units else []
    return _retrace(came_from, (len(units), week))


def _runs_from(
    units: Sequence[Unit], first: int, pinned: Mapping[str, date]
) -> list[tuple[int, float]]:
    """What one week may hold from unit `first` on: (index after the last, cost)."""
    day_together = units[first].kind is Kind.face_to_face
    runs: list[tuple[int, float]] = []
    minutes = 0
    for end in range(first, len(units)):
        if end > first and (units[end].kind.live or day_together):
            break
        if pinned.get(units[end].code) != pinned.get(units[first].code):
            break
        minutes += units[end].minutes
        over = 0 if day_together else max(0, minutes - WEEKLY_MINUTES)
        if over > WEEKLY_MINUTES and not pinned:
            break
        runs.append((end + 1, minutes * minutes + over * _OVER))
    return runs


def _fits(unit: Unit, week: Week, wishes: Wishes) -> bool:
    if unit.code in wishes.pinned:
        return week.monday == wishes.pinned[unit.code]
    if not unit.kind.live:
        return bool(week.working)
    days = {wishes.webinar_weekday} if unit.kind is Kind.webinar else set(range(5))
    first = week.monday + timedelta(days=min(days))
    return days <= week.working and first >= wishes.earliest.get(unit.kind, first)


def _retrace(
    came_from: dict[tuple[int, int], tuple[int, int]], reached: tuple[int, int]
) -> list[int]:
    placed: list[int] = []
    while reached in came_from:
        before = came_from[reached]
        placed[:0] = [reached[1]] * (reached[0] - before[0])
        reached = before
    return placed
