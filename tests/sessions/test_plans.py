"""Publishing a cohort's plan."""

from datetime import date, timedelta

import pytest
from training import COHORT, COURSE, STARTS_ON

from headship_contracts.enrolment.events import Milestone, SchedulePublished
from headship_contracts.errors import Conflict, Invalid, NotFound
from headship_contracts.sessions.events import PlanPublished
from headship_contracts.sessions.plans import GetPlan


def a_schedule(revision=1, starts_on=STARTS_ON, schedule="npq-leadership-autumn"):
    return SchedulePublished(
        revision=revision,
        schedule=schedule,
        cohort=COHORT,
        starts_on=starts_on,
        milestones=[
            Milestone(
                declaration_type="started",
                opens_on=starts_on,
                deadline_on=starts_on + timedelta(90),
            )
        ],
    )


def test_a_published_plan_is_told_and_can_be_read(training):
    record = training.publish()

    (event,) = training.told(PlanPublished)
    assert (record.version, record.template, record.shortfalls) == (1, "headship-2026.1", [])
    assert (event.plan_id, event.last_unit_ends_on) == (record.plan_id, record.last_unit_ends_on)
    assert training.plan() == record
    assert len(record.units) == 70
    assert 60 <= record.minutes / record.weeks <= 120


def test_publishing_the_same_plan_again_changes_nothing(training):
    first = training.publish()

    assert training.publish() == first
    assert len(training.told(PlanPublished)) == 1


def test_another_start_makes_another_version_of_the_same_plan(training):
    first = training.publish()

    second = training.publish(starts_on=STARTS_ON + timedelta(weeks=2))

    before, after = training.told(PlanPublished)
    assert (second.plan_id, second.version) == (first.plan_id, 2)
    assert after.revision > before.revision
    assert training.call(GetPlan(course=COURSE, cohort=COHORT, version=1)) == first
    assert training.plan() == second


def test_a_plan_published_against_an_old_version_is_a_conflict(training):
    training.publish(expected_version=0)

    with pytest.raises(Conflict, match="plan_changed: version 1 is in force"):
        training.publish(starts_on=date(2026, 11, 2), expected_version=0)


def test_a_plan_can_start_with_a_schedule_told_by_enrolment(training):
    training.hears(a_schedule(revision=5), times=2)
    training.hears(a_schedule(revision=4, starts_on=date(2026, 9, 1)))

    record = training.publish(starts_on=None, schedule="npq-leadership-autumn")

    assert record.starts_on == STARTS_ON


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"starts_on": None}, Invalid, "starts_on: give the day"),
        ({"starts_on": None, "schedule": "npq-x"}, NotFound, "schedule_not_found"),
        ({"course": "npq-juggling"}, NotFound, "no_template.*there are npq-headship"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_is_missing(training, asked, error, told):
    with pytest.raises(error, match=told):
        training.publish(**asked)


def test_a_cohort_without_a_plan_is_not_found(training):
    with pytest.raises(NotFound, match="plan_not_found"):
        training.plan()
