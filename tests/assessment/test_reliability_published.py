"""Reliability: what others have published is what we compute."""

import pytest
from assessment_tables import (
    FLEISS,
    KRIPPENDORFF,
    PSYCHIATRIC,
    from_confusion,
    from_counts,
    from_text,
)

from assessment.domain.reliability import agreement, drift, gwet, kappa, krippendorff


def to_three(value: float) -> float:
    return round(value, 3)


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_four_observers_and_twelve_units_is_krippendorffs(level, published):
    table = from_text(KRIPPENDORFF)

    assert to_three(krippendorff.alpha(table, krippendorff.Level(level))) == published


def test_with_missing_ratings_ac1_and_kappa_are_as_gwets_tables_have_them():
    table = from_text(KRIPPENDORFF)

    assert round(gwet.ac1(table), 5) == 0.77544
    assert round(kappa.fleiss(table), 5) == 0.76117


def test_fourteen_raters_of_ten_subjects_have_a_kappa_of_0_210():
    assert to_three(kappa.fleiss(from_counts(FLEISS))) == 0.210


def test_six_psychiatrists_have_the_kappa_that_fleiss_gives():
    table = from_counts(PSYCHIATRIC)

    assert to_three(kappa.fleiss(table)) == 0.430
    assert [to_three(share) for share in kappa.shares(table)] == [0.144, 0.144, 0.167, 0.306, 0.239]


@pytest.mark.parametrize(
    ("rows", "agreed", "published"),
    [
        (((20, 5), (10, 15)), 0.70, 0.40),
        (((45, 15), (25, 15)), 0.60, 0.13),  # the same agreement,
        (((25, 35), (5, 35)), 0.60, 0.26),  # the more kappa the more the raters differ
        (((40, 9), (6, 45)), 0.85, 0.70),  # Feinstein & Cicchetti (1990): the same agreement,
        (((80, 10), (5, 5)), 0.85, 0.32),  # and little kappa where most cases are of one kind
    ],
)
def test_cohens_kappa_of_two_raters(rows, agreed, published):
    table = from_confusion(*rows)

    assert round(agreement.observed(table), 2) == agreed
    assert round(kappa.cohen(table), 2) == published


@pytest.mark.parametrize(
    ("rows", "published"),
    [
        (((38, 5, 0, 1), (33, 11, 3, 0), (10, 14, 5, 6), (3, 7, 3, 10)), 0.208),
        (((5, 3, 0, 0), (3, 11, 4, 0), (2, 13, 3, 4), (1, 2, 4, 14)), 0.297),
    ],
)
def test_two_neurologists_agree_as_landis_and_koch_found(rows, published):
    assert to_three(kappa.cohen(from_confusion(*rows))) == published


@pytest.mark.parametrize(
    ("share", "number", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_wilsons_interval_is_that_of_newcombe_1998(share, number, low, high):
    found = agreement.wilson(share / number, number)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nearly_all_pass_and_kappa_is_low_though_markers_agree():
    table = from_confusion((930, 30), (30, 10))

    assert to_three(agreement.observed(table)) == 0.940
    assert to_three(kappa.cohen(table)) == 0.219
    assert to_three(gwet.ac1(table)) == 0.935
    assert to_three(agreement.pabak(table)) == 0.880
    assert to_three(agreement.prevalence_index(table)) == 0.920
    assert agreement.bias_index(table) == 0


def test_ewma_is_that_of_the_handbook_of_nist():
    given = (
        "52.0 47.0 53.0 49.3 50.1 47.0 51.0 50.1 51.2 50.5 "
        "49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1"
    )
    expected = (
        "50.60 49.52 50.56 50.18 50.16 49.21 49.75 49.85 50.26 50.33 "
        "50.11 49.36 49.52 50.05 49.38 49.92 50.73 51.23 51.94 51.99"
    )
    spread = 2.0539

    found = drift.ewma([(float(one) - 50) / spread for one in given.split()], smoothing=0.3)

    assert [f"{50 + one * spread:.2f}" for one in found.smoothed] == expected.split()
    assert 50 + found.limits[-1] * spread == pytest.approx(52.5884, abs=0.001)
    assert found.outside_at is None


def test_cusum_is_that_of_the_handbook_of_nist():
    given = (
        "324.925 324.675 324.725 324.350 325.350 325.225 324.125 324.525 325.225 324.600 "
        "324.625 325.150 328.325 327.250 327.825 328.500 326.675 327.775 326.875 328.350"
    )
    expected = "3.01 4.94 7.45 10.63 11.99 14.44 16.00 19.04"

    found = drift.cusum([float(one) - 325 for one in given.split()], slack=0.3175, stop=4.1959)

    published = [float(one) for one in expected.split()]
    assert found.upper[12:] == pytest.approx(published, abs=0.0051)  # it rounds to two places
    assert found.stopped_at == 14


def test_cusum_finds_the_shift_in_montgomerys_example_at_the_29th_value():
    given = (
        "9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08 "
        "9.37 10.62 10.31 8.52 10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52"
    )

    found = drift.cusum([float(one) - 10 for one in given.split()])

    assert (found.stopped_at, round(found.upper[28], 2)) == (29, 5.28)
    assert found.standing is drift.Standing.STOP
