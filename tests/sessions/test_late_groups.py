"""Whoever comes late to a cohort has sessions of which they hear in time, or is told of none."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from training import SLOTS, replan

from sessions.domain.london import today
from sessions.domain.notice import first_days
from sessions.domain.template import Kind
from sessions.programme import bank_holidays


@pytest.fixture
def cohort(training):
    training.a_running_cohort()
    return training.sessions(kind="coaching")


def a_late_group(training, at):
    """Five more people, and a coach for them, once the cohort is under way."""
    training.at(at)
    hub = uuid4()
    training.accept(5, hub=hub, slots=[SLOTS[0]])
    training.offer(hub=hub, coaches=[(SLOTS[0], uuid4())])
    training.form()
    (group,) = training.groups(delivery_partner_id=hub)
    return group, training.schedule()


def earliest(training, kind=Kind.coaching):
    return first_days(today(training.now), bank_holidays().days)[kind]


def test_a_late_groups_first_session_is_later_than_the_plans_where_people_would_hear_too_late(
    training, cohort
):
    group, report = a_late_group(training, cohort[0].starts_at - timedelta(days=1))

    theirs = training.sessions(group_id=group.group_id, kind="coaching")
    assert [s.unit_code for s in theirs] == [s.unit_code for s in cohort]
    assert today(theirs[0].starts_at) >= earliest(training)
    assert today(theirs[0].starts_at) <= today(cohort[0].starts_at) + timedelta(weeks=3)
    late = [t for t in report.shortfalls if t.code == "notice_too_short" and t.group_id]
    assert late == []


def test_what_a_late_group_can_have_no_more_is_told_each_time_and_is_not_held(training, cohort):
    group, _ = a_late_group(training, cohort[0].starts_at + timedelta(weeks=6))

    again = training.schedule()

    theirs = training.sessions(group_id=group.group_id, kind="coaching")
    assert [s.unit_code for s in theirs] == [s.unit_code for s in cohort[1:]]
    (told,) = [t for t in again.shortfalls if t.group_id == group.group_id]
    assert (told.code, told.unit_code) == ("notice_too_short", cohort[0].unit_code)
    assert told.people == 5
    assert "schedule_session adds one by hand" in told.detail


def test_a_late_hubs_first_day_together_is_told_ten_working_days_before(training, cohort):
    first = training.sessions(kind="face_to_face")[0]
    group, _ = a_late_group(training, first.starts_at - timedelta(days=3))

    days = training.sessions(delivery_partner_id=group.delivery_partner_id, kind="face_to_face")

    assert all(today(day.starts_at) >= earliest(training, Kind.face_to_face) for day in days)
    assert len(days) == 5


def test_who_is_in_time_has_the_plans_weeks(training, cohort):
    group, _ = a_late_group(training, training.now + timedelta(days=1))

    theirs = training.sessions(group_id=group.group_id, kind="coaching")

    def weeks(sessions):
        return [date.isocalendar(today(s.starts_at))[:2] for s in sessions]

    assert weeks(theirs) == weeks(cohort)


def test_a_new_group_of_people_who_have_sat_in_a_unit_is_not_said_to_miss_it(training, cohort):
    former, *_ = training.groups()
    training.offer(coaches=[(SLOTS[0], former.coach_staff_id), (SLOTS[1], uuid4())])
    training.at(cohort[0].starts_at + timedelta(weeks=6))

    report = replan(training, without_coaches=[former.coach_staff_id], commit=True)

    (group,) = training.groups()
    told = [one.code for one in training.schedule().shortfalls]
    theirs = training.sessions(group_id=group.group_id, status="scheduled")
    assert (report.ended, told) == ([former.group_id], [])
    assert [s.unit_code for s in theirs] == [s.unit_code for s in cohort[1:]]
