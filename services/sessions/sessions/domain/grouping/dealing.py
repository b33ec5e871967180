"""Dealing the people of one slot into groups, so that no family meets and sizes hardly differ."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations


def deal(
    people: Sequence[str], coaches: Sequence[str], family: Mapping[str, str]
) -> list[list[str]]:
    """One group of `people` per coach, in the coaches' order; sizes differ by one at most.

    Needs of each family: its members and coaches together are no more than the groups. Then it
    always succeeds. For of two groups whose sizes differ by two or more, the larger has at least
    two families that the smaller has not; at most one of these is the smaller one's coach's, so
    that somebody can move.
    """
    led_by = [family[coach] for coach in coaches]
    members: dict[str, list[str]] = defaultdict(list)
    for person in sorted(people):
        members[family[person]].append(person)

    groups: list[dict[str, str]] = [{} for _ in coaches]  # family → its person
    for name in sorted(members, key=lambda name: (-len(members[name]), name)):
        allowed = [number for number, coach in enumerate(led_by) if coach != name]
        if len(members[name]) > len(allowed):
            raise ValueError(f"{len(members[name])} of {name} cannot be kept apart")
        allowed.sort(key=lambda number: (len(groups[number]), number))
        for number, person in zip(allowed, members[name], strict=False):
            groups[number][name] = person

    while groups:
        largest = max(range(len(groups)), key=lambda number: len(groups[number]))
        smallest = min(range(len(groups)), key=lambda number: len(groups[number]))
        if len(groups[largest]) - len(groups[smallest]) < 2:
            break
        taken = {*groups[smallest], led_by[smallest]}
        name = min(name for name in groups[largest] if name not in taken)
        groups[smallest][name] = groups[largest].pop(name)
    return [sorted(group.values()) for group in groups]


def arrange(
    groups: Sequence[list[str]],
    coaches: Sequence[str],
    family: Mapping[str, str],
    phase: Mapping[str, str | None],
    wish: str,
) -> list[list[str]]:
    """The same groups after swaps of two people that bring phases together, or mix them.

    No size changes and no family meets. It ends where no swap helps any more.
    """
    better = {"same": 1, "mix": -1}.get(wish)
    arranged = [list(group) for group in groups]
    while better and (swap := _best_swap(arranged, coaches, family, phase, better)):
        one, a, other, b = swap
        arranged[one][a], arranged[other][b] = arranged[other][b], arranged[one][a]
    return [sorted(group) for group in arranged]


def _best_swap(
    groups: Sequence[list[str]],
    coaches: Sequence[str],
    family: Mapping[str, str],
    phase: Mapping[str, str | None],
    better: int,
) -> tuple[int, int, int, int] | None:
    """The swap that changes the sum of squared numbers of each phase the most, if any helps."""
    counts = [Counter(phase.get(person) for person in group) for group in groups]
    met = [
        {family[coach], *(family[person] for person in group)}
        for coach, group in zip(coaches, groups, strict=True)
    ]
    best: tuple[int, tuple[int, int, int, int]] | None = None
    for one, other in combinations(range(len(groups)), 2):
        for a, person in enumerate(groups[one]):
            for b, another in enumerate(groups[other]):
                mine, theirs = phase.get(person), phase.get(another)
                apart = family[person] not in met[other] - {family[another]}
                apart &= family[another] not in met[one] - {family[person]}
                if mine == theirs or not apart:
                    continue
                gain = better * (
                    counts[one][theirs]
                    - counts[one][mine]
                    + counts[other][mine]
                    - counts[other][theirs]
                    + 2
                )
                if gain > 0 and (best is None or gain > best[0]):
                    best = gain, (one, a, other, b)
    return best[1] if best else None
