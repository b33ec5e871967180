"""What the units of a template require of each other."""

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sessions.domain.reading import Reader

if TYPE_CHECKING:
    from sessions.domain.template import Unit


def check_requirements(read: Reader, found: list[tuple[str, "Unit"]]) -> None:
    """What a unit requires is there, stands before it, and does not require it in turn."""
    places = {unit.code: place for place, unit in reversed(found)}
    order = {unit.code: number for number, (_, unit) in enumerate(found)}
    circles = _circles(read, found, places)
    for place, unit in found:
        for code in unit.requires:
            at = f"{place}.requires"
            if code not in order:
                read.problem(at, f"names {code!r}; no unit has that code")
            elif unit.core and not found[order[code]][1].core:
                read.problem(at, f"names {code!r}, which may be left out, and this one may not")
            elif order[code] >= order[unit.code] and not any(
                {code, unit.code} <= c for c in circles
            ):
                told = f"which is taught later, in line {read.line(places[code])}: put it first"
                read.problem(at, f"names {code!r}, {told}")


def _circles(
    read: Reader, found: list[tuple[str, "Unit"]], places: dict[str, str]
) -> list[set[str]]:
    """The units of each circle of requirements, told of the first of them."""
    needs = {unit.code: [c for c in unit.requires if c in places] for _, unit in found}
    circles: list[set[str]] = []
    while True:
        try:
            TopologicalSorter(needs).prepare()
            return circles
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]  # each requires the one after it
        first = min(range(len(circle) - 1), key=lambda n: read.line(places[circle[n]]))
        circle = [*circle[first:-1], *circle[: first + 1]]
        named = " → ".join(f"{code} (line {read.line(places[code])})" for code in circle)
        at = f"{places[circle[0]]}.requires"
        read.problem(at, f"goes round in a circle, each requiring the next: {named}")
        circles.append(set(circle))
        needs = {
            code: [other for other in others if other not in circles[-1]]
            for code, others in needs.items()
            if code not in circles[-1]
        }
