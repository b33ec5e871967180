"""The generalised assignment: the optimum of brute force, of published instances, or a reason."""

import itertools
import json
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.assignment import solve
from assessment.domain.assignment.beam import beams
from assessment.domain.assignment.improving import improve
from assessment.domain.assignment.instance import read
from assessment.domain.assignment.knapsacks import Knapsacks
from assessment.domain.assignment.mip import least
from assessment.domain.assignment.relaxation import relax
from cli.app import run
from headship_contracts.errors import Invalid

C515_1 = {
    "costs": [
        [17, 21, 22, 18, 24, 15, 20, 18, 19, 18, 16, 22, 24, 24, 16],
        [23, 16, 21, 16, 17, 16, 19, 25, 18, 21, 17, 15, 25, 17, 24],
        [16, 20, 16, 25, 24, 16, 17, 19, 19, 18, 20, 16, 17, 21, 24],
        [19, 19, 22, 22, 20, 16, 19, 17, 21, 19, 25, 23, 25, 25, 25],
        [18, 19, 15, 15, 21, 25, 16, 16, 23, 15, 22, 17, 19, 22, 24],
    ],
    "resources": [
        [8, 15, 14, 23, 8, 16, 8, 25, 9, 17, 25, 15, 10, 8, 24],
        [15, 7, 23, 22, 11, 11, 12, 10, 17, 16, 7, 16, 10, 18, 22],
        [21, 20, 6, 22, 24, 10, 24, 9, 21, 14, 11, 14, 11, 19, 16],
        [20, 11, 8, 14, 9, 5, 6, 19, 19, 7, 6, 6, 13, 9, 18],
        [8, 13, 13, 13, 10, 20, 25, 16, 16, 17, 10, 10, 5, 12, 23],
    ],
    "capacities": [36, 34, 38, 27, 33],
}
"""Problem c515-1 of the OR-Library (file gap1): 336 where the costs are profits, else 261."""


@pytest.mark.parametrize(("sign", "optimum"), [(1, 261), (-1, -336)])
def test_a_published_instance_reaches_its_published_optimum(sign, optimum):
    costs = [[sign * value for value in row] for row in C515_1["costs"]]

    found = solve(C515_1 | {"costs": costs})

    assert (found["status"], found["cost"], found["gap"]) == ("optimal", optimum, 0)


WHOLE = st.integers(-5, 30)


@st.composite
def instances(draw, values=WHOLE):
    agents, jobs = draw(st.integers(1, 4)), draw(st.integers(0, 6))

    def table(of):
        return draw(
            st.lists(st.lists(of, min_size=jobs, max_size=jobs), min_size=agents, max_size=agents)
        )

    return {
        "costs": table(values),
        "resources": table(st.integers(0, 9)),
        "capacities": draw(st.lists(st.integers(0, 20), min_size=agents, max_size=agents)),
    }


def least_cost(instance):
    """By trying every assignment."""
    agents, jobs = len(instance["capacities"]), len(instance["costs"][0])
    costs = []
    for chosen in itertools.product(range(agents), repeat=jobs):
        loads = [0] * agents
        for job, agent in enumerate(chosen):
            loads[agent] += instance["resources"][agent][job]
        if all(load <= room for load, room in zip(loads, instance["capacities"], strict=True)):
            costs.append(sum(instance["costs"][a][job] for job, a in enumerate(chosen)))
    return min(costs, default=None)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_small_instances_cost_what_brute_force_finds(instance):
    found = solve(instance)

    assert found["cost"] == least_cost(instance)
    if found["cost"] is None:
        assert found["status"] == "infeasible"
        return
    assert (found["status"], found["bound"]) == ("optimal", found["cost"])
    for agent, room in enumerate(instance["capacities"]):
        mine = [job for job, chosen in enumerate(found["assignment"]) if chosen == agent]
        assert found["loads"][agent] == sum(instance["resources"][agent][job] for job in mine)
        assert found["loads"][agent] <= room


@settings(max_examples=15, deadline=None)
@given(instances(st.integers(-20, 120).map(lambda whole: whole / 4)))
def test_costs_may_have_decimals(instance):
    assert solve(instance)["cost"] == least_cost(instance)


BY_A_HAIR = {
    "costs": [
        [1, 5, 9, 7, 9, 8, 9, 7, 8, 9, 1],
        [9, 3, 7, 6, 1, 9, 4, 5, 5, 2, 1],
    ],
    "resources": 2 * [
        [5.732064, 7.985229, 9.868716, 8.465375, 7.573562, 5.121299, 7.303503, 6.966348,
         5.604256, 5.317021, 5.740974],
    ],
    "capacities": [52.062207, 23.616140],
}  # fmt: skip
"""Every way to share these out is over a capacity, by two millionths at least."""


