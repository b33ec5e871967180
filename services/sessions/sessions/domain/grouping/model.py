"""A hub's groups as a linear model: how many people of each family are in which slot, and how many
groups there are. Who is in which of a slot's new groups is left to `dealing`, which loses nothing
(see `deal`) and spares the solver all the equal ways of naming groups.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sessions.domain.grouping.coaches import Alike, alike
from sessions.domain.grouping.families import Person, families
from sessions.domain.grouping.hub import Candidate, ExistingGroup, Hub
from sessions.domain.optimiser import Model

Lane = tuple[str, frozenset[str]]
"""A slot, and what the coaches of its groups provide: people who need it are dealt among these."""


@dataclass
class HubModel:
    """The variables of a hub's model, by what they mean."""

    hub: Hub
    least: int
    most: int
    family: dict[str, str]
    classes: list[Alike]
    model: Model = field(default_factory=Model)
    attends: dict[tuple[str, Lane], int] = field(default_factory=dict)  # person: in a new group
    joins: dict[tuple[str, str], int] = field(default_factory=dict)  # person, existing group
    forms: dict[Lane, int] = field(default_factory=dict)  # how many new groups
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
    needed = frozenset[str]().union(*(c.person.access for c in hub.candidates))
    classes = alike(hub.coaches, family, hindered, needed)
    v = HubModel(hub, least, most, family, classes)
    _one_place_each(v)
    for lane in _lanes(v):
        _new_groups(v, lane)
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


def placing_hosts(v: HubModel) -> dict[int, int]:
    """The same, without the guests."""
    guests = {c.person.id for c in v.hub.candidates if c.guest}
    places = [*v.joins.items(), *v.attends.items()]
    return {number: 1 for (person, _), number in places if person not in guests}


def staying(v: HubModel) -> dict[int, int]:
    """One for each person who is not moved."""
    now = {c.person.id: c.now for c in v.hub.candidates if c.now is not None}
    return {number: 1 for (person, id), number in v.joins.items() if now.get(person) == id}


def preference(v: HubModel) -> dict[int, int]:
    """First people's preferences, then groups that keep their coach, then fewer groups: a step
    down in one person's outweighs any number of groups. A group that somebody was in before is
    liked better than any."""
    slot_of = {group.id: group.slot for group in v.hub.groups}
    rank = {
        (c.person.id, slot): number for c in v.hub.candidates for number, slot in enumerate(c.slots)
    }
    fewer = 1 + sum(len(who.ids) * len(who.slots) for who in v.classes)
    same_coach = {number: fewer for (who, id), number in v.takes.items() if id in who.leads}
    step = 1 + fewer * (1 + len(v.hub.groups))
    terms = {
        number: -step * rank[person, slot] for (person, (slot, _)), number in v.attends.items()
    }
    terms |= {number: -step * rank[p, slot_of[id]] for (p, id), number in v.joins.items()}
    before = {(c.person.id, c.before) for c in v.hub.candidates if c.before is not None}
    for key in before & v.joins.keys():
        terms[v.joins[key]] = step
    return terms | same_coach | dict.fromkeys(v.forms.values(), -1)


def _lanes(v: HubModel) -> list[Lane]:
    lanes = {(slot, who.access) for who in v.classes for slot in who.slots}
    return sorted(lanes, key=lambda lane: (lane[0], sorted(lane[1])))


def _one_place_each(v: HubModel) -> None:
    lanes = _lanes(v)
    for candidate in v.hub.candidates:
        person, choices = candidate.person, []
        for lane in lanes:
            if lane[0] in candidate.slots and person.access <= lane[1]:
                v.attends[person.id, lane] = v.model.variable(1)
                choices.append(v.attends[person.id, lane])
        for group in v.hub.groups:
            if group.slot in candidate.slots and _may_join(v, candidate, group):
                v.joins[person.id, group.id] = v.model.variable(1)
                choices.append(v.joins[person.id, group.id])
        v.model.row(dict.fromkeys(choices, 1), high=1)


def _may_join(v: HubModel, candidate: Candidate, group: ExistingGroup) -> bool:
    """Where the coach may change, `_group_that_may_end` sees to what a coach must be."""
    person = candidate.person
    provided = v.hub.may_move or (group.coach is not None and person.access <= group.coach.access)
    return v.family[person.id] not in _present(v, group) and (not person.access or provided)


def _new_groups(v: HubModel, lane: Lane) -> None:
    slot, access = lane
    able = [who for who in v.classes if slot in who.slots and who.access == access]
    groups = v.forms[lane] = v.model.variable(sum(len(who.ids) for who in able))
    here = {number: 1 for (_, at), number in v.attends.items() if at == lane}
    v.model.row({**here, groups: -v.most}, high=0)
    v.model.row({**here, groups: -v.least}, low=0, high=len(here))
    apart: dict[str, list[int]] = defaultdict(list)
    for (person, at), number in v.attends.items():
        if at == lane:
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
    needs = {candidate.person.id: candidate.person.access for candidate in v.hub.candidates}
    for (person, id), number in v.joins.items():
        lacking = {
            other: 1
            for (who, of), other in v.takes.items()
            if of == group.id and id == group.id and not needs[person] <= who.access
        }
        if lacking:
            v.model.row({number: 1, **lacking}, high=1)


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
