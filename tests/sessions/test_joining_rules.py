"""Access needs, hubs too small for a group, groups of before, and phases."""

from collections import Counter
from itertools import chain

from grouping_cases import SLOTS, a_hub, a_person, an_instance
from grouping_checker import broken_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain.grouping import solve
from sessions.domain.grouping.dealing import arrange, deal


def test_who_needs_captions_is_in_a_group_whose_coach_provides_them():
    people = [a_person(f"p{n}", SLOTS[:1]) for n in range(10)]
    people += [a_person(f"deaf {n}", SLOTS[:1], access=["captions"]) for n in range(3)]
    coaches = [a_person("without"), a_person("with", access=["captions"])]
    instance = an_instance(a_hub(people, {SLOTS[0]: coaches}))

    result = solve(instance)

    outcome = result["hubs"][0]
    assert broken_rules(instance, result) == []
    assert outcome["placed"] == 13
    assert {p for f in outcome["formed"] if f["coach"] == "with" for p in f["members"]} >= {
        "deaf 0",
        "deaf 1",
        "deaf 2",
    }


def test_needs_that_nobody_provides_are_the_reason_told():
    people = [a_person(f"p{n}", SLOTS[:1]) for n in range(6)]
    people.append(a_person("signing", SLOTS[:1], access=["interpreter"]))
    instance = an_instance(a_hub(people, {SLOTS[0]: [a_person("coach")]}))

    outcome = solve(instance)["hubs"][0]

    assert outcome["unplaced"]["signing"]["reason"] == "access_needs"


def hubs_at(*sizes_and_places, coaches=2):
    return [
        a_hub(
            [a_person(f"{name} p{n}", SLOTS[:1]) for n in range(size)],
            {SLOTS[0]: [a_person(f"{name} c{n}") for n in range(coaches)]},
        )
        | {"hub": name, "name": name, "place": place}
        for name, size, place in sizes_and_places
    ]


LONDON, READING, LEEDS = [51.5074, -0.1278], [51.4543, -0.9781], [53.8008, -1.5491]


def test_a_hub_too_small_for_a_group_joins_the_nearest():
    hubs = hubs_at(("London", 7, LONDON), ("Leeds", 6, LEEDS), ("Reading", 3, READING))
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    london, leeds, reading = result["hubs"]
    assert broken_rules(instance, result) == []
    assert set(london["guests"].values()) == {"Reading"}
    assert (leeds["guests"], reading["unplaced"]) == ({}, {})
    assert set(reading["elsewhere"].values()) == {"London"}


def test_guests_displace_none_of_the_hubs_own_people():
    hubs = hubs_at(("London", 7, LONDON), ("Reading", 4, READING), coaches=1)
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    london, reading = result["hubs"]
    assert broken_rules(instance, result) == []
    assert london["unplaced"] == {}
    assert (len(london["guests"]), len(reading["unplaced"])) == (1, 3)
    assert {told["reason"] for told in reading["unplaced"].values()} == {"hub_too_small"}
    assert "at the nearest, London, 59 km away" in reading["unplaced"].popitem()[1]["detail"]


def test_a_small_hub_with_no_other_in_reach_is_told_so():
    hubs = hubs_at(("London", 6, LONDON), ("Leeds", 3, LEEDS), ("Nowhere", 2, None))
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    _, leeds, nowhere = result["hubs"]
    assert broken_rules(instance, result) == []
    assert all("within 100 km" in told["detail"] for told in leeds["unplaced"].values())
    assert all("is not known" in told["detail"] for told in nowhere["unplaced"].values())


def test_two_small_hubs_make_a_group_together():
    hubs = hubs_at(("London", 4, LONDON), ("Reading", 3, READING), ("Leeds", 2, LEEDS))
    instance = an_instance(*hubs) | {"within_km": 100}

    result = solve(instance)

    london, reading, leeds = result["hubs"]
    assert broken_rules(instance, result) == []
    assert (london["placed"], set(reading["elsewhere"].values())) == (7, {"London"})
    assert len(leeds["unplaced"]) == 2


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_hubs_of_any_size_keep_the_rules_whoever_joins_whom(data):
    places = st.sampled_from([LONDON, READING, LEEDS, None])
    sizes = data.draw(st.lists(st.tuples(st.integers(0, 9), places), min_size=1, max_size=4))
    hubs = hubs_at(*((f"hub {n}", size, place) for n, (size, place) in enumerate(sizes)))
    instance = an_instance(*hubs) | {"within_km": data.draw(st.sampled_from([None, 10, 100, 500]))}

    result = solve(instance)

    assert broken_rules(instance, result) == []


def test_a_group_that_somebody_was_in_before_a_pause_is_liked_best():
    def standing(id, slot):
        members = [a_person(f"{id} {n}") for n in range(6)]
        return {"id": id, "slot": slot, "coach": a_person(f"{id} coach"), "members": members}

    groups = [standing("first", SLOTS[0]), standing("second", SLOTS[1])]
    back = a_person("back", [SLOTS[0], SLOTS[1]]) | {"before": "second"}

    outcome = solve(an_instance(a_hub([back], {}, groups)))["hubs"][0]

    assert outcome["joined"] == {"back": "second"}


@given(
    st.lists(
        st.tuples(st.sampled_from(["primary", "secondary"]), st.integers(0, 5)),
        min_size=4,
        max_size=16,
    ),
    st.integers(1, 3),
    st.sampled_from(["mix", "same"]),
)
@settings(max_examples=60, deadline=None)
def test_phases_are_brought_together_or_mixed_within_the_rules(drawn, number, wish):
    coaches = [f"coach {n}" for n in range(number)]
    seen = Counter()
    people, family, phase = [], {coach: coach for coach in coaches}, {}
    for n, (its, trust) in enumerate(drawn):
        seen[trust] += 1
        if seen[trust] <= number:
            people.append(f"p{n}")
            family[f"p{n}"], phase[f"p{n}"] = f"t{trust}", its
    groups = deal(people, coaches, family)

    arranged = arrange(groups, coaches, family, phase, wish)

    def squares(found):
        return sum(n * n for group in found for n in Counter(map(phase.get, group)).values())

    assert [len(group) for group in arranged] == [len(group) for group in groups]
    assert sorted(chain(*arranged)) == sorted(people)
    for group in arranged:
        assert len({family[person] for person in group}) == len(group)
    assert (squares(arranged) - squares(groups)) * (1 if wish == "same" else -1) >= 0
