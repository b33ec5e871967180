"""What somebody studies and how deeply: the compulsory core always, the rest as they choose.

Breadth is traded for depth within the programme's own measure, one to two hours a week on average,
live sessions included.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from headship_contracts.errors import Invalid

LEVELS = (1, 5)
"""A rating of oneself: 1 is new to it, 5 could teach others."""

WEAK, STRONG = 2, 4
"""Up to WEAK more depth is suggested, from STRONG on less."""


class Depth(StrEnum):
    """How far into a unit somebody goes."""

    left_out = "left_out"
    brief = "brief"
    full = "full"
    deep = "deep"


PERCENT = {Depth.left_out: 0, Depth.brief: 60, Depth.full: 100, Depth.deep: 160}
"""Of a unit's minutes; rounded down to whole five minutes."""


@dataclass(frozen=True)
class StudyUnit:
    """A unit of self-study that can be chosen, in the programme's order."""

    code: str
    section: str
    cycle: int
    minutes: int
    core: bool = True
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """Least and most minutes of self-study in the whole programme."""

    least: int
    most: int


def minutes_at(minutes: int, depth: Depth) -> int:
    """The minutes of a unit at a depth."""
    share = PERCENT[depth]
    return minutes if share == 100 else minutes * share // 100 // 5 * 5


def measure(weeks: int, live_minutes: int, average: tuple[int, int]) -> Measure:
    """What self-study may come to, so that a week has its minutes on average."""
    least, most = (minutes * weeks - live_minutes for minutes in average)
    return Measure(max(0, least), max(0, most))


def suggest(
    units: Sequence[StudyUnit],
    levels: Mapping[str, int],
    faces: Sequence[str],
    bounds: Measure,
) -> dict[str, Depth]:
    """A depth for each unit: deeper where one is weak or faces it now, less where one is strong.

    Where that comes to too much or too little, the least or most needed units give way.
    """
    need = needs(units, levels, faces)
    chosen = {}
    for unit in units:
        level = levels.get(unit.section)
        faced = {unit.code, unit.section} & set(faces)
        if faced or (level is not None and level <= WEAK):
            chosen[unit.code] = Depth.deep
        elif not unit.core and level is not None and level >= STRONG:
            chosen[unit.code] = Depth.brief
        else:
            chosen[unit.code] = Depth.full
    least_needed_first = sorted(units, key=lambda unit: need[unit.code])
    for unit in least_needed_first:
        if total(units, chosen) <= bounds.most:
            break
        if chosen[unit.code] is Depth.deep:
            chosen[unit.code] = Depth.full
    for unit in reversed(least_needed_first):
        if total(units, chosen) >= bounds.least:
            break
        if chosen[unit.code] in {Depth.brief, Depth.full}:
            chosen[unit.code] = Depth.deep
    return chosen


def needs(
    units: Sequence[StudyUnit], levels: Mapping[str, int], faces: Sequence[str]
) -> dict[str, int]:
    """How early somebody needs each unit: what the school faces first, then what one rated low."""
    weight = {code: 10 * (len(faces) - rank) for rank, code in enumerate(faces)}
    middle = sum(LEVELS) // 2
    return {
        unit.code: max(weight.get(unit.code, 0), weight.get(unit.section, 0))
        + LEVELS[1]
        - levels.get(unit.section, middle)
        for unit in units
    }


def total(units: Sequence[StudyUnit], chosen: Mapping[str, Depth]) -> int:
    """The minutes that a choice comes to."""
    return sum(minutes_at(unit.minutes, chosen[unit.code]) for unit in units)


def check(
    units: Sequence[StudyUnit],
    chosen: Mapping[str, Depth],
    bounds: Measure,
    finished: Collection[str] = (),
) -> None:
    """Raises Invalid: a core unit less than full, one whose need is left out, too much, too little.

    What is `finished` stays in the plan.
    """
    problems: dict[str, list[str]] = {}
    for unit in units:
        depth = chosen[unit.code]
        place = f"choices.{unit.code}"
        if unit.core and depth in {Depth.left_out, Depth.brief}:
            problems.setdefault(place, []).append("is of the compulsory core: full or deep")
        if depth is not Depth.left_out:
            missing = [code for code in unit.requires if chosen.get(code) is Depth.left_out]
            if missing:
                told = f"needs {', '.join(missing)}, which is left out"
                problems.setdefault(place, []).append(told)
        elif unit.code in finished:
            problems.setdefault(place, []).append("is finished already; it stays in the plan")
    minutes = total(units, chosen)
    if not bounds.least <= minutes <= bounds.most:
        told = f"come to {minutes} minutes; {bounds.least} to {bounds.most} are right"
        problems["choices"] = [told]
    if problems:
        raise Invalid("invalid_fields", "the choice of units is not right", problems)
