"""People who may be one: their names are alike, and they share a date of birth or a school."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rapidfuzz import fuzz, utils

ALIKE = 90
"""Of 100, by RapidFuzz's token_sort_ratio: the order of the names does not matter."""


@dataclass(frozen=True)
class Someone:
    """What is compared of a person."""

    person_id: UUID
    full_name: str
    born: date | None = None
    schools: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two who may be one; the first has the smaller id. `because` is what they share."""

    first: UUID
    second: UUID
    score: int
    because: str  # date_of_birth | school | date_of_birth,school


def likely(people: Iterable[Someone]) -> Iterator[Pair]:
    """Each pair once. Only those who share something are compared, so it stays quick."""
    groups: dict[object, list[Someone]] = defaultdict(list)
    names: dict[UUID, str] = {}
    for person in people:
        words = utils.default_process(person.full_name).split()
        names[person.person_id] = " ".join(sorted(words))
        if person.born is not None:
            groups[person.born].append(person)
        for school in person.schools:
            groups[school].append(person)
    seen: set[tuple[UUID, UUID]] = set()
    for group in groups.values():
        for number, one in enumerate(group):
            for other in group[number + 1 :]:
                key = _in_order(one.person_id, other.person_id)
                if key in seen:
                    continue
                seen.add(key)
                score = fuzz.ratio(names[key[0]], names[key[1]], score_cutoff=ALIKE)
                if score:
                    yield Pair(*key, int(score), _because(one, other))


def _because(one: Someone, other: Someone) -> str:
    shared = []
    if one.born is not None and one.born == other.born:
        shared.append("date_of_birth")
    if one.schools & other.schools:
        shared.append("school")
    return ",".join(shared)


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one.hex < other.hex else (other, one)
