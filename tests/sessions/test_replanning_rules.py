"""Planning groups anew: most placed, fewest moved, within a hub and across hubs."""

from grouping_cases import SLOTS, a_hub, a_person, an_instance
from grouping_checker import best_by_trying_all, best_of_two_hubs, broken_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain.grouping import solve

LONDON, READING, LEEDS = [51.5074, -0.1278], [51.4543, -0.9781], [53.8008, -1.5491]


@st.composite
def small_replans(draw):
    """A hub whose groups stand, in part without a coach now, with people and coaches to spare."""
    slots = SLOTS[: draw(st.integers(1, 2))]
    trusts = st.sampled_from([None, None, "t1", "t2"])
    needs = st.sampled_from([(), (), ("captions",)])
    provides = st.sampled_from([(), ("captions",)])
    groups = []
    for number in range(draw(st.integers(1, 2))):
        slot = draw(st.sampled_from(slots))
        members = [
            a_person(
                f"g{number} m{m}", draw(st.permutations(slots)), trust=trust, access=draw(needs)
            )
            for m, trust in enumerate(draw(st.lists(trusts, min_size=1, max_size=2)))
        ]
        coach = a_person(f"g{number} coach", access=draw(provides)) if draw(st.booleans()) else None
        groups.append({"id": f"g{number}", "slot": slot, "coach": coach, "members": members})
    people = [
        a_person(f"new {n}", draw(st.permutations(slots))[: draw(st.integers(1, 2))], trust=trust)
        for n, trust in enumerate(draw(st.lists(trusts, max_size=1)))
    ]
    spare = [
        a_person(f"spare {n}", trust=draw(trusts), access=draw(provides))
        for n in range(draw(st.integers(0, 2)))
    ]
    hub = a_hub(people, dict.fromkeys(slots, spare), groups) | {
        "may_move": True,
        "most_groups": {coach["id"]: draw(st.integers(1, 2)) for coach in spare},
    }
    return an_instance(hub, least=2, most=3)


@given(small_replans())
@settings(max_examples=60, deadline=None)
def test_replanning_places_the_most_and_moves_the_fewest_of_all_ways(instance):
    result = solve(instance)

    (hub,), (outcome,) = instance["hubs"], result["hubs"]
    placed, stay, _ = best_by_trying_all(instance)
    members = sum(len(group["members"]) for group in hub["groups"])
    assert broken_rules(instance, result) == []
    assert (outcome["placed"], members - outcome["moved"]) == (placed, stay)


def test_a_group_whose_coach_has_left_goes_on_with_another_one():
    members = [a_person(f"member {n}", SLOTS[:1]) for n in range(6)]
    group = {"id": "g", "slot": SLOTS[0], "coach": None, "members": members}
    hub = a_hub([], {SLOTS[0]: [a_person("another coach")]}, [group]) | {"may_move": True}

    outcome = solve(an_instance(hub))["hubs"][0]

    assert outcome["led"] == {"g": "another coach"}
    assert (outcome["moved"], outcome["ended"], outcome["placed"]) == (0, [], 6)


@st.composite
def small_hubs_in_reach(draw):
    """Two hubs as above; the second has one group at most."""
    hubs = []
    for name, groups, place in (("first", 1, LONDON), ("second", 1, READING)):
        slots = SLOTS[:2]
        trusts = st.sampled_from([None, None, "t1"])
        standing = []
        for number in range(draw(st.integers(0, groups))):
            members = [
                a_person(f"{name} m{m}", draw(st.permutations(slots)), trust=draw(trusts))
                for m in range(draw(st.integers(1, 3)))
            ]
            coach = a_person(f"{name} coach {number}") if draw(st.booleans()) else None
            slot = draw(st.sampled_from(slots))
            id = f"{name} g{number}"
            standing.append({"id": id, "slot": slot, "coach": coach, "members": members})
        people = [
            a_person(f"{name} new {n}", draw(st.permutations(slots))[: draw(st.integers(1, 2))])
            for n in range(draw(st.integers(0, 1)))
        ]
        spare = [a_person(f"{name} spare")] if draw(st.integers(0, 3)) == 0 else []
        hub = a_hub(people, dict.fromkeys(slots, spare), standing)
        hubs.append(hub | {"hub": name, "place": place, "may_move": True})
    return an_instance(*hubs, least=2, most=3) | {"within_km": 100}


@given(small_hubs_in_reach())
@settings(max_examples=60, deadline=None)
def test_across_hubs_the_most_are_placed_and_the_fewest_moved_of_all_ways(instance):
    result = solve(instance)

    found = result["hubs"]
    members = sum(len(g["members"]) for hub in instance["hubs"] for g in hub["groups"])
    placed = sum(outcome["placed"] for outcome in found)
    moved = sum(outcome["moved"] for outcome in found)
    assert broken_rules(instance, result) == []
    assert (placed, members - moved) == best_of_two_hubs(instance)


def a_hub_with_a_group(name, place, members, coach=True):
    group = {
        "id": f"{name} group",
        "slot": SLOTS[0],
        "coach": a_person(f"{name} coach") if coach else None,
        "members": [a_person(f"{name} m{n}", SLOTS[:1]) for n in range(members)],
    }
    named = {"hub": name, "name": name, "place": place, "may_move": True}
    return a_hub([], {SLOTS[0]: []}, [group]) | named


def test_people_whose_hub_loses_its_only_coach_come_into_the_nearest_hubs_groups():
    hubs = [
        a_hub_with_a_group("London", LONDON, 5),
        a_hub_with_a_group("Reading", READING, 5, coach=False),
        a_hub_with_a_group("Leeds", LEEDS, 5),
    ]
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    london, reading, leeds = result["hubs"]
    assert broken_rules(instance, result) == []
    assert (reading["ended"], len(reading["elsewhere"])) == (["Reading group"], 3)
    assert set(london["guests"].values()) == {"Reading"}
    assert (london["moved"], leeds["moved"], leeds["guests"]) == (0, 0, {})
    assert {told["reason"] for told in reading["unplaced"].values()} == {"no_coach"}
    assert all(
        told["detail"].endswith("at the nearest, London, 59 km away, there is no place either")
        for told in reading["unplaced"].values()
    )


def test_two_hubs_that_shrank_meet_in_the_larger_ones_group():
    hubs = [
        a_hub_with_a_group("London", LONDON, 3),
        a_hub_with_a_group("Reading", READING, 2),
        a_hub_with_a_group("Leeds", LEEDS, 4),
    ]
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    london, reading, leeds = result["hubs"]
    assert broken_rules(instance, result) == []
    assert (london["placed"], london["moved"], london["ended"]) == (5, 0, [])
    assert set(reading["elsewhere"].values()) == {"London"}
    assert {told["reason"] for told in leeds["unplaced"].values()} == {"hub_too_small"}
    assert all("within 100 km" in told["detail"] for told in leeds["unplaced"].values())
