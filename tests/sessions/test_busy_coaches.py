"""A coach whom another cohort needs at the same times is given no group that could not meet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from training import COURSE, SLOTS, STARTS_ON

from headship_contracts.sessions.schedule import ScheduleSessions

LATER = "2027a"


@pytest.fixture
def coach(training):
    """Leads a group in a slot, and is offered to the next cohort in it as well."""
    staff_id = uuid4()
    training.publish()
    training.offer(coaches=[(SLOTS[0], staff_id)])
    training.accept(6)
    training.form()
    training.offer(cohort=LATER, coaches=[(SLOTS[0], staff_id)])
    training.accept(6, cohort=LATER)
    return staff_id


@pytest.mark.parametrize("scheduled", [True, False])
def test_no_group_is_formed_whose_sessions_its_coach_could_not_lead(training, coach, scheduled):
    if scheduled:
        training.schedule()
    training.publish(cohort=LATER)

    report = training.form(cohort=LATER)
    training.offer(cohort=LATER, coaches=[(SLOTS[0], coach), (SLOTS[0], uuid4())])
    again = training.form(cohort=LATER)

    assert (report.formed, {told.reason for told in report.unplaced}) == (0, {"no_coach"})
    assert "here and in other cohorts" in report.unplaced[0].detail
    assert (again.formed, again.placed) == (1, 6)
    training.schedule()
    later = training.call(ScheduleSessions(course=COURSE, cohort=LATER))
    assert "coach_twice" not in {told.code for told in later.shortfalls}
    assert len(training.sessions(cohort=LATER, kind="coaching")) == 5


def test_a_coach_of_another_cohort_whose_weeks_are_others_is_as_good_as_any(training, coach):
    training.schedule()
    training.publish(cohort=LATER, starts_on=STARTS_ON + timedelta(weeks=104))

    report = training.form(cohort=LATER)

    assert (report.formed, report.placed) == (1, 6)
    assert {g.coach_staff_id for g in training.groups(cohort=LATER)} == {coach}
