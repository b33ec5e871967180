"""What a hub offers and whom it has to place: the shapes that the solver reads."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sessions.domain.grouping.families import Person


@dataclass(frozen=True)
class Candidate:
    """Someone to be placed. `slots` are those they can do, the preferred first.

    `now` is the group that they are in, where people may be moved; None for who has none.
    `before` is a group that they were in once, as before a deferral. `guest`: of a hub too small
    for a group, and placed where that hinders nobody of this hub; `km`: how far they come.
    """

    person: Person
    slots: tuple[str, ...]
    now: str | None = None
    before: str | None = None
    guest: bool = False
    km: int = 0


@dataclass(frozen=True)
class Coach:
    """Someone who can lead a group in each of `slots`, and so many groups in all.

    `leads` are the standing groups that they lead and might give up, where people may be moved.
    """

    person: Person
    slots: tuple[str, ...]
    most: int
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExistingGroup:
    """A group that stands. Its `members` stay in it, and so does its coach."""

    id: str
    slot: str
    coach: Person | None
    members: tuple[Person, ...]


@dataclass(frozen=True)
class Hub:
    """One delivery partner's share of a cohort.

    Where people `may_move`, the standing groups' members are candidates and their coaches are
    coaches like the others: the groups then have neither, and may end.
    """

    id: str
    slots: tuple[str, ...]  # in which there may be new groups
    candidates: tuple[Candidate, ...]
    coaches: tuple[Coach, ...]
    groups: tuple[ExistingGroup, ...] = ()
    may_move: bool = False


def read_hub(data: dict[str, Any]) -> Hub:
    """The hub that plain values describe (`sessions.domain.grouping.solve`)."""
    may_move = bool(data.get("may_move"))
    groups = data["groups"]
    candidates = [
        Candidate(
            _person(one),
            tuple(one["slots"]),
            before=one.get("before"),
            guest=bool(one.get("guest")),
            km=one.get("km", 0),
        )
        for one in data["people"]
    ]
    if may_move:
        candidates += [
            Candidate(_person(one), with_slot(group["slot"], one["slots"]), group["id"])
            for group in groups
            for one in group["members"]
        ]
    standing = tuple(
        ExistingGroup(
            id=group["id"],
            slot=group["slot"],
            coach=_person(group["coach"]) if group["coach"] and not may_move else None,
            members=() if may_move else tuple(map(_person, group["members"])),
        )
        for group in groups
    )
    coaches = _coaches(data, may_move)
    slots = sorted({*data["coaches"], *(slot for coach in coaches for slot in coach.slots)})
    return Hub(data["hub"], tuple(slots), tuple(candidates), coaches, standing, may_move)


def with_slot(slot: str, slots: list[str]) -> tuple[str, ...]:
    """Who is in a group can do its slot, whatever they have said since."""
    return (*slots, slot) if slot not in slots else tuple(slots)


def _coaches(data: dict[str, Any], may_move: bool) -> tuple[Coach, ...]:
    """Who may lead more: where people may be moved, the standing groups' coaches as well."""
    found: dict[str, Person] = {}
    slots: dict[str, set[str]] = defaultdict(set)
    for slot, free in data["coaches"].items():
        for one in free:
            found[one["id"]] = _person(one)
            slots[one["id"]].add(slot)
    leads: dict[str, dict[str, str]] = defaultdict(dict)
    for group in data["groups"]:
        if (coach := group["coach"]) is not None:
            leads[coach["id"]][group["id"]] = group["slot"]
            if may_move:
                found[coach["id"]] = _person(coach)
    more = data.get("most_groups", {})
    coaches = []
    for id in sorted(found):
        theirs = slots[id] | set(leads[id].values())
        most = more.get(id, len(theirs))
        if may_move:
            coaches.append(Coach(found[id], tuple(sorted(theirs)), most, tuple(leads[id])))
        else:
            coaches.append(Coach(found[id], tuple(sorted(slots[id])), most - len(leads[id])))
    return tuple(coaches)


def _person(data: dict[str, Any]) -> Person:
    access = frozenset(data.get("access") or ())
    return Person(data["id"], data["school"], data["trust"], data.get("phase"), access)
