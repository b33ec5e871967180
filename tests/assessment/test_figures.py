"""What the programme team sees of assessment at a glance."""

from datetime import timedelta

import pytest

from assessment import metrics
from assessment.figures import read
from kit import clock


def figures(office):
    with office.db.transaction() as tx:
        return read(tx)


def told(series):
    """Only what is not nothing."""
    return {labels: number for labels, number in series.items() if number}


def test_nothing_is_told_as_nought(office):
    empty = figures(office)

    assert all(series and not told(series) for series in empty.values())
    assert set(empty[metrics.backlog_oldest]) == {("first",), ("second",), ("adjudicator",)}


def test_what_waits_to_be_marked_is_told_with_its_age_and_what_is_overdue(office):
    window = office.marking(3, assessors=6, sample_minimum=1)
    now = figures(office)
    office.at(clock.now() + timedelta(days=60))
    later = figures(office)

    assert now[metrics.backlog]["first", "desk"] == 3
    assert told(now[metrics.candidates]) == {("submitted",): 3}
    assert told(now[metrics.scripts]) == {("first_marking",): 3}
    assert sum(now[metrics.backlog_overdue].values()) == 0
    assert later[metrics.backlog_overdue]["first",] == 3
    aged = later[metrics.backlog_oldest]["first",] - now[metrics.backlog_oldest]["first",]
    assert aged == pytest.approx(timedelta(days=60).total_seconds())
    assert told(now[metrics.results]) == {}
    assert window.window_id


def test_results_are_each_participants_latest_and_the_backlog_is_empty_then(office):
    window = office.marking(2, assessors=6, sample_minimum=1)
    for number in (1, 2):
        while office.script(window, number).state != "decided":
            office.mark(window, number, 90 if number == 1 else 20)
    office.release(window)

    now = figures(office)

    assert told(now[metrics.results]) == {("passed",): 1, ("failed",): 1}
    assert told(now[metrics.backlog]) == {}
    assert told(now[metrics.scripts]) == {}
