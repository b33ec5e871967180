"""Dealing the people of one slot into groups, so that no family meets and sizes hardly differ."""

from collections import defaultdict
from collections.abc import Mapping, Sequence


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
