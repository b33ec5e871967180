"""Who shares a script with whom: dealt so that markers meet many others, and all are linked.

Only where two mark the same script can their severity be compared; markers whom no chain of shared
scripts links cannot be told apart from those whose scripts were better. Nothing here changes how
many scripts of a kind a marker has, but for the last resort, which is told.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

TRIES = 12
"""Exchanges tried for each script to make partners more various."""


def deal(
    share: dict[int, int], size: int, each: int, met: Counter[frozenset[int]]
) -> list[list[int]]:
    """Markers of each of `size` scripts, `each` or fewer of them: no script twice to one marker.

    `met` counts who has been dealt a script with whom, and is kept.
    """
    left = Counter(share)
    dealt: list[list[int]] = []
    for remaining in range(size, 0, -1):
        here: list[int] = []
        wanted = min(each, -(-sum(left.values()) // remaining))
        must = [marker for marker, number in left.items() if number >= remaining]
        for _ in range(max(wanted, len(must))):
            open_to = [m for m in (must or left) if left[m] > 0 and m not in here]
            if not open_to:
                break
            marker = min(
                open_to, key=lambda m: (sum(met[frozenset((m, o))] for o in here), -left[m], m)
            )
            here.append(marker)
            must = [m for m in must if m != marker]
        left.subtract(here)
        met.update(map(frozenset, combinations(here, 2)))
        dealt.append(here)
    return dealt


def mix(
    dealt: list[list[int]],
    may: Callable[[int, int], bool],
    met: Counter[frozenset[int]],
    seed: str,
) -> None:
    """Exchange markers between scripts, loads unchanged, while that makes pairs more various.

    `may(script, marker)`: whether this marker may have this script.
    """
    shared = [script for script, markers in enumerate(dealt) if len(markers) > 1]
    if len(shared) < 2:
        return
    chance = random.Random(seed)  # nosec B311 # repeatable on purpose; nothing secret
    for _ in range(TRIES * len(shared)):
        one, other = chance.sample(shared, 2)
        a, b = chance.randrange(len(dealt[one])), chance.randrange(len(dealt[other]))
        if not _exchangeable(dealt, one, a, other, b, may):
            continue
        before = _pairs(dealt[one]) + _pairs(dealt[other])
        _exchange(dealt, one, a, other, b)
        after = _pairs(dealt[one]) + _pairs(dealt[other])
        met.subtract(before)
        now = sum(2 * met[pair] + 1 for pair in after) + _repeats(after)
        was = sum(2 * met[pair] + 1 for pair in before) + _repeats(before)
        if now < was:
            met.update(after)
        else:
            met.update(before)
            _exchange(dealt, one, a, other, b)


def link(
    dealt: list[list[int]],
    beside: Sequence[Iterable[int]],
    may: Callable[[int, int], bool],
    room: list[int],
) -> int:
    """Join the markers to one graph, if it can be; how many scripts changed hands for it.

    `beside`: who else has each script already. First by exchanges that leave all loads as they are,
    then by giving a script to a marker of another part who has room.
    """
    changed = 0
    while len(parts := components(dealt, beside)) > 1:
        if not (
            _join_by_exchange(dealt, beside, may, parts) or _join_by_gift(dealt, beside, may, room)
        ):
            break
        changed += 1
    return changed


def components(dealt: Sequence[Sequence[int]], beside: Sequence[Iterable[int]]) -> list[set[int]]:
    """Markers by the parts of the graph that shared scripts make; the largest part first."""
    parts: dict[int, set[int]] = {}
    for here, others in zip(dealt, beside, strict=True):
        joined: set[int] = set()
        for marker in (*here, *others):
            joined |= parts.get(marker, {marker})
        for marker in joined:
            parts[marker] = joined
    found: list[set[int]] = []
    for part in parts.values():
        if not any(part is known for known in found):
            found.append(part)
    return sorted(found, key=lambda part: (-len(part), min(part)))


def _join_by_exchange(
    dealt: list[list[int]],
    beside: Sequence[Iterable[int]],
    may: Callable[[int, int], bool],
    parts: list[set[int]],
) -> bool:
    """Of two scripts in different parts, one marker each changes places: fewer parts afterwards."""
    part_of = {marker: number for number, part in enumerate(parts) for marker in part}
    by_part: dict[int, list[int]] = {}
    for script, here in enumerate(dealt):
        if here and len(here) + len(tuple(beside[script])) > 1:
            by_part.setdefault(part_of[here[0]], []).append(script)
    lonely = [
        script
        for script, here in enumerate(dealt)
        if here and script not in {s for group in by_part.values() for s in group}
    ]
    groups = [*by_part.values(), lonely]
    for these, those in combinations(groups, 2):
        for one in these[:60]:
            for other in those[:60]:
                for a in range(len(dealt[one])):
                    for b in range(len(dealt[other])):
                        if not _exchangeable(dealt, one, a, other, b, may):
                            continue
                        _exchange(dealt, one, a, other, b)
                        if len(components(dealt, beside)) < len(parts):
                            return True
                        _exchange(dealt, one, a, other, b)
    return False


def _join_by_gift(
    dealt: list[list[int]],
    beside: Sequence[Iterable[int]],
    may: Callable[[int, int], bool],
    room: list[int],
) -> bool:
    """One script goes to a marker of another part who has room, if that leaves fewer parts."""
    parts = components(dealt, beside)
    markers = sorted({marker for part in parts for marker in part if room[marker] > 0})
    for script, here in enumerate(dealt):
        if len(here) + len(tuple(beside[script])) < 2:
            continue
        for position, former in enumerate(here):
            for marker in markers:
                if marker in here or marker in beside[script] or not may(script, marker):
                    continue
                here[position] = marker
                after = components(dealt, beside)
                still = any(former in part for part in after)
                if len(after) < len(parts) and still:
                    room[marker] -= 1
                    room[former] += 1
                    return True
                here[position] = former
    return False


def _exchangeable(
    dealt: list[list[int]], one: int, a: int, other: int, b: int, may: Callable[[int, int], bool]
) -> bool:
    mine, theirs = dealt[one][a], dealt[other][b]
    return (
        mine != theirs
        and mine not in dealt[other]
        and theirs not in dealt[one]
        and may(one, theirs)
        and may(other, mine)
    )


def _exchange(dealt: list[list[int]], one: int, a: int, other: int, b: int) -> None:
    dealt[one][a], dealt[other][b] = dealt[other][b], dealt[one][a]


def _pairs(markers: Sequence[int]) -> list[frozenset[int]]:
    return list(map(frozenset, combinations(markers, 2)))


def _repeats(pairs: list[frozenset[int]]) -> int:
    """What pairs cost more that come twice in the same exchange."""
    return sum(number * (number - 1) for number in Counter(pairs).values())
