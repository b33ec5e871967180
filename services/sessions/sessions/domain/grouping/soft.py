"""What counts once places and preferences are settled: phases, then short ways for guests."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, isfinite
from typing import Any

from sessions.domain.grouping import phases
from sessions.domain.grouping.model import HubModel


def settle(
    v: HubModel, values: list[int], wish: str, seconds: float
) -> tuple[list[int], dict[str, int]]:
    """The solution once each of these is as good as `seconds` allow without harm to what came
    before; and, for each, what nobody can be below."""
    bounds = {}
    for name in ("phase", "travel"):
        terms = phases.meeting_others(v, values, wish) if name == "phase" else _ways(v)
        bounds[name] = 0
        if terms:
            best = v.model.maximise(terms, seconds)
            v.model.row(terms, low=best.objective)
            values = best.values
            bounds[name] = max(0, ceil(-best.bound - 1e-6)) if isfinite(best.bound) else 0
    return values, bounds


def told(
    v: HubModel,
    wish: str,
    bounds: Mapping[str, int],
    formed: Sequence[Mapping[str, Any]],
    joined: Mapping[str, str],
) -> dict[str, dict[str, int]]:
    """`{"phase" | "travel": {"value", "bound"}}`: how many people meet others than is wished, and
    how many kilometres guests travel in sum."""
    groups = [group["members"] for group in formed]
    placed = {*joined, *(person for members in groups for person in members)}
    found = {
        "phase": phases.count(v, wish, groups, joined) if wish != "ignore" else 0,
        "travel": sum(c.km for c in v.hub.candidates if c.person.id in placed),
    }
    return {name: {"value": n, "bound": min(n, bounds[name])} for name, n in found.items()}


def _ways(v: HubModel) -> dict[int, int]:
    km = {c.person.id: c.km for c in v.hub.candidates if c.km}
    places: Iterable[tuple[str, int]] = [
        *((person, number) for (person, _), number in v.joins.items()),
        *((person, number) for (person, _), number in v.attends.items()),
    ]
    return {number: -km[person] for person, number in places if person in km}
