"""The moderation bound holds as often as it says, and the draw can be made by anyone."""

import os
import random
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain import moderation as rules
from assessment.domain.moderation import Pooled, Verdict, verdict

MANY = 10**9
MOST = 200
"""Scripts that a marker has at most, in these reckonings."""

RUNS = 2_000 if os.environ.get("HEADSHIP_CAMPAIGN") == "long" else 300


@pytest.mark.parametrize(
    ("checked", "errors", "bound"), [(10, 0, 0.238), (59, 0, 0.049), (20, 1, 0.207)]
)
def test_the_posterior_says_what_is_published_of_it(checked, errors, bound):
    assert round(rules.posterior_bound(checked, errors), 3) == bound


@pytest.mark.parametrize(
    ("population", "checked", "errors", "follows"),
    [
        (MANY, 10, 0, Verdict.EXTENDED),
        (MANY, 57, 0, Verdict.EXTENDED),
        (MANY, 59, 0, Verdict.ACCEPTED),
        (MANY, 10, 1, Verdict.EXTENDED),
        (MANY, 10, 2, Verdict.ESCALATED),
        (MANY, 60, 1, Verdict.EXTENDED),
        (10, 10, 0, Verdict.COMPLETE),
        (10, 10, 9, Verdict.COMPLETE),
        (0, 0, 0, Verdict.COMPLETE),
    ],
)
def test_enough_is_enough(population, checked, errors, follows):
    assert verdict(population, checked, errors) is follows


def test_a_pooled_prior_shortens_the_way_and_weighs_little():
    pooled = rules.pool([(40, 0), (60, 1), (30, 0)])

    assert 0 < pooled.clean + pooled.errors <= rules.POOLED_AT_MOST
    assert verdict(MANY, 50, 0, pooled) is Verdict.ACCEPTED
    assert verdict(MANY, 50, 0) is Verdict.EXTENDED
    assert rules.pool([(10, 0)]) == Pooled()
    assert rules.pool([]) == Pooled()


def exactly(share, pooled):
    """How often the stated bound holds where this share of a vast population is wrong: reckoned,
    not simulated, over every course that moderation can take."""
    going, held, checked = {0: 1.0}, 0.0, 0
    while going and checked < MOST:
        checked += rules.STEP
        courses: dict[int, float] = {}
        for errors, chance in going.items():
            for more in range(rules.STEP + 1):
                of = comb(rules.STEP, more) * share**more * (1 - share) ** (rules.STEP - more)
                courses[errors + more] = courses.get(errors + more, 0.0) + chance * of
        going = {}
        for errors, chance in courses.items():
            if verdict(MANY, checked, errors, pooled) is Verdict.EXTENDED and checked < MOST:
                going[errors] = chance
            else:
                held += chance * (rules.stated_bound(MANY, checked, errors) >= share)
    return held


@pytest.mark.parametrize("pooled", [Pooled(), Pooled(20, 0), Pooled(19, 1)])
def test_the_stated_bound_holds_in_95_percent_whatever_the_share(pooled):
    shares = [number / 100 for number in (2, 4, 5, 6, 7, 8, 10, 15)]

    assert min(exactly(share, pooled) for share in shares) >= 0.95


def moderate(population, chance):
    """Play one marker's moderation; whether the bound then holds for the true share."""
    frame = list(range(1, len(population) + 1))
    nonce, drawn, checked, errors = str(chance.random()), [], 0, 0
    while True:
        step = rules.draw("batch", nonce, "marker", frame, drawn)
        drawn.append(step)
        checked += len(step)
        errors += sum(population[number - 1] for number in step)
        if verdict(len(frame), checked, errors) is not Verdict.EXTENDED:
            break
    return sum(population) / len(population) <= rules.stated_bound(len(frame), checked, errors)


@pytest.mark.parametrize("share", [0.03, 0.055, 0.08, 0.15, None])
def test_the_bound_holds_in_95_percent_of_all_moderations(share):
    """With the systematic draw, of 120 scripts sorted by score, where the weaker err more often;
    None: every share is as likely as any other."""
    chance = random.Random(5)
    held = 0
    for _ in range(RUNS):
        wrong = chance.random() if share is None else share
        scripts = [chance.random() < wrong * 2 * (1 - n / 120) for n in range(120)]
        held += moderate(scripts, chance)

    assert held / RUNS >= 0.95


@settings(max_examples=30, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["C"])),
    st.text(),
    st.text(st.characters(exclude_categories=["C"])),
    st.lists(st.integers(1, 500), unique=True, max_size=50),
)
def test_a_third_party_can_draw_every_step_again(batch, nonce, marker, frame):
    drawn, theirs = [], []
    while step := rules.draw(batch, nonce, marker, frame, drawn):
        drawn.append(step)

    # written from the published description alone, without the code under test
    seed = sha256(f"{batch}\n{nonce}".encode()).hexdigest()
    left = list(frame)
    while left:
        size, number = min(10, len(left)), len(theirs) + 1
        start = int(sha256(f"{seed}\n{marker}\n{number}".encode()).hexdigest(), 16) % len(left)
        theirs.append([left[(start + i * len(left)) // size] for i in range(size)])
        left = [one for one in left if one not in theirs[-1]]
    assert drawn == theirs
    assert sorted(one for step in drawn for one in step) == sorted(frame)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 500), unique=True, min_size=10, max_size=80), st.text())
def test_a_step_is_spread_over_the_whole_frame(frame, nonce):
    step = rules.draw("batch", nonce, "marker", frame, [])

    places = [frame.index(number) for number in step]
    gaps = [after - before for before, after in pairwise(places)]
    assert len(step) == rules.STEP
    assert len(frame) // rules.STEP <= min(gaps) <= max(gaps) <= -(-len(frame) // rules.STEP)


def test_the_best_and_the_worst_are_looked_at_anyway():
    assert rules.mandatory([(1, 70), (2, 95), (3, 66), (4, 66)]) == {
        3: "lowest_score",
        2: "highest_score",
    }
    assert rules.mandatory([]) == {}
    assert rules.mandatory([(1, 70)]) == {1: "highest_score"}


def test_the_nearer_to_the_pass_mark_the_likelier_a_script_is_drawn():
    scored = [(number, 60 + number) for number in range(1, 41)]
    drawn = Counter(
        number
        for nonce in range(4_000)
        for number in rules.draw_by_risk("b/1", str(nonce), "m", scored, 60)
    )

    sizes = {number: 41 - number for number, _ in scored}
    for number, size in sizes.items():
        expected = 4_000 * rules.RISKY * size / sum(sizes.values())
        assert abs(drawn[number] - expected) < 5 * expected**0.5


def test_the_draw_by_risk_depends_on_nothing_but_what_is_published():
    scored = [(number, 55 + 3 * number % 41) for number in range(1, 31)]
    again = random.Random(1).sample(scored, len(scored))

    assert rules.draw_by_risk("b/1", "n", "m", scored, 60) == rules.draw_by_risk(
        "b/1", "n", "m", again, 60
    )
    assert rules.draw_by_risk("b/1", "n", "m", scored[: rules.STEP + rules.RISKY], 60) == []
