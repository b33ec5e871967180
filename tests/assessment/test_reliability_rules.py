"""Reliability: what must hold of every table of ratings."""

import random
from functools import partial
from itertools import permutations
from math import isfinite

import numpy as np
import pytest
from assessment_tables import from_confusion, from_text, rated
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.reliability import agreement, bootstrap, drift, gwet, kappa, krippendorff
from assessment.domain.reliability.report import everything, explanation
from assessment.domain.reliability.statistic import Undefined, attempt
from assessment.domain.reliability.table import table_of

LEVELS = list(krippendorff.Level)


WHOLE = st.integers(0, 4).map(float)


def tables(values=WHOLE):
    """Up to ten units by two to five raters, with some ratings missing."""
    cell = st.one_of(st.none(), values, values, values)
    return st.integers(2, 5).flatmap(
        lambda raters: st.lists(
            st.lists(cell, min_size=raters, max_size=raters), min_size=1, max_size=10
        )
    )


def same(one, other):
    """Both have no value, or the same but for rounding."""
    if one.value is None or other.value is None:
        return one.value == other.value
    return one.value == pytest.approx(other.value, abs=1e-9)


def nominal(rows):
    table = rated(rows)
    return [
        attempt(compute, table)
        for compute in (agreement.observed, kappa.fleiss, gwet.ac1, agreement.pabak)
    ] + [attempt(krippendorff.alpha, table, krippendorff.Level.NOMINAL)]


@given(tables(), st.randoms(use_true_random=False))
def test_other_names_for_the_categories_change_nothing(rows, chance):
    names = [0.0, 1.0, 2.0, 3.0, 4.0]
    chance.shuffle(names)
    renamed = [[None if cell is None else f"c{names[int(cell)]}" for cell in row] for row in rows]

    assert all(map(same, nominal(rows), nominal(renamed)))


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_raters_and_units_changes_nothing(rows, chance):
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    moved = [[row[place] for place in order] for row in rows]
    chance.shuffle(moved)

    assert all(map(same, nominal(rows), nominal(moved)))
    for level in LEVELS:
        alphas = [attempt(krippendorff.alpha, rated(each), level) for each in (rows, moved)]
        assert same(*alphas)


