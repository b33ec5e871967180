"""What steers a grouping once places and preferences are settled: phases, and guests' ways."""

from collections import Counter

from grouping_cases import SLOTS, a_hub, a_person, an_instance
from grouping_checker import best_by_trying_all, broken_rules, fewest_apart_by_trying_all
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain.grouping import solve


@st.composite
def small_instances(draw, trusts):
    slots = SLOTS[: draw(st.integers(1, 2))]
    people = [
        a_person(
            f"p{number}",
            draw(st.permutations(slots))[: draw(st.integers(1, len(slots)))],
            trust=draw(st.sampled_from(trusts)),
            phase=draw(st.sampled_from([None, "primary", "primary", "secondary"])),
        )
        for number in range(draw(st.integers(2, 6)))
    ]
    coaches = {
        slot: [a_person(f"{slot} coach {number}") for number in range(draw(st.integers(0, 2)))]
        for slot in slots
    }
    return an_instance(a_hub(people, coaches), least=2, most=3)


def phase_of(result):
    return result["hubs"][0]["soft"]["phase"]


@given(small_instances([None]))
@settings(max_examples=40, deadline=None)
def test_of_equally_good_groupings_the_one_that_brings_most_of_a_phase_together_is_found(instance):
    instance = instance | {"phases": "same"}

    result = solve(instance)

    fewest = fewest_apart_by_trying_all(instance)
    assert broken_rules(instance, result) == []
    assert phase_of(result) == {"value": fewest, "bound": fewest}


@given(small_instances([None, "t1", "t2"]), st.sampled_from(["same", "mix"]))
@settings(max_examples=40, deadline=None)
def test_no_way_is_better_than_the_bound_told_and_phases_cost_nobody_a_place(instance, wish):
    instance = instance | {"phases": wish}

    result = solve(instance)

    outcome = result["hubs"][0]
    slots = {person["id"]: person["slots"] for person in instance["hubs"][0]["people"]}
    ranks = sum(slots[p].index(new["slot"]) for new in outcome["formed"] for p in new["members"])
    assert broken_rules(instance, result) == []
    assert (outcome["placed"], 0, ranks) == best_by_trying_all(instance)
    assert phase_of(result)["bound"] <= fewest_apart_by_trying_all(instance)


def test_phases_decide_who_goes_to_which_slot_where_preferences_do_not():
    people = [
        a_person(f"{phase} {n}", SLOTS[:2], phase=phase)
        for n in range(5)
        for phase in ("primary", "secondary")
    ]
    coaches = {slot: [a_person(f"{slot} coach")] for slot in SLOTS[:2]}
    instance = an_instance(a_hub(people, coaches), most=5)
    phase = {person["id"]: person["phase"] for person in people}

    same, mixed = (solve(instance | {"phases": wish}) for wish in ("same", "mix"))

    def met(result):
        groups = [new["members"] for new in result["hubs"][0]["formed"]]
        return [sorted(Counter(phase[p] for p in group).values()) for group in groups]

    assert broken_rules(instance | {"phases": "same"}, same) == []
    assert (met(same), met(mixed)) == ([[5], [5]], [[2, 3], [2, 3]])
    assert phase_of(same) == phase_of(mixed) == {"value": 0, "bound": 0}


def test_phases_do_not_come_before_what_people_like_best():
    people = [
        a_person(f"{slot} {n}", [slot], phase="primary" if n < 2 else "secondary")
        for n in range(5)
        for slot in SLOTS[:2]
    ]
    likes = {slot: [*SLOTS[:2]] if slot == SLOTS[0] else [*SLOTS[1::-1]] for slot in SLOTS[:2]}
    people = [person | {"slots": likes[person["slots"][0]]} for person in people]
    coaches = {slot: [a_person(f"{slot} coach")] for slot in SLOTS[:2]}

    result = solve(an_instance(a_hub(people, coaches), most=5) | {"phases": "same"})

    for new in result["hubs"][0]["formed"]:
        assert {person.split()[0] for person in new["members"]} == {new["slot"]}
    assert phase_of(result) == {"value": 4, "bound": 4}


def test_a_start_that_the_solver_takes_for_better_than_it_is_is_not_the_result():
    likes, phases = SLOTS[1::-1], [None, "primary", "secondary", None]
    people = [a_person(f"p{n}", likes, phase=phase) for n, phase in enumerate(phases)]
    people.append(a_person("p5", SLOTS[:1], phase="primary"))
    hub = a_hub(people, {SLOTS[0]: [a_person("coach")], SLOTS[1]: []})

    result = solve(an_instance(hub, least=2, most=3) | {"phases": "same"})

    assert phase_of(result) == {"value": 0, "bound": 0}


def test_somebody_new_joins_the_group_of_their_phase_where_they_like_both_slots():
    def standing(id, slot, phase):
        members = [a_person(f"{id} {n}", phase=phase) for n in range(6)]
        return {"id": id, "slot": slot, "coach": a_person(f"{id} coach"), "members": members}

    groups = [standing("a", SLOTS[0], "primary"), standing("b", SLOTS[0], "secondary")]
    new = a_person("new", SLOTS[:1], phase="secondary")

    result = solve(an_instance(a_hub([new], {}, groups)) | {"phases": "same"})

    assert result["hubs"][0]["joined"] == {"new": "b"}
    assert phase_of(result) == {"value": 0, "bound": 0}


def test_of_guests_for_whom_there_is_not_room_enough_those_with_the_shortest_way_come():
    host = a_hub(
        [a_person(f"host {n}", SLOTS[:1]) for n in range(6)], {SLOTS[0]: [a_person("coach")]}
    ) | {"hub": "London", "place": [51.5, -0.1]}
    coming = [
        a_person(f"{km} km", SLOTS[:1]) | {"place": [51.5 + km / 111.2, -0.1]}
        for km in (40, 30, 10, 20)
    ]
    small = a_hub(coming, {SLOTS[0]: [a_person("their coach")]}) | {
        "hub": "Luton",
        "place": [51.9, -0.4],
    }
    instance = an_instance(host, small) | {"within_km": 100}

    result = solve(instance)

    assert broken_rules(instance, result) == []
    assert set(result["hubs"][0]["guests"]) == {"10 km", "20 km"}
    assert result["hubs"][0]["soft"]["travel"] == {"value": 30, "bound": 30}
