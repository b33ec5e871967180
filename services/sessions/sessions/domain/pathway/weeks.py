"""Putting what somebody studies into weeks: in time, in order of need, and evenly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Week:
    """An open week, and the minutes of self-study that it still takes."""

    monday: date
    free: int


@dataclass(frozen=True)
class Item:
    """Something to do in one week. `due` is the last week it is good in, by its place in the list.

    `need`: more comes earlier. `requires` names items that come no later. `pinned`: its week is
    fixed, whatever is due. `may_go`: it is left over before others where there is no room.
    """

    code: str
    minutes: int
    need: int = 0
    due: int | None = None
    requires: tuple[str, ...] = ()
    pinned: int | None = None
    may_go: bool = False


@dataclass(frozen=True)
class Layout:
    """Item → place of its week in the list; those that come after they are due; those without."""

    placed: dict[str, int]
    late: tuple[str, ...]
    left_over: tuple[str, ...]


def lay_out(items: Sequence[Item], weeks: Sequence[Week]) -> Layout:
    """A week for each item.

    No week has more than it takes, nothing comes before what it requires, and what is due comes in
    time. Within that, weeks are filled evenly, each with what is needed most. What finds no room in
    time comes late; what finds none at all is left over, the least needed first.
    """
    wanted = [item if item.pinned is None else replace(item, due=None) for item in items]
    left_over: list[str] = []
    late: set[str] = set()
    while True:
        known = {item.code for item in wanted}
        trimmed = [
            replace(item, requires=tuple(code for code in item.requires if code in known))
            for item in wanted
        ]
        trimmed = _with_need_of_followers(trimmed)
        latest, without = _latest_weeks(trimmed, weeks)
        if not without:
            return Layout(
                _earliest_weeks(trimmed, weeks, latest), tuple(sorted(late)), tuple(left_over)
            )
        hurried = [item for item in without if item.due is not None or item.pinned is not None]
        if hurried:
            codes = {item.code for item in hurried}
            late |= codes
            wanted = [
                replace(item, due=None, pinned=None) if item.code in codes else item
                for item in wanted
            ]
            continue
        going = _least_needed(wanted, trimmed)
        left_over.append(going.code)
        late.discard(going.code)
        wanted = [item for item in wanted if item.code != going.code]


def _with_need_of_followers(items: Sequence[Item]) -> list[Item]:
    """What something urgent requires is as urgent."""
    need = {item.code: item.need for item in items}
    changed = True
    while changed:
        changed = False
        for item in items:
            for code in item.requires:
                if need[code] < need[item.code]:
                    need[code], changed = need[item.code], True
    return [replace(item, need=need[item.code]) for item in items]


def _latest_weeks(
    items: Sequence[Item], weeks: Sequence[Week]
) -> tuple[dict[str, int], list[Item]]:
    """The last week that each item can wait for, from the end backwards; and what found none."""
    followers: dict[str, list[str]] = {item.code: [] for item in items}
    for item in items:
        for code in item.requires:
            followers[code].append(item.code)
    pinned = {item.code: item.pinned for item in items if item.pinned is not None}
    free = [week.free for week in weeks]
    for item in items:
        if item.pinned is not None:
            free[item.pinned] -= item.minutes
    order = {item.code: place for place, item in enumerate(items)}
    latest: dict[str, int] = {}
    waiting = {item.code: item for item in items}
    for index in range(len(weeks) - 1, -1, -1):
        while True:
            fitting = [
                item
                for item in waiting.values()
                if _fits(item, index, free[index])
                and all(follower in latest for follower in followers[item.code])
            ]
            if not fitting:
                break
            item = min(fitting, key=lambda item: (item.need, -item.minutes, -order[item.code]))
            latest[item.code] = index
            if item.code not in pinned:
                free[index] -= item.minutes
            del waiting[item.code]
    overfull = [item for item in items if item.pinned is not None and free[item.pinned] < 0]
    return latest, [*waiting.values(), *overfull]


def _fits(item: Item, index: int, free: int) -> bool:
    if item.pinned is not None:
        return index == item.pinned
    return item.minutes <= free and (item.due is None or index <= item.due)


def _earliest_weeks(
    items: Sequence[Item], weeks: Sequence[Week], latest: Mapping[str, int]
) -> dict[str, int]:
    """Week by week what cannot wait, and then what is needed most, up to an even share."""
    order = {item.code: place for place, item in enumerate(items)}
    placed: dict[str, int] = {}
    for index, week in enumerate(weeks):
        waiting = [item for item in items if item.code not in placed]
        ahead = sum(1 for other in weeks[index:] if other.free > 0)
        share = -(-sum(item.minutes for item in waiting) // max(1, ahead))
        load = 0
        for item in waiting:
            if latest[item.code] == index:
                placed[item.code] = index
                load += item.minutes
        while load < share:
            fitting = [
                item
                for item in waiting
                if item.code not in placed
                and item.pinned is None
                and item.minutes <= week.free - load
                and all(code in placed for code in item.requires)
            ]
            if not fitting:
                break
            item = max(fitting, key=lambda item: (item.need, -latest[item.code], -order[item.code]))
            placed[item.code] = index
            load += item.minutes
    return placed


def _least_needed(items: Sequence[Item], trimmed: Sequence[Item]) -> Item:
    """What goes first: nothing that others need; before the rest, what may go; the least need."""
    needed = {code for item in trimmed for code in item.requires}
    going = [item for item in items if item.code not in needed]
    return min(going, key=lambda item: (not item.may_go, item.need, -item.minutes, item.code))
