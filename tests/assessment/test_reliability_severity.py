"""Reliability: how severe markers are, by a many-facet Rasch model."""

from collections.abc import Iterator

import numpy as np
import pytest

from assessment.domain.reliability.rasch import Rating, severities
from assessment.domain.reliability.statistic import Undefined


def synthetic(
    chance: np.random.Generator, severity: dict[str, float], difficulty: dict[str, float]
) -> Iterator[Rating]:
    """300 scripts, each read by two markers on all criteria, for marks of 0 to 4."""
    for script in range(300):
        ability = chance.normal(0.5, 1)
        for marker in chance.choice(sorted(severity), 2, replace=False):
            for criterion, hard in difficulty.items():
                logit = ability - severity[marker] - hard
                taken = chance.binomial(4, 1 / (1 + np.exp(-logit)))
                yield Rating(f"script {script}", str(marker), float(taken), 4.0, criterion)


def centred(chance: np.random.Generator, names: list[str], spread: float) -> dict[str, float]:
    drawn = chance.normal(0, spread, len(names))
    return dict(zip(names, drawn - drawn.mean(), strict=True))


def test_severities_are_recovered_from_synthetic_marks_with_honest_errors():
    chance = np.random.default_rng(11)
    severity = centred(chance, [f"marker {n:02}" for n in range(20)], 0.5)
    difficulty = centred(chance, [f"criterion {n}" for n in range(5)], 0.7)

    found = severities(list(synthetic(chance, severity, difficulty)))

    true = np.array(list(severity.values()))
    value = np.array([found.raters[name].value for name in severity])
    error = np.array([found.raters[name].error for name in severity])
    assert np.corrcoef(true, value)[0, 1] > 0.95
    assert np.sqrt(((value - true) ** 2).mean()) < 0.15
    assert (abs(value - true) < 1.96 * error).mean() >= 0.85
    assert 0.3 < error.mean() / np.sqrt(((value - true) ** 2).mean()) < 3
    assert value.sum() == pytest.approx(0, abs=1e-6)
    assert found.spread == pytest.approx(1, abs=0.15)
    for name, hard in difficulty.items():
        assert found.criteria[name].value == pytest.approx(hard, abs=0.15)


def test_errors_are_honest_where_each_script_has_many_steps_and_few_have_two_markers():
    """80 steps to a script tell its ability closely: between the points of a coarse grid."""
    off = []
    for seed in range(10):
        chance = np.random.default_rng(seed)
        severity = centred(chance, [f"marker {n}" for n in range(10)], 0.5)
        ratings = []
        for script in range(200):
            ability = chance.normal(1, 1)
            for marker in chance.choice(sorted(severity), 1 + (script % 3 == 0), replace=False):
                share = 1 / (1 + np.exp(severity[marker] - ability))
                for criterion in "abcdefgh":
                    taken = float(chance.binomial(10, share))
                    ratings.append(Rating(f"s{script}", str(marker), taken, 10.0, criterion))
        found = severities(ratings).raters
        off += [(found[name].value - true) / found[name].error for name, true in severity.items()]

    assert (np.abs(off) < 1.96).mean() >= 0.93
    assert 0.8 < np.std(off) < 1.1


def test_two_groups_of_markers_with_no_script_in_common_get_no_numbers():
    ratings = [
        Rating(f"{left}{right} {n}", marker, float(n % 2))
        for left, right in (("A", "B"), ("C", "D"))
        for n in range(10)
        for marker in (left, right)
    ]

    found = severities(ratings)

    assert found.subsets == (("A", "B"), ("C", "D"))
    assert all(one.value is None and "no chain" in one.reason for one in found.raters.values())


def test_a_marker_who_passes_everybody_is_told_apart_and_the_others_have_numbers():
    chance = np.random.default_rng(3)
    ratings = [Rating(f"s{n}", "kind", 1.0) for n in range(40)]
    for marker, share in (("one", 0.4), ("other", 0.6)):
        ratings += [Rating(f"s{n}", marker, float(chance.random() < share)) for n in range(40)]

    found = severities(ratings)

    assert found.raters["kind"].value is None
    assert found.raters["kind"].reason == "gave the highest every time"
    assert found.raters["one"].value > found.raters["other"].value
    assert found.raters["one"].error > 0


def test_where_all_gave_extremes_nobody_has_a_severity():
    ratings = [Rating(f"s{n}", marker, 1.0) for n in range(5) for marker in ("A", "B")]

    with pytest.raises(Undefined, match="fewer than two raters"):
        severities(ratings)


def test_the_scale_of_the_marks_changes_nothing_but_the_weight_of_each_step():
    """The names of the markers are no part of the model."""
    chance = np.random.default_rng(5)
    severity = centred(chance, ["a", "b", "c", "d"], 0.6)
    ratings = list(synthetic(chance, severity, {"": 0.0}))
    renamed = [
        Rating(one.unit, {"a": "z", "b": "y", "c": "x", "d": "w"}[one.rater], one.taken, 4.0)
        for one in ratings
    ]

    first, second = severities(ratings), severities(renamed)

    for one, other in zip("abcd", "zyxw", strict=True):
        assert first.raters[one].value == pytest.approx(second.raters[other].value, abs=1e-4)
        assert first.raters[one].error == pytest.approx(second.raters[other].error, rel=1e-3)
