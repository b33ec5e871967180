"""A comparison that fails is tried again, and told as failed after the last attempt."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from assessment import comparing, metrics
from assessment.domain.similarity.job import compare_scripts
from assessment.models import Comparison
from headship_contracts.assessment.similarity import CompareScripts, ListComparisons
from kit import clock, jobs


@pytest.fixture
def window(office):
    closed, author = office.window(), office.ready()
    office.open(closed)
    office.submit_here(author, closed, "What I would do about the new timetable.")
    office.close(closed)
    return closed


def fails(_data):
    raise jobs.JobTooLong("it took too long")


def run(office, how=fails):
    """What is due is compared; gives the comparisons."""
    comparing.run_queued(office.db, clock.now(), how)
    return office.ask(ListComparisons()).items


def the_pause_is_over(office):
    with office.db.transaction() as tx:
        tx.execute(update(Comparison).values(next_attempt_at=datetime.now(UTC)))


def counted(outcome):
    return metrics.comparisons.labels(outcome=outcome)._value.get()


@pytest.mark.usefixtures("window")
def test_a_comparison_that_failed_is_run_again_after_a_pause(office):
    began = datetime.now(UTC)
    (told,) = run(office)
    assert (told.state, told.error, told.attempts) == ("queued", "JobTooLong", 1)
    assert told.next_attempt_at - began >= comparing.PAUSES[0]
    assert run(office, compare_scripts) == [told]

    the_pause_is_over(office)

    (told,) = run(office, compare_scripts)
    assert (told.state, told.error, told.attempts) == ("done", None, 2)
    assert (told.scripts, told.next_attempt_at) == (1, None)


@pytest.mark.usefixtures("window")
def test_after_three_failures_it_is_told_as_failed_and_counted_once(office):
    before = counted("put_off"), counted("failed")

    for _ in range(5):
        run(office)
        the_pause_is_over(office)

    (told,) = run(office)
    assert (told.state, told.error, told.attempts) == ("failed", "JobTooLong", 3)
    assert told.finished_at is not None
    assert (counted("put_off"), counted("failed")) == (before[0] + 2, before[1] + 1)


def test_whoever_asks_does_not_wait_out_the_pause(office, window):
    (told,) = run(office)

    asked = office.ask(CompareScripts(window_id=window.window_id))

    assert (asked.comparison_id, asked.next_attempt_at) == (told.comparison_id, None)
    assert [one.state for one in run(office, compare_scripts)] == ["done"]


def test_one_that_failed_for_good_can_be_asked_for_anew(office, window):
    for _ in range(3):
        run(office)
        the_pause_is_over(office)

    office.ask(CompareScripts(window_id=window.window_id))

    told = run(office, compare_scripts)
    assert [(one.state, one.attempts) for one in told] == [("failed", 3), ("done", 1)]
