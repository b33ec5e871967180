"""Coaching groups: who meets whom, when, and with which coach.

Hard rules: a slot that each can do, five to eight people, no two of a school or trust and none of
the coach's, no more groups in a slot than coaches. Nobody who has a group is moved. Most people
placed comes first, then their preferences, then fewer groups.

A hub is solved by itself. The model decides how many people of each family are in which slot, and
how many groups there are; `dealing` then makes the groups. This loses nothing (see `deal`), and
spares the solver all the equal ways of naming groups.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sessions.domain.dealing import deal
from sessions.domain.families import Person, families
from sessions.domain.optimiser import Model
from sessions.domain.unplaced import reason_for

SECONDS_FOR_A_HUB = 20.0


@dataclass(frozen=True)
class Candidate:
    """Someone without a group. `slots` are those they can do, the preferred first."""

    person: Person
    slots: tuple[str, ...]


@dataclass(frozen=True)
class ExistingGroup:
    """A group that stands: it may take more, and nobody in it moves."""

    id: str
    slot: str
    coach: Person | None
    members: tuple[Person, ...]


@dataclass(frozen=True)
class Hub:
    """What a delivery partner offers and whom it has to place. `coaches`: slot → who is free."""

    id: str
    candidates: tuple[Candidate, ...]
    coaches: dict[str, tuple[Person, ...]]
    groups: tuple[ExistingGroup, ...] = ()


@dataclass
class HubModel:
    """The variables of a hub's model, by what they mean."""

    model: Model = field(default_factory=Model)
    joins: dict[tuple[str, str], int] = field(default_factory=dict)  # person, existing group
    attends: dict[tuple[str, str], int] = field(default_factory=dict)  # person, slot: a new group
    groups: dict[str, int] = field(default_factory=dict)  # slot
    coaches: dict[tuple[str, str], int] = field(default_factory=dict)  # family, slot


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """Group every hub in `data`; both ways plain JSON values, since this runs in its own process.

    `{"least", "most", "hubs": [{"hub", "people": [{"id", "school", "trust", "slots"}],
    "coaches": {slot: [person]}, "groups": [{"id", "slot", "coach", "members"}]}]}` gives
    `{"hubs": [{"hub", "joined": {person: group}, "formed": [{"slot", "coach", "members"}],
    "unplaced": {person: {"reason", "detail"}}, "placed", "bound", "proven"}]}`.
    """
    least, most = data["least"], data["most"]
    return {"hubs": [group_hub(read_hub(hub), least, most) for hub in data["hubs"]]}


def read_hub(data: dict[str, Any]) -> Hub:
    """The hub that plain values describe."""
    return Hub(
        id=data["hub"],
        candidates=tuple(Candidate(_person(p), tuple(p["slots"])) for p in data["people"]),
        coaches={slot: tuple(map(_person, who)) for slot, who in data["coaches"].items()},
        groups=tuple(
            ExistingGroup(
                id=group["id"],
                slot=group["slot"],
                coach=_person(group["coach"]) if group["coach"] else None,
                members=tuple(map(_person, group["members"])),
            )
            for group in data["groups"]
        ),
    )


def group_hub(hub: Hub, least: int, most: int) -> dict[str, Any]:
    """Groups for one hub, as `solve` gives them."""
    everyone = [candidate.person for candidate in hub.candidates]
    everyone += [coach for who in hub.coaches.values() for coach in who]
    for group in hub.groups:
        everyone += [*group.members, *([group.coach] if group.coach else [])]
    family = families(everyone)

    variables = _model(hub, family, least, most)
    placing = dict.fromkeys([*variables.joins.values(), *variables.attends.values()], 1)
    most_placed = variables.model.maximise(placing, SECONDS_FOR_A_HUB)
    variables.model.row(placing, low=most_placed.objective, high=most_placed.objective)
    preferred = variables.model.maximise(_preference(hub, variables), SECONDS_FOR_A_HUB)

    joined = {p: group for (p, group), v in variables.joins.items() if preferred.values[v]}
    formed = _deal_slots(hub, variables, preferred.values, family)
    placed = {*joined, *(person for group in formed for person in group["members"])}
    unplaced = {
        candidate.person.id: reason_for(candidate, hub, joined, formed, family, least, most)
        for candidate in hub.candidates
        if candidate.person.id not in placed
    }
    return {
        "hub": hub.id,
        "joined": joined,
        "formed": formed,
        "unplaced": unplaced,
        "placed": most_placed.objective,
        "bound": int(most_placed.bound + 1e-6),
        "proven": most_placed.proven and preferred.proven,
    }


