"""What the grouping is held against: first fit, and the model that one would write down first."""

from typing import Any

from sessions.domain.optimiser import Model


def first_fit(instance: dict[str, Any]) -> tuple[int, int]:
    """People in turn into the first group of their best slot with room and none of their trust; a
    coach begins one where there is none. (placed in groups that are large enough, groups that are
    too small)."""
    placed = small = 0
    for hub in instance["hubs"]:
        spare = len(hub["most_groups"])
        groups: dict[str, list[list[dict[str, Any]]]] = {}
        for person in hub["people"]:
            open_to = [
                group
                for slot in person["slots"]
                for group in groups.get(slot, ())
                if len(group) < instance["most"] and not _meets_own(person, group)
            ]
            if open_to:
                open_to[0].append(person)
            elif spare:
                spare -= 1
                groups.setdefault(person["slots"][0], []).append([person])
        sizes = [len(group) for of_slot in groups.values() for group in of_slot]
        placed += sum(size for size in sizes if size >= instance["least"])
        small += sum(size < instance["least"] for size in sizes)
    return placed, small


def person_by_group(instance: dict[str, Any], seconds_for_a_hub: float) -> tuple[int, int]:
    """(placed, hubs proven): a variable for each person and group, the groups named, each with a
    slot of its own choice. Most placed is all that it looks for."""
    placed = proven = 0
    for hub in instance["hubs"]:
        model = Model()
        groups = range(len(hub["most_groups"]))
        slots = list(hub["coaches"])
        held = {(g, slot): model.variable(1) for g in groups for slot in slots}
        member = {
            (p, g, slot): model.variable(1)
            for p, person in enumerate(hub["people"])
            for g in groups
            for slot in person["slots"]
        }
        for g in groups:
            model.row({held[g, slot]: 1 for slot in slots}, high=1)
        of_person: dict[int, dict[int, int]] = {}
        of_group: dict[tuple[int, str], dict[int, int]] = {}
        of_trust: dict[tuple[int, str, str], dict[int, int]] = {}
        for (p, g, slot), number in member.items():
            of_person.setdefault(p, {})[number] = 1
            of_group.setdefault((g, slot), {})[number] = 1
            if trust := hub["people"][p]["trust"]:
                of_trust.setdefault((g, slot, trust), {})[number] = 1
        for terms in of_person.values():
            model.row(terms, high=1)
        for key, terms in of_group.items():
            model.row({**terms, held[key]: -instance["most"]}, high=0)
            model.row({**terms, held[key]: -instance["least"]}, low=0, high=len(terms))
        for terms in of_trust.values():
            if len(terms) > 1:
                model.row(terms, high=1)
        try:
            outcome = model.maximise(dict.fromkeys(member.values(), 1), seconds_for_a_hub)
        except ArithmeticError:
            continue  # nothing found in time: nobody of this hub is placed
        placed += outcome.objective
        proven += outcome.proven
    return placed, proven


def _meets_own(person: dict[str, Any], group: list[dict[str, Any]]) -> bool:
    return person["trust"] is not None and any(p["trust"] == person["trust"] for p in group)
