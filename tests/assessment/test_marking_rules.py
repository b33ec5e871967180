"""From marks to decisions: never an average across the pass mark."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain import marking
from assessment.domain.marking import Criterion, Decision, Judgement, Rule, Scheme
from headship_contracts.errors import Invalid

SCHEME = Scheme(
    criteria=(
        Criterion("A", "Understands the school", 20, must_meet=True, meets_at=8),
        Criterion("B", "Uses the evidence", 20, weight=2),
        Criterion("C", "Plans the change", 40),
    ),
    pass_mark=60,
    borderline_percent=10,
    agreement_percent=5,
)
PASS, FAIL = Decision.PASS, Decision.FAIL


def judged(a: int, b: int, c: int, holistic: Decision = PASS) -> Judgement:
    return marking.judge(SCHEME, {"A": a, "B": b, "C": c}, holistic)


all_marks = st.builds(
    judged,
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 40),
    st.sampled_from(Decision),
)


def test_weights_multiply_marks():
    assert judged(10, 15, 20).score == 10 + 2 * 15 + 20
    assert SCHEME.top == 100


def test_a_sum_at_the_pass_mark_passes_and_one_less_fails():
    assert judged(10, 15, 20).indicative is PASS
    assert judged(10, 15, 19).indicative is FAIL


def test_a_criterion_that_must_be_met_fails_a_script_however_high_its_sum():
    low_on_a = judged(7, 20, 40)

    assert (low_on_a.score, low_on_a.indicative, low_on_a.unmet) == (87, FAIL, ("A",))


@pytest.mark.parametrize(
    ("first", "in_sample", "attempt", "reasons"),
    [
        (judged(20, 20, 30), False, 1, []),
        (judged(20, 20, 30), True, 1, ["random_sample"]),
        (judged(20, 20, 30), False, 2, ["resubmission"]),
        (judged(20, 20, 30, FAIL), False, 1, ["holistic_differs"]),
        (judged(10, 15, 30), False, 1, ["borderline"]),
        (judged(10, 15, 31), False, 1, []),
        (judged(10, 15, 9, FAIL), False, 1, ["first_mark_fails"]),
        (judged(10, 15, 10, FAIL), False, 1, ["first_mark_fails", "borderline"]),
    ],
)
def test_a_second_marking_has_its_reasons(first, in_sample, attempt, reasons):
    found = marking.reasons_for_second_marking(SCHEME, first, in_sample=in_sample, attempt=attempt)

    assert found == reasons


def test_markers_who_decide_alike_and_close_give_the_mean():
    outcome = marking.agree(SCHEME, judged(10, 15, 25), judged(10, 15, 30))

    assert outcome.rule is Rule.MARKERS_AGREE
    assert (outcome.decision, outcome.score) == (PASS, Decimal("67.5"))


def test_markers_who_decide_alike_but_far_apart_give_the_mean_and_a_note():
    outcome = marking.agree(SCHEME, judged(10, 15, 25), judged(10, 15, 31))

    assert outcome.rule is Rule.MARKERS_AGREE_APART
    assert (outcome.decision, outcome.notes) == (PASS, ("marks_6_apart",))


def test_one_mark_either_side_of_the_pass_mark_goes_to_a_third():
    outcome = marking.agree(SCHEME, judged(10, 15, 20), judged(10, 15, 19))

    assert outcome.rule is Rule.MARKERS_DISAGREE
    assert (outcome.decision, outcome.score) == (None, None)


def test_two_who_fail_a_script_on_both_sides_of_the_pass_mark_give_the_lower_sum():
    unmet, low = judged(7, 14, 40, FAIL), judged(10, 10, 25, FAIL)
    assert (unmet.score, low.score) == (75, 55)

    outcome = marking.agree(SCHEME, unmet, low)

    assert (outcome.decision, outcome.score) == (FAIL, Decimal(55))
    assert outcome.notes == ("sums_on_both_sides_of_the_pass_mark", "marks_20_apart")


@given(all_marks, all_marks)
def test_no_average_ever_crosses_the_pass_mark(first, second):
    outcome = marking.agree(SCHEME, first, second)

    if outcome.decision is None:
        assert first.indicative is not second.indicative
        assert outcome.score is None
    else:
        assert first.indicative is second.indicative is outcome.decision
        assert outcome.score is not None
        low, high = sorted((first.score, second.score))
        assert low <= outcome.score <= high
        assert outcome.decision is FAIL or outcome.score >= SCHEME.pass_mark
        if low < SCHEME.pass_mark <= high:
            assert outcome.score == low


@given(all_marks, all_marks)
def test_which_marker_came_first_changes_no_decision(first, second):
    one, other = marking.agree(SCHEME, first, second), marking.agree(SCHEME, second, first)

    assert (one.rule, one.decision, one.score) == (other.rule, other.decision, other.score)


def test_the_adjudicators_marks_decide():
    outcome = marking.adjudicate(judged(10, 15, 19))

    assert (outcome.rule, outcome.decision, outcome.score) == (Rule.ADJUDICATED, FAIL, Decimal(59))


def test_feedback_names_what_any_marker_found_below_the_pass_level():
    one, other = {"A": 12, "B": 12, "C": 23}, {"A": 12, "B": 11, "C": 24}

    assert marking.failed_criteria(SCHEME, [one]) == ["Plans the change"]
    assert marking.failed_criteria(SCHEME, [one, other]) == [
        "Uses the evidence",
        "Plans the change",
    ]


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ([("A", 1), ("B", 1)], "marks"),
        ([("A", 21), ("B", 1), ("C", 1)], "marks.0.mark"),
        ([("A", 1), ("B", -1), ("C", 1)], "marks.1.mark"),
        ([("A", 1), ("B", 1), ("C", 1), ("D", 1)], "marks.3.criterion"),
        ([("A", 1), ("A", 2), ("B", 1), ("C", 1)], "marks.1.criterion"),
    ],
)
def test_marks_that_are_not_one_per_criterion_in_range_name_the_field(marks, field):
    with pytest.raises(Invalid) as caught:
        marking.require_complete(SCHEME, marks)

    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("criteria", "pass_mark", "field"),
    [
        ((), 1, "criteria"),
        ((Criterion("A", "a", 5), Criterion("A", "b", 5)), 5, "criteria"),
        ((Criterion("A", "a", 5),), 6, "pass_mark"),
        ((Criterion("A", "a", 5),), 0, "pass_mark"),
        ((Criterion("A", "a", 5, must_meet=True, meets_at=6),), 5, "criteria.0.meets_at"),
    ],
)
def test_a_scheme_that_could_decide_nothing_is_refused(criteria, pass_mark, field):
    with pytest.raises(Invalid) as caught:
        marking.require_sound(Scheme(criteria, pass_mark, 10, 5))

    assert list(caught.value.fields) == [field]
