"""What the search for an assignment relies on, held against every assignment of small problems."""

import itertools
import random
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.assignment.branching import ROUNDS, search
from assessment.domain.assignment.instance import read
from assessment.domain.assignment.knapsacks import Knapsacks
from assessment.domain.assignment.part import Part
from assessment.domain.assignment.relaxation import relax

AGENTS, JOBS = 3, 6


@st.composite
def problems(draw):
    """What costs little takes much; costs of few digits, or of so many that 32 bits are too few."""
    chance = random.Random(draw(st.integers(0, 10**6)))
    unit = draw(st.sampled_from([1, 10**6]))
    resources = [[chance.randint(1, 20) for _ in range(JOBS)] for _ in range(AGENTS)]
    costs = [[unit * (31 - r) + chance.randint(-5, 5) for r in row] for row in resources]
    capacities = [int(draw(st.sampled_from([0.8, 1.2])) * sum(row) / AGENTS) for row in resources]
    return read({"costs": costs, "resources": resources, "capacities": capacities})


def assignments(instance):
    """All there are, cheapest first."""
    found = []
    for chosen in itertools.product(range(AGENTS), repeat=JOBS):
        agents = np.array(chosen)
        if (np.array(instance.loads(agents)) <= instance.capacities).all():
            found.append((instance.cost_of(agents), chosen))
    return sorted(found)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 10**6))
def test_no_assignment_costs_less_than_its_pairs_tell_at_any_prices(instance, seed):
    draw = np.random.default_rng(seed)
    knapsacks = Knapsacks(instance)
    dearest = instance.costs.max() * knapsacks.parts
    pairs = instance.possible & (draw.random((4, AGENTS, JOBS)) < 0.9)
    prices = np.stack([knapsacks.prices(draw.uniform(0, dearest, JOBS)) for _ in pairs])

    told = knapsacks.told(pairs, prices)

    for part, left in enumerate(pairs):
        for cost, chosen in assignments(instance):
            if left[chosen, range(JOBS)].all():
                assert told.bounds[part] <= cost * knapsacks.parts
                assert (told.with_pair[part][chosen, range(JOBS)] <= cost * knapsacks.parts).all()


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_search_finds_what_is_within_the_target_and_knows_when_nothing_is(instance):
    end = time.monotonic() + 60
    relaxed = relax(instance, Knapsacks(instance), end)
    costs = [cost for cost, _ in assignments(instance)]
    optimum = costs[0] if costs else int(instance.costs.sum())

    below, within = (
        search(relaxed.knapsacks, [Part(instance.possible, relaxed.prices, ROUNDS)], target, end)
        for target in (optimum - 1, optimum)
    )

    assert (below.agents, below.through) == (None, True)
    assert (within.agents is None) == (not costs)
    if costs:
        assert instance.cost_of(within.agents) == optimum
        assert (np.array(instance.loads(within.agents)) <= instance.capacities).all()


def test_a_search_that_is_cut_short_claims_nothing():
    instance = read({"costs": [[3, 5], [4, 4]], "resources": [[2, 2]] * 2, "capacities": [2, 2]})
    relaxed = relax(instance, Knapsacks(instance), time.monotonic() + 60)

    whole = Part(instance.possible, relaxed.prices, ROUNDS)

    found = search(relaxed.knapsacks, [whole], 7, end=0.0)

    assert (found.agents, found.through) == (None, False)