def _model(hub: Hub, family: dict[str, str], least: int, most: int) -> HubModel:
    v = HubModel()
    for slot, coaches in hub.coaches.items():
        v.groups[slot] = v.model.variable(len(coaches))
    for candidate in hub.candidates:
        person, choices = candidate.person.id, []
        for slot in candidate.slots:
            if slot in v.groups:
                v.attends[person, slot] = v.model.variable(1)
                choices.append(v.attends[person, slot])
        for group in hub.groups:
            if group.slot in candidate.slots and family[person] not in _present(group, family):
                v.joins[person, group.id] = v.model.variable(1)
                choices.append(v.joins[person, group.id])
        v.model.row(dict.fromkeys(choices, 1), high=1)
    for slot in v.groups:
        _new_groups(v, hub, slot, family, least, most)
    for group in hub.groups:
        _room_in(v, group, family, most)
    return v


def _new_groups(
    v: HubModel, hub: Hub, slot: str, family: dict[str, str], least: int, most: int
) -> None:
    groups = v.groups[slot]
    people = [p.person.id for p in hub.candidates if (p.person.id, slot) in v.attends]
    here = {v.attends[person, slot]: 1 for person in people}
    v.model.row({**here, groups: -most}, high=0)
    v.model.row({**here, groups: -least}, low=0, high=len(here))

    of_family: dict[str, list[int]] = defaultdict(list)
    for person in people:
        of_family[family[person]].append(v.attends[person, slot])
    coaches_of: dict[str, int] = defaultdict(int)
    for coach in hub.coaches[slot]:
        coaches_of[family[coach.id]] += 1
    for name, number in coaches_of.items():
        v.coaches[name, slot] = v.model.variable(number)
        of_family[name].append(v.coaches[name, slot])
    for members in of_family.values():
        v.model.row({**dict.fromkeys(members, 1), groups: -1}, high=0)
    chosen = {v.coaches[name, slot]: 1 for name in coaches_of}
    v.model.row({**chosen, groups: -1}, low=0, high=0)


def _room_in(v: HubModel, group: ExistingGroup, family: dict[str, str], most: int) -> None:
    joining = {person: number for (person, id), number in v.joins.items() if id == group.id}
    v.model.row(dict.fromkeys(joining.values(), 1), high=max(0, most - len(group.members)))
    of_family: dict[str, list[int]] = defaultdict(list)
    for person, number in joining.items():
        of_family[family[person]].append(number)
    for members in of_family.values():
        v.model.row(dict.fromkeys(members, 1), high=1)


def _preference(hub: Hub, v: HubModel) -> dict[int, int]:
    """A step down in someone's preference outweighs any number of groups more."""
    slot_of = {group.id: group.slot for group in hub.groups}
    rank = {(c.person.id, slot): n for c in hub.candidates for n, slot in enumerate(c.slots)}
    step = 1 + sum(len(coaches) for coaches in hub.coaches.values())
    terms = {number: -step * rank[key] for key, number in v.attends.items()}
    terms |= {number: -step * rank[p, slot_of[id]] for (p, id), number in v.joins.items()}
    return terms | dict.fromkeys(v.groups.values(), -1)


def _deal_slots(
    hub: Hub, v: HubModel, values: list[int], family: dict[str, str]
) -> list[dict[str, Any]]:
    formed: list[dict[str, Any]] = []
    for slot in sorted(v.groups):
        people = [
            person for (person, s), number in v.attends.items() if s == slot and values[number]
        ]
        leading: list[str] = []
        for coach in sorted(hub.coaches[slot], key=lambda coach: coach.id):
            of_family = [c for c in leading if family[c] == family[coach.id]]
            if len(of_family) < values[v.coaches[family[coach.id], slot]]:
                leading.append(coach.id)
        dealt = deal(people, leading, family)
        formed += [
            {"slot": slot, "coach": coach, "members": members}
            for coach, members in zip(leading, dealt, strict=True)
        ]
    return formed


def _present(group: ExistingGroup, family: dict[str, str]) -> set[str]:
    present = {family[member.id] for member in group.members}
    return present | ({family[group.coach.id]} if group.coach else set())


def _person(data: dict[str, Any]) -> Person:
    return Person(data["id"], data["school"], data["trust"])
