"""The sample can be drawn again by anyone; the allocation crosses no conflict."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.allocation import Marker, Unplaced, allocate, conflict
from assessment.domain.sampling import commitment_to, draw, sample_size, seed_of


@pytest.mark.parametrize(
    ("scripts", "size"), [(0, 0), (3, 3), (20, 5), (36, 6), (37, 7), (100, 10), (1000, 100)]
)
def test_a_sample_is_the_largest_of_minimum_root_and_share(scripts, size):
    assert sample_size(scripts, percent=10, minimum=5) == size


def test_a_paper_may_ask_for_no_sample():
    assert sample_size(100, percent=0, minimum=0) == 0


@given(st.integers(0, 3000), st.integers(0, 100), st.integers(0, 50))
def test_a_sample_is_never_larger_than_its_batch(scripts, percent, minimum):
    assert 0 <= sample_size(scripts, percent=percent, minimum=minimum) <= scripts


@given(st.text(st.characters(exclude_categories=["C"])), st.text(), st.integers(1, 200))
def test_a_third_party_can_draw_the_sample_again(batch, nonce, scripts):
    size = sample_size(scripts, percent=10, minimum=5)

    # written from the published description alone, without the code under test
    seed = sha256(batch.encode() + b"\n" + nonce.encode()).hexdigest()
    lots = {n: sha256(f"{seed}\n{n}".encode()).hexdigest() for n in range(1, scripts + 1)}
    theirs = sorted(sorted(lots, key=lots.__getitem__)[:size])
    assert draw(batch, nonce, scripts=scripts, size=size) == theirs


def test_another_nonce_draws_another_sample():
    one = draw("npq-headship/2026b/1", "a", scripts=200, size=20)
    other = draw("npq-headship/2026b/1", "b", scripts=200, size=20)

    assert one != other
    assert commitment_to("a") != commitment_to("b")
    assert seed_of("npq-headship/2026b/1", "a") != seed_of("npq-headship/2026b/2", "a")


SCRIPT = Unplaced("s1", "100001", "T1", "P1", "coach", frozenset({"former"}))


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        (Marker("former"), "marked_before"),
        (Marker("coach"), "coach"),
        (Marker("m", school_urn="100001"), "same_school"),
        (Marker("m", trust_id="T1"), "same_trust"),
        (Marker("m", delivery_partner_id="P1"), "same_delivery_partner"),
        (Marker("m", "100002", "T2", "P2"), None),
        (Marker("m"), None),
    ],
)
def test_a_conflict_has_its_reason(marker, why):
    assert conflict(marker, SCRIPT) == why


def test_an_unknown_school_is_in_conflict_with_nobody():
    assert conflict(Marker("m"), Unplaced("s1")) is None


few = st.sampled_from([None, "1", "2", "3"])
markers_drawn = st.lists(
    st.builds(Marker, st.sampled_from("abcdefgh"), few, few, few, st.integers(0, 5)),
    max_size=8,
    unique_by=lambda marker: marker.staff_id,
)
scripts_drawn = st.lists(
    st.builds(
        Unplaced,
        st.integers(0, 999).map(str),
        few,
        few,
        few,
        st.sampled_from([None, "a", "b"]),
        st.frozensets(st.sampled_from("abcdefgh"), max_size=3),
    ),
    max_size=30,
    unique_by=lambda script: script.script_id,
)


@given(scripts_drawn, markers_drawn, st.text())
def test_no_allocation_crosses_a_conflict(scripts, markers, seed):
    by_id = {marker.staff_id: marker for marker in markers}

    placements = allocate(scripts, markers, seed=seed)

    assert [placed.script_id for placed in placements] == [one.script_id for one in scripts]
    for script, placed in zip(scripts, placements, strict=True):
        possible = [marker for marker in markers if conflict(marker, script) is None]
        assert placed.eligible == len(possible)
        if placed.staff_id is None:
            assert not possible
        else:
            assert conflict(by_id[placed.staff_id], script) is None


@given(scripts_drawn, markers_drawn, st.text())
def test_the_same_seed_gives_the_same_allocation(scripts, markers, seed):
    assert allocate(scripts, markers, seed=seed) == allocate(
        scripts, list(reversed(markers)), seed=seed
    )


@given(st.integers(0, 60), st.integers(1, 8), st.text())
def test_without_conflicts_loads_differ_by_one_at_most(scripts, markers, seed):
    placements = allocate(
        [Unplaced(str(number)) for number in range(scripts)],
        [Marker(str(number)) for number in range(markers)],
        seed=seed,
    )

    loads = [sum(p.staff_id == str(number) for p in placements) for number in range(markers)]
    assert max(loads) - min(loads) <= 1


def test_a_higher_rank_is_asked_only_where_no_lower_one_can():
    moderator, lead = Marker("moderator", trust_id="T1", load=9), Marker("lead", rank=1)

    placements = allocate(
        [Unplaced("1"), Unplaced("2", trust_id="T1")], [lead, moderator], seed="s"
    )

    assert [placed.staff_id for placed in placements] == ["moderator", "lead"]


def test_a_marker_who_already_has_scripts_gets_fewer():
    placements = allocate(
        [Unplaced(str(number)) for number in range(4)],
        [Marker("busy", load=2), Marker("free")],
        seed="s",
    )

    assert sorted(p.staff_id for p in placements) == ["busy", "free", "free", "free"]