@given(tables(), st.sampled_from(LEVELS))
def test_alpha_is_what_its_definition_says(rows, level):
    """Straight from the definition: a list of pairs within units, and one of all pairs."""
    units = [[cell for cell in row if cell is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    every = [cell for unit in units for cell in unit]

    def apart(one, other):
        if level == "ordinal":
            low, high = sorted((one, other))
            between = sum(low <= cell <= high for cell in every)
            return (between - (every.count(one) + every.count(other)) / 2) ** 2
        if level == "ratio":
            return ((one - other) / (one + other)) ** 2 if one + other else 0
        return (one - other) ** 2 if level == "interval" else float(one != other)

    expected = sum(apart(*two) for two in permutations(every, 2))
    seen = sum(apart(*two) / (len(unit) - 1) for unit in units for two in permutations(unit, 2))
    found = attempt(krippendorff.alpha, rated(rows), level)

    if expected == 0:
        assert found.value is None
        assert found.reason
    else:
        assert found.value == pytest.approx(1 - seen * (len(every) - 1) / expected, abs=1e-9)


@given(st.lists(st.integers(0, 4).map(float), min_size=2, max_size=12), st.integers(2, 5))
def test_who_agrees_on_everything_agrees_fully(values, raters):
    table = rated([[value] * raters for value in values])

    found = [attempt(compute, table) for compute in (kappa.fleiss, gwet.ac1)]
    found += [attempt(krippendorff.alpha, table, level) for level in LEVELS]
    for one in found:
        assert one.value == pytest.approx(1) or (one.value is None and one.reason)
    assert agreement.observed(table) == 1


@given(st.lists(st.integers(1, 40), min_size=4, max_size=4))
def test_kappa_follows_from_pabak_prevalence_and_bias(cells):
    """Byrt, Bishop & Carlin (1993), equation 4."""
    a, b, c, d = cells
    table = from_confusion((a, b), (c, d))
    prevalence, bias = agreement.prevalence_index(table), agreement.bias_index(table)

    derived = (agreement.pabak(table) - prevalence**2 + bias**2) / (1 - prevalence**2 + bias**2)

    assert kappa.cohen(table) == pytest.approx(derived)


@settings(max_examples=25, deadline=None)
@given(
    tables(
        st.one_of(
            st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: round(one, 3)),
            st.sampled_from([-1.0, 0.0, 2.5]),
        )
    )
)
def test_no_statistic_of_any_table_is_other_than_a_number_or_a_reason(rows):
    found = everything(rated(rows), replicates=20)

    def look(one):
        if isinstance(one, dict):
            if {"value", "reason"} <= one.keys():
                assert (one["value"] is None) == (one["reason"] is not None)
            for inner in one.values():
                look(inner)
        elif isinstance(one, list):
            for inner in one:
                look(inner)
        else:
            assert not isinstance(one, float) or isfinite(one)

    look(found)


def test_one_category_leaves_nothing_to_correct_for_chance():
    found = everything(rated([["pass", "pass"], ["pass", "pass"]]), replicates=20)

    assert found["raw_agreement"]["value"] == 1
    for name in ("cohen_kappa", "fleiss_kappa", "gwet_ac1", "pabak"):
        assert found[name]["value"] is None
        assert "one category" in found[name]["reason"]
    assert "one category" in found["krippendorff_alpha"]["nominal"]["reason"]


def test_texts_have_no_order_and_negative_numbers_no_ratio():
    texts, negative = rated([["a", "b"], ["b", "b"]]), rated([[-1.0, 2.0], [2.0, 2.0]])

    with pytest.raises(Undefined, match="no order"):
        krippendorff.alpha(texts, krippendorff.Level.ORDINAL)
    with pytest.raises(Undefined, match="negative"):
        krippendorff.alpha(negative, krippendorff.Level.RATIO)
    assert krippendorff.alpha(negative, krippendorff.Level.INTERVAL) == pytest.approx(0)


def test_alpha_of_an_interval_does_not_depend_on_the_unit_of_measurement():
    rows = [[1.0, 2.0, 4.0], [2.0, 2.0, 3.0], [5.0, 4.0, 5.0]]
    moved = [[1e9 + 1e-3 * cell for cell in row] for row in rows]

    one, other = (
        krippendorff.alpha(rated(each), krippendorff.Level.INTERVAL) for each in (rows, moved)
    )

    assert one == pytest.approx(other, abs=1e-4)


def test_an_interval_is_the_same_for_the_same_seed_and_holds_the_value():
    table = from_text("1 1|2 2|1 2|2 2|1 1|2 1|2 2|1 1|1 1|2 2")

    one, again, other = (bootstrap.interval(table, gwet.ac1, seed=seed) for seed in (1, 1, 2))

    assert one == again
    assert one != other
    assert one.low < one.value < one.high


def test_a_low_kappa_is_explained_where_nearly_all_pass():
    assert "AC1" in explanation(from_confusion((93, 3), (3, 1)))
    assert explanation(from_confusion((50, 3), (3, 44))) is None


def test_where_all_ratings_are_alike_it_is_told_that_kappa_has_no_value():
    told = explanation(from_text("1 1|1 1|1 1"))

    assert "have no value" in told
    assert "low" not in told


def test_a_marker_whose_standard_moves_is_stopped_and_a_steady_one_is_not():
    chance = random.Random(7)
    truth = [chance.gauss(60, 10) for _ in range(60)]
    rows = [
        [mark + chance.gauss(0, 4), mark + chance.gauss(0, 4), mark + chance.gauss(0, 4)]
        for mark in truth
    ]
    for row in rows[30:]:
        row[2] -= 9

    found = everything(rated(rows), replicates=100)["drift"]["raters"]

    assert found["rater 2"]["standing"] == "stop"
    assert found["rater 2"]["stopped_at"] > 30
    assert found["rater 2"]["warned_at"] <= found["rater 2"]["stopped_at"]


def test_a_chart_warns_above_four_and_stops_above_five():
    steady = drift.cusum([0.5] * 50)
    warned = drift.cusum([2.0, 2.0, 1.5])
    stopped = drift.cusum([-2.0, -2.0, -2.0, -2.0])

    assert steady.standing is drift.Standing.STEADY
    assert (warned.standing, warned.warned_at) == (drift.Standing.STEADY, None)  # 4.0 is not above
    assert (stopped.standing, stopped.warned_at, stopped.stopped_at) == ("stop", 3, 4)


def test_a_table_needs_no_unit_that_is_rated_twice():
    found = everything(table_of(["a", "b"], ["x", "y"], [[1.0, None], [None, 2.0]]), replicates=20)

    assert found["raw_agreement"]["reason"] == "no unit has two ratings"
    assert found["severity"]["reason"] == "the design is not connected"
    assert found["severity"]["subsets"] == [["x"], ["y"]]


@given(tables(), st.randoms(use_true_random=False))
def test_counting_by_unit_gives_what_counting_each_rating_gives(rows, chance):
    """Few categories are counted once for each unit, many at each look: it must not matter."""
    by_unit, by_rating = rated(rows), rated(rows)
    vars(by_rating)["tally"] = None
    weights = np.array([float(chance.randrange(4)) for _ in rows])

    for compute in (kappa.fleiss, gwet.ac1, *(partial(alpha_at, level) for level in LEVELS)):
        one = attempt(compute, by_unit, weights)
        assert same(one, attempt(compute, by_rating, weights))


def alpha_at(level, table, weights):
    return krippendorff.alpha(table, level, weights)
