"""Which results DfE is still to hear, and how the traffic with it is paced."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.evidence import RESULT, Told, results_in_order
from enrolment.domain.outcomes import Reported, state_of, still_to_report
from enrolment.domain.traffic import LONGEST_WAIT, loss_is_believable, read_since, wait_after


def a_release(attempt=1, state="passed", on=date(2028, 2, 1), revision=1):
    fact = {"attempt": attempt, "state": state, "completion_date": str(on)}
    record = UUID(int=attempt)
    return Told(service="assessment", record=record, kind=RESULT, revision=revision, fact=fact)


def reported(attempt=1, state="failed", on=date(2028, 2, 1)):
    return Reported(result_id=UUID(int=attempt), attempt=attempt, state=state, completion_date=on)


def owed(releases, known):
    found = still_to_report(results_in_order(releases), known)
    return [(result.told.fact["attempt"], state_of(result)) for result in found]


def test_the_first_result_travels_with_the_declaration():
    assert owed([a_release(), a_release(2)], []) == []


def test_each_further_attempt_is_owed_in_order():
    releases = [a_release(3), a_release(1, "failed"), a_release(2, "failed", date(2028, 5, 1))]

    assert owed(releases, [reported()]) == [(2, "failed"), (3, "passed")]


def test_a_changed_result_is_owed_again_and_an_unchanged_one_is_not():
    upheld = a_release(1, "failed", revision=2)
    overturned = a_release(1, "passed", revision=2)

    assert owed([upheld], [reported()]) == []
    assert owed([overturned], [reported()]) == [(1, "passed")]


def test_an_earlier_attempt_does_not_undo_a_later_one_at_dfe():
    releases = [a_release(1, "failed", date(2028, 2, 9), revision=5), a_release(2)]

    assert owed(releases, [reported(), reported(2, "passed")]) == []


def test_whoever_passes_on_appeal_is_passed_at_dfe_though_a_later_attempt_failed():
    later = a_release(2, "failed", date(2028, 5, 1))
    overturned = [a_release(1, "passed", revision=2), later]
    upheld = [a_release(1, "failed", revision=3), later]
    both_failed = [reported(), reported(2, "failed", date(2028, 5, 1))]

    assert owed(overturned, both_failed) == [(1, "passed")]
    assert owed(overturned, [*both_failed, reported(1, "passed")]) == []
    assert owed(upheld, [*both_failed, reported(1, "passed")]) == [(2, "failed")]


def test_a_fail_is_not_owed_after_a_pass_of_another_attempt():
    releases = [a_release(1, "passed", revision=2), a_release(2, "failed", date(2028, 5, 1))]

    assert owed(releases, [reported(), reported(1, "passed")]) == []


def test_what_others_told_dfe_last_is_not_told_otherwise():
    by_others = Reported(
        result_id=UUID(int=77), attempt=0, state="failed", completion_date=date(2028, 4, 1)
    )

    assert owed([a_release(1, "passed")], [reported(1, "passed"), by_others]) == []


def test_what_dfe_would_take_for_a_repeat_is_not_sent():
    assert owed([a_release(2, on=date(2028, 5, 1))], [reported(1, "passed")]) == []


@given(st.integers(1, 200), st.floats(0, 1))
def test_waits_grow_to_a_limit_and_are_never_nothing(failures, chance):
    wait = wait_after(failures, chance)

    assert timedelta(seconds=1) <= wait <= LONGEST_WAIT
    assert wait <= wait_after(failures + 1, chance)


def test_reading_looks_back_two_windows():
    begun_at = datetime(2026, 9, 7, 9, tzinfo=UTC)

    assert read_since(begun_at, timedelta(hours=1)) == begun_at - timedelta(hours=1)
    assert read_since(None, timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("vanished", "held", "believable"),
    [(1, 1, True), (10, 12, True), (11, 60, False), (100, 1000, True), (101, 1000, False)],
)
def test_a_whole_list_does_not_vanish(vanished, held, believable):
    assert loss_is_believable(vanished, held) is believable