@pytest.mark.parametrize("parts", [1, 10**6])
def test_an_assignment_over_a_capacity_by_a_hair_is_none(tmp_path, capsys, parts):
    instance = {
        "costs": BY_A_HAIR["costs"],
        "resources": [[round(v * parts, 6) for v in row] for row in BY_A_HAIR["resources"]],
        "capacities": [round(v * parts, 6) for v in BY_A_HAIR["capacities"]],
    }
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(instance))

    assert least_cost(instance) is None
    assert run(["lab", "assign", str(file)]) == 1
    assert capsys.readouterr().out.startswith("infeasible")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_capacities_that_are_met_to_the_last_digit_are_kept(seed):
    chance = random.Random(seed)
    takes = [chance.randint(5 * 10**6, 10**7) for _ in range(9)]
    first = sum(chance.sample(takes, 5)) - chance.randint(0, 2)
    instance = {
        "costs": [[chance.randint(1, 9) for _ in takes] for _ in range(2)],
        "resources": [takes, takes],
        "capacities": [first, sum(takes) - first + chance.randint(-1, 1)],
    }

    found = solve(instance)

    assert found["cost"] == least_cost(instance)
    assert found["status"] == ("infeasible" if found["cost"] is None else "optimal")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"costs": [[1, 2], [3]]}, "costs.1"),
        ({"costs": [[1, 2]]}, "costs"),
        ({"costs": [[1, 2], "12"]}, "costs.1"),
        ({"resources": [[1, -2], [1, 1]]}, "resources.0.1"),
        ({"resources": [[1, "2"], [1, 1]]}, "resources.0.1"),
        ({"resources": [[1, float("nan")], [1, 1]]}, "resources.0.1"),
        ({"capacities": [1, None]}, "capacities.1"),
        ({"capacities": [1, True]}, "capacities.1"),
        ({"capacities": []}, "capacities"),
        ({"capacities": [1, 10**12]}, "capacities.1"),
    ],
)
def test_what_is_wrong_with_an_instance_is_named(change, field):
    sound = {"costs": [[1, 2], [3, 4]], "resources": [[1, 1], [1, 1]], "capacities": [1, 1]}

    with pytest.raises(Invalid) as refusal:
        solve(sound | change)

    assert list(refusal.value.fields) == [field]


def test_the_command_prints_the_optimum_and_the_assignment(tmp_path, capsys):
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(C515_1))

    assert run(["lab", "assign", str(file)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert run(["lab", "assign", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert told[0] == f"optimum: {found['cost']} (proven)"
    assert told[1].split() == ["assignment:", *(str(a + 1) for a in found["assignment"])]
    assert found["cost"] == sum(C515_1["costs"][a][j] for j, a in enumerate(found["assignment"]))


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("{", 2, "not_json"),
        ("[]", 2, "must hold an object"),
        ('{"costs": [[1]], "resources": [[1]]}', 2, "capacities: is missing"),
        ('{"costs": [[1]], "resources": [[2]], "capacities": [1]}', 1, "infeasible"),
    ],
)
def test_the_command_says_why_there_is_no_optimum(tmp_path, capsys, content, code, words):
    file = tmp_path / "instance.json"
    file.write_text(content)

    assert run(["lab", "assign", str(file)]) == code
    told = capsys.readouterr()
    assert words in told.out + told.err


def class_d(agents, jobs, seed=1):
    """An instance of the OR-Library's hard class D: what costs little takes much."""
    chance = random.Random(seed)
    resources = [[chance.randint(1, 100) for _ in range(jobs)] for _ in range(agents)]
    return {
        "costs": [[111 - a + chance.randint(-10, 10) for a in row] for row in resources],
        "resources": resources,
        "capacities": [int(0.8 * sum(row) / agents) for row in resources],
    }


def test_where_time_ends_before_a_proof_the_best_found_is_told_with_its_bound(tmp_path, capsys):
    instance = class_d(10, 60)
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(instance))

    code = run(["lab", "assign", str(file), "--seconds", "8", "--json"])

    found = json.loads(capsys.readouterr().out)
    costs = [instance["costs"][agent][job] for job, agent in enumerate(found["assignment"])]
    assert (found["cost"], code) == (sum(costs), 0 if found["status"] == "optimal" else 1)
    assert found["bound"] <= found["cost"]
    assert found["gap"] == pytest.approx((found["cost"] - found["bound"]) / found["cost"])
    for load, room in zip(found["loads"], instance["capacities"], strict=True):
        assert load <= room


def test_an_assignment_gets_better_piece_by_piece_and_stays_one():
    plain = class_d(3, 24)
    instance, end = read(plain), time.monotonic() + 60
    relaxed = relax(instance, Knapsacks(instance), end)
    dear = read(plain | {"costs": (-instance.costs).tolist()})
    worst = least(dear, instance.possible, end, enough=True)

    better = improve(instance, relaxed, worst.agents, relaxed.bound, end)

    assert instance.cost_of(better) == solve(plain)["cost"] < instance.cost_of(worst.agents)
    loads = zip(instance.loads(better), plain["capacities"], strict=True)
    assert all(load <= room for load, room in loads)


def test_a_beam_finds_an_assignment_near_the_bound_from_one_that_is_far():
    plain = class_d(6, 24)
    instance, end = read(plain), time.monotonic() + 60
    relaxed = relax(instance, Knapsacks(instance), end)
    dear = read(plain | {"costs": (-instance.costs).tolist()})
    worst = least(dear, instance.possible, end, enough=True)
    near = relaxed.bound + relaxed.bound // 100

    better = beams(instance, relaxed, worst.agents, near, end)

    assert instance.cost_of(better) <= near < instance.cost_of(worst.agents)
    loads = zip(instance.loads(better), plain["capacities"], strict=True)
    assert all(load <= room for load, room in loads)


def test_agents_without_a_job_do_not_stop_an_assignment_from_getting_better():
    agents = 8
    plain = {
        "costs": [[1, 2]] * agents,
        "resources": [[1, 1]] * agents,
        "capacities": [1] * agents,
    }
    instance, end = read(plain), time.monotonic() + 60
    relaxed = relax(instance, Knapsacks(instance), end)

    found = improve(instance, relaxed, np.array([6, 7]), 2, end)

    assert instance.cost_of(found) == 3
    assert time.monotonic() < end
