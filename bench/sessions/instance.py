"""The synthetic instance that groupings are measured on: the same for everyone, from one seed."""

import random
from typing import Any

SEED = 2026
PEOPLE, HUBS = 5_000, 60
LEAST, MOST = 5, 8
PHASES = ("primary", "secondary", "all_through")
SLOTS = [f"{day}-{hour}:00" for day in ("mon", "tue", "wed", "thu", "fri") for hour in (16, 18)]


def an_instance(seed: int = SEED, people: int = PEOPLE, hubs: int = HUBS) -> dict[str, Any]:
    """As `sessions.domain.grouping.solve` takes it.

    Hubs differ in size (40 to 130 people at the usual numbers). Each person can do two to five of
    ten slots; two thirds of the schools are in a trust, of which a hub has one for every four
    people. A hub has as many coaches as full groups would need, each free in every slot, for one
    group.
    """
    chance = random.Random(seed)
    shares = [chance.uniform(0.5, 1.6) for _ in range(hubs)]
    sizes = [round(people * share / sum(shares)) for share in shares]
    sizes[-1] += people - sum(sizes)
    return {
        "least": LEAST,
        "most": MOST,
        "hubs": [_hub(chance, number, size) for number, size in enumerate(sizes)],
    }


def with_phases(instance: dict[str, Any]) -> dict[str, Any]:
    """The same people, seven in ten of whom lead a primary school, and one in four a secondary."""
    chance = random.Random(SEED)
    hubs = [
        hub
        | {
            "people": [
                person | {"phase": chance.choices(PHASES, weights=(70, 25, 5))[0]}
                for person in hub["people"]
            ]
        }
        for hub in instance["hubs"]
    ]
    return instance | {"hubs": hubs, "phases": "same"}


def without_coaches(
    instance: dict[str, Any], found: dict[str, Any], share: float
) -> dict[str, Any]:
    """The groups of `found` as they stand once this share of all coaches has left."""
    chance = random.Random(SEED)
    hubs = []
    for hub, outcome in zip(instance["hubs"], found["hubs"], strict=True):
        coaches = {coach["id"]: coach for free in hub["coaches"].values() for coach in free}
        gone = set(chance.sample(sorted(coaches), round(len(coaches) * share)))
        people = {person["id"]: person for person in hub["people"]}
        groups = [
            {
                "id": f"{hub['hub']} group {number}",
                "slot": new["slot"],
                "coach": None if new["coach"] in gone else coaches[new["coach"]],
                "members": [people.pop(member) for member in new["members"]],
            }
            for number, new in enumerate(outcome["formed"])
        ]
        left = [coach for id, coach in coaches.items() if id not in gone]
        hubs.append(
            {
                "hub": hub["hub"],
                "people": list(people.values()),
                "coaches": dict.fromkeys(SLOTS, left),
                "most_groups": {coach["id"]: 1 for coach in left},
                "groups": groups,
                "may_move": True,
            }
        )
    return {"least": instance["least"], "most": instance["most"], "hubs": hubs}


def _hub(chance: random.Random, number: int, size: int) -> dict[str, Any]:
    trusts = [f"hub {number} trust {n}" for n in range(max(1, size // 4))]
    people = []
    for n in range(size):
        trust = chance.choice(trusts) if chance.random() > 1 / 3 else None
        slots = chance.sample(SLOTS, chance.randint(2, 5))
        people.append(_person(f"hub {number} head {n}", trust, slots))
    coaches = [_person(f"hub {number} coach {n}", None, SLOTS) for n in range(-(-size // MOST))]
    return {
        "hub": f"hub {number}",
        "people": people,
        "coaches": dict.fromkeys(SLOTS, coaches),
        "most_groups": {coach["id"]: 1 for coach in coaches},
        "groups": [],
    }


def _person(id: str, trust: str | None, slots: list[str]) -> dict[str, Any]:
    return {"id": id, "school": f"school of {id}", "trust": trust, "slots": slots}
