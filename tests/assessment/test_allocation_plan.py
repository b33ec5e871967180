"""A plan of who marks what: as good as brute force, conflicts never crossed, markers linked."""

import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.allocation import Marker, Unplaced, hindrance
from assessment.domain.allocation.planning import plan

MARKERS = "abcd"
few = st.sampled_from([None, "1", "2"])


@st.composite
def problems(draw, needs=2):
    markers = [
        {
            "staff_id": name,
            "school_urn": draw(few),
            "load": draw(st.integers(0, 2)),
            "capacity": draw(st.sampled_from([None, 2, 3, 4])),
            "barred": draw(st.sampled_from([None, None, None, "not_trained"])),
        }
        for name in MARKERS[: draw(st.integers(1, 4))]
    ]
    scripts = [
        {
            "id": str(number),
            "needs": draw(st.integers(1, needs)),
            "school_urn": draw(few),
            "marked_by": draw(st.lists(st.sampled_from(MARKERS), max_size=1)),
        }
        for number in range(draw(st.integers(0, 4)))
    ]
    return {"scripts": scripts, "markers": markers, "seed": draw(st.text(max_size=3))}


def possible(problem, script):
    """Markers who may have it, as the conflict rule says."""
    about = Unplaced(
        script["id"],
        school_urn=script["school_urn"],
        marked_by=frozenset(script.get("marked_by", ())),
    )
    return [
        marker["staff_id"]
        for marker in problem["markers"]
        if hindrance(Marker(**marker | {"capacity": None}), about) is None
    ]


def every_way(problem):
    """All ways to give scripts to markers, within conflicts and room."""
    choices = []
    for script in problem["scripts"]:
        able = possible(problem, script)
        choices.append(
            [c for n in range(script["needs"] + 1) for c in itertools.combinations(able, n)]
        )
    room = {
        marker["staff_id"]: 99
        if marker["capacity"] is None
        else max(0, marker["capacity"] - marker["load"])
        for marker in problem["markers"]
    }
    for way in itertools.product(*choices):
        got = Counter(who for here in way for who in here)
        if all(number <= room[who] for who, number in got.items()):
            yield way, got


def unlevel(problem, got):
    """What is least where everyone's load is in proportion to what they take."""
    named = [marker["capacity"] for marker in problem["markers"] if marker["capacity"]]
    average = sum(named) / len(named) if named else 1
    total = 0.0
    for marker in problem["markers"]:
        weight = 1 if marker["capacity"] is None else max(marker["capacity"], 1) / average
        for more in range(got[marker["staff_id"]]):
            total += (2 * (marker["load"] + more) + 1) / weight
    return total


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_plan_places_as_many_as_brute_force_and_as_level(problem):
    planned = plan(problem)

    given_to = {one["id"]: one["staff"] for one in planned["scripts"]}
    got = Counter(who for here in given_to.values() for who in here)
    most = max(sum(got.values()) for _, got in every_way(problem))
    levelest = min(
        unlevel(problem, other) for _, other in every_way(problem) if sum(other.values()) == most
    )
    assert sum(got.values()) == most
    if not planned["linked_by"]:
        assert abs(unlevel(problem, got) - levelest) <= 0.01 * max(1, sum(got.values()))
        assert planned["gap"] < 1e-9
    for script in problem["scripts"]:
        here = given_to[script["id"]]
        assert len(set(here)) == len(here) <= script["needs"]
        assert set(here) <= set(possible(problem, script))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_whoever_is_left_without_hears_why_and_why_not_others(problem):
    planned = plan(problem)

    for script, one in zip(
        sorted(problem["scripts"], key=lambda s: s["id"]),
        sorted(planned["scripts"], key=lambda s: s["id"]),
        strict=True,
    ):
        able = possible(problem, script)
        assert set(one["excluded"]) == {m["staff_id"] for m in problem["markers"]} - set(able)
        assert one["short"] == script["needs"] - len(one["staff"])
        if one["short"]:
            why = (
                "no_marker_without_conflict"
                if len(able) < script["needs"]
                else "no_marker_with_room"
            )
            assert one["why"] == why


def fleet(scripts, markers, needs=2, **changes):
    return {
        "scripts": [{"id": str(n), "needs": needs} | changes for n in range(scripts)],
        "markers": [{"staff_id": f"m{n}", "load": 0} for n in range(markers)],
        "seed": "s",
    }


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 9), st.integers(0, 30), st.text(max_size=4))
def test_markers_of_pairs_are_linked_where_there_are_scripts_enough(markers, more, seed):
    planned = plan(fleet(markers + more, markers) | {"seed": seed})

    assert len(planned["parts"]) == 1
    assert planned["gap"] == 0


def test_each_marker_meets_at_least_four_others():
    planned = plan(fleet(60, 12))

    pairs = Counter(frozenset(one["staff"]) for one in planned["scripts"])
    assert planned["partners"] >= 4
    assert max(pairs.values()) <= 3


def test_markers_of_two_trusts_are_linked_by_whoever_may_mark_for_both():
    """Trust A's scripts go to B's markers and the other way round: only one marker links them."""
    problem = {
        "scripts": [
            {"id": f"{trust}{n}", "needs": 2, "trust_id": trust} for trust in "AB" for n in range(6)
        ],
        "markers": [
            {"staff_id": f"{trust}{n}", "trust_id": trust, "load": 0}
            for trust in "AB"
            for n in range(3)
        ]
        + [{"staff_id": "free", "load": 0}],
        "seed": "s",
    }

    assert len(plan(problem)["parts"]) == 1
    assert len(plan(problem | {"markers": problem["markers"][:6]})["parts"]) == 2


def test_capacities_are_shares_of_the_work():
    problem = fleet(30, 2, needs=1)
    problem["markers"][0]["capacity"], problem["markers"][1]["capacity"] = 20, 40

    loads = {one["staff_id"]: one["load_after"] for one in plan(problem)["markers"]}

    assert loads == {"m0": 10, "m1": 20}


def dropped(scripts, markers, **rooms):
    """Marker m0 has dropped out; all scripts lie with someone."""
    problem = fleet(scripts, markers, needs=1)
    for n, script in enumerate(problem["scripts"]):
        holder = f"m{n % markers}"
        script["keeps"] = [] if holder == "m0" else [holder]
    problem["markers"][0]["barred"] = "drops_out"
    for name, room in rooms.items():
        problem["markers"][int(name[1:])]["capacity"] = room
    return problem


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(1, 30))
def test_when_a_marker_drops_out_only_their_scripts_move(markers, scripts):
    planned = plan(dropped(scripts, markers))

    assert planned["moved"] == 0
    assert all(one["short"] == 0 for one in planned["scripts"])
    for n in range(scripts):
        (now,) = next(one["staff"] for one in planned["scripts"] if one["id"] == str(n))
        assert now == f"m{n % markers}" or n % markers == 0


def test_another_script_moves_only_to_make_room():
    """The one left by m0 can only go to m1, who is full: one of m1's goes to m2 instead."""
    problem = dropped(6, 3, m1=2, m2=4)
    problem["scripts"][0]["marked_by"] = ["m2"]

    planned = plan(problem)

    assert planned["moved"] == 1
    assert next(one["staff"] for one in planned["scripts"] if one["id"] == "0") == ["m1"]


def test_the_same_seed_gives_the_same_plan():
    one, other = plan(fleet(40, 7)), plan(fleet(40, 7))

    assert one["scripts"] == other["scripts"]
