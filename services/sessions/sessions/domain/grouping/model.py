"""A hub's groups as a linear model: how many people of each family are in which slot, and how many
groups there are. Who is in which of a slot's new groups is left to `dealing`, which loses nothing
(see `deal`) and spares the solver all the equal ways of naming groups.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sessions.domain.grouping.coaches import Alike, alike
from sessions.domain.grouping.families import Person, families
from sessions.domain.grouping.hub import ExistingGroup, Hub
from sessions.domain.optimiser import Model


@dataclass
class HubModel:
    """The variables of a hub's model, by what they mean."""

    hub: Hub
    least: int
    most: int
    family: dict[str, str]
    classes: list[Alike]
    model: Model = field(default_factory=Model)
    attends: dict[tuple[str, str], int] = field(default_factory=dict)  # person, slot: a new group
    joins: dict[tuple[str, str], int] = field(default_factory=dict)  # person, existing group
    forms: dict[str, int] = field(default_factory=dict)  # slot: how many new groups
    leads: dict[tuple[Alike, str], int] = field(default_factory=dict)  # class, slot: new groups
    takes: dict[tuple[Alike, str], int] = field(default_factory=dict)  # class, existing group
    keeps: dict[str, int] = field(default_factory=dict)  # existing group that may end


def model_of(hub: Hub, least: int, most: int) -> HubModel:
    """The hub's hard rules: each whole-numbered solution can be made into groups that keep them."""
    everyone = [candidate.person for candidate in hub.candidates]
    everyone += [coach.person for coach in hub.coaches]
    for group in hub.groups:
        everyone += [*group.members, *([group.coach] if group.coach else [])]
    family = families(everyone)
    hindered = {family[candidate.person.id] for candidate in hub.candidates}
    v = HubModel(hub, least, most, family, alike(hub.coaches, family, hindered))
    _one_place_each(v)
    for slot in hub.slots:
        _new_groups(v, slot)
    for group in hub.groups:
        if hub.may_move:
            _group_that_may_end(v, group)
        else:
            _room_in(v, group)
    _no_coach_twice(v)
    return v


def placing(v: HubModel) -> dict[int, int]:
    """One for each person who has a place."""
    return dict.fromkeys([*v.joins.values(), *v.attends.values()], 1)


def staying(v: HubModel) -> dict[int, int]:
    """One for each person who is not moved."""
    now = {c.person.id: c.now for c in v.hub.candidates if c.now is not None}
    return {number: 1 for (person, id), number in v.joins.items() if now.get(person) == id}


def preference(v: HubModel) -> dict[int, int]:
    """First people's preferences, then groups that keep their coach, then fewer groups: a step
    down in one person's outweighs any number of groups."""
    slot_of = {group.id: group.slot for group in v.hub.groups}
    rank = {
        (c.person.id, slot): number for c in v.hub.candidates for number, slot in enumerate(c.slots)
    }
    fewer = 1 + sum(len(who.ids) * len(who.slots) for who in v.classes)
    same_coach = {number: fewer for (who, id), number in v.takes.items() if id in who.leads}
    step = 1 + fewer * (1 + len(v.hub.groups))
    terms = {number: -step * rank[key] for key, number in v.attends.items()}
    terms |= {number: -step * rank[p, slot_of[id]] for (p, id), number in v.joins.items()}
    return terms | same_coach | dict.fromkeys(v.forms.values(), -1)


def _one_place_each(v: HubModel) -> None:
    new_in = set(v.hub.slots)
    for candidate in v.hub.candidates:
        person, choices = candidate.person.id, []
        for slot in candidate.slots:
            if slot in new_in:
                v.attends[person, slot] = v.model.variable(1)
                choices.append(v.attends[person, slot])
        for group in v.hub.groups:
            if group.slot in candidate.slots and v.family[person] not in _present(v, group):
                v.joins[person, group.id] = v.model.variable(1)
                choices.append(v.joins[person, group.id])
        v.model.row(dict.fromkeys(choices, 1), high=1)


def _new_groups(v: HubModel, slot: str) -> None:
    able = [who for who in v.classes if slot in who.slots]
    groups = v.forms[slot] = v.model.variable(sum(len(who.ids) for who in able))
    here = {number: 1 for (_, at), number in v.attends.items() if at == slot}
    v.model.row({**here, groups: -v.most}, high=0)
    v.model.row({**here, groups: -v.least}, low=0, high=len(here))
    apart: dict[str, list[int]] = defaultdict(list)
    for (person, at), number in v.attends.items():
        if at == slot:
            apart[v.family[person]].append(number)
    for who in able:
        v.leads[who, slot] = v.model.variable(len(who.ids))
        if who.family is not None:
            apart[who.family].append(v.leads[who, slot])
    for members in apart.values():
        v.model.row({**dict.fromkeys(members, 1), groups: -1}, high=0)
    v.model.row({**{v.leads[who, slot]: 1 for who in able}, groups: -1}, low=0, high=0)


def _group_that_may_end(v: HubModel, group: ExistingGroup) -> None:
    """Its members may go elsewhere, others may come, and a coach must be found for it."""
    keeps = v.keeps[group.id] = v.model.variable(1)
    coming = {number: 1 for (_, id), number in v.joins.items() if id == group.id}
    v.model.row({**coming, keeps: -v.most}, high=0)
    v.model.row({**coming, keeps: -v.least}, low=0, high=len(coming))
    apart: dict[str, list[int]] = defaultdict(list)
    for (person, id), number in v.joins.items():
        if id == group.id:
            apart[v.family[person]].append(number)
    leading = {}
    for who in v.classes:
        if group.slot in who.slots:
            v.takes[who, group.id] = v.model.variable(1)
            leading[v.takes[who, group.id]] = 1
            if who.family is not None:
                apart[who.family].append(v.takes[who, group.id])
    for members in apart.values():
        v.model.row({**dict.fromkeys(members, 1), keeps: -1}, high=0)
    v.model.row({**leading, keeps: -1}, low=0, high=0)


def _room_in(v: HubModel, group: ExistingGroup) -> None:
    joining = {p: number for (p, id), number in v.joins.items() if id == group.id}
    v.model.row(dict.fromkeys(joining.values(), 1), high=max(0, v.most - len(group.members)))
    apart: dict[str, list[int]] = defaultdict(list)
    for person, number in joining.items():
        apart[v.family[person]].append(number)
    for members in apart.values():
        v.model.row(dict.fromkeys(members, 1), high=1)


def _no_coach_twice(v: HubModel) -> None:
    """In a slot a class leads no more groups than it has coaches, and in all what they can."""
    slot_of = {group.id: group.slot for group in v.hub.groups}
    for who in v.classes:
        everywhere: dict[int, int] = {}
        for slot in who.slots:
            here = {v.leads[who, slot]: 1} | {
                number: 1
                for (other, id), number in v.takes.items()
                if other == who and slot_of[id] == slot
            }
            v.model.row(here, high=len(who.ids))
            everywhere |= here
        v.model.row(everywhere, high=len(who.ids) * who.most)


def _present(v: HubModel, group: ExistingGroup) -> set[str]:
    there: list[Person] = [*group.members, *([group.coach] if group.coach else [])]
    return {v.family[person.id] for person in there}
