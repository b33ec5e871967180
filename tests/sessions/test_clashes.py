"""What cannot be kept, and how grave it is: block, block the release, warn or ignore."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from training import COHORT, COURSE, SLOTS

from headship_contracts.errors import Refused
from headship_contracts.sessions.groups import FormGroups, SetAvailability
from headship_contracts.sessions.programme import PutTemplate
from headship_contracts.sessions.schedule import CancelSession, MoveSession, ScheduleSessions
from sessions import programme
from sessions.domain.severity import USUAL, Severity, read_severities

OTHER = "npq-senior-leadership"


def two_courses_with_one_coach(training, severities=""):
    """A coach whom two courses offer in the same slot, with their days at the same venue; their
    groups are formed before it is known when they meet."""
    training.service.settings = replace(training.service.settings, clash_severities=severities)
    coach = uuid4()
    for course in (COURSE, OTHER):
        training.offer(course=course, coaches=[(SLOTS[0], coach)])
        for event in training.accept(6, course=course):
            asked = SetAvailability(application_id=event.application_id, slots=SLOTS)
            training.call(asked)
        training.call(FormGroups(course=course, cohort=COHORT))
    for course in (COURSE, OTHER):
        training.publish(course=course)
    training.call(ScheduleSessions(course=COURSE, cohort=COHORT))
    return training.call(ScheduleSessions(course=OTHER, cohort=COHORT))


def test_a_coach_is_not_put_into_two_sessions_at_once_and_a_shared_venue_is_told(training):
    report = two_courses_with_one_coach(training)

    codes = [told.code for told in report.shortfalls]
    assert (codes.count("coach_twice"), codes.count("venue_twice")) == (5, 5)
    assert training.sessions(course=OTHER, kind="coaching") == []
    assert len(training.sessions(course=OTHER, kind="face_to_face")) == 5
    assert (
        "its coach leads npq-headship 2026b, cycle-1-coaching then" in report.shortfalls[0].detail
    )


def test_what_blocks_the_release_leaves_the_calendar_as_it_is(training):
    with pytest.raises(Refused, match=r"clashes_block_release: .*Hub hall has npq-headship 2026b"):
        two_courses_with_one_coach(training, "venue_twice=block_release")

    assert training.sessions(course=OTHER) == []
    assert len(training.sessions(course=COURSE)) == 20


def test_what_is_ignored_is_not_told(training):
    report = two_courses_with_one_coach(training, "venue_twice=ignore, coach_twice=warn")

    assert {told.code for told in report.shortfalls} == {"coach_twice"}
    assert len(training.sessions(course=OTHER, kind="coaching")) == 5


def test_the_second_time_nothing_is_new(training):
    two_courses_with_one_coach(training)
    training.at(training.now + timedelta(days=1))

    again = training.call(ScheduleSessions(course=COURSE, cohort=COHORT))

    assert (again.sessions_scheduled, again.sessions_moved) == (0, 0)


def test_a_session_cannot_be_moved_to_when_its_coach_leads_another(training):
    coach = uuid4()
    training.publish()
    training.offer(coaches=[(slot, coach) for slot in SLOTS])
    training.accept(13)
    training.form()
    training.schedule()
    (one, *_) = training.sessions(kind="coaching")
    other = next(
        s
        for s in training.sessions(kind="coaching")
        if s.unit_code == one.unit_code and s.group_id != one.group_id
    )
    moved = MoveSession(session_id=other.session_id, local_start=one.local_start)

    with pytest.raises(Refused, match=r"coach_twice: cycle-1-coaching on 20.*its coach leads"):
        training.call(moved)

    training.service.settings = replace(
        training.service.settings, clash_severities="coach_twice=warn"
    )
    assert training.call(moved).starts_at == one.starts_at


def move_by_hand(training, session, local_start):
    asked = MoveSession(session_id=session.session_id, local_start=local_start)
    return {one.code: one for one in training.call(asked).shortfalls}


def test_a_session_moved_by_hand_is_held_against_all_the_rules_of_the_planner(training):
    training.a_running_cohort()
    coaching = training.sessions(kind="coaching")
    day = training.sessions(kind="face_to_face")[1]
    full = next(
        week
        for week in (unit.starts_on for unit in training.plan().units if unit.kind == "webinar")
        if week > coaching[1].starts_at.date() + timedelta(weeks=2)
    )

    settled = move_by_hand(training, coaching[0], f"{coaching[0].local_start[:11]}16:15")
    after_the_next = move_by_hand(training, coaching[0], f"{full}T09:00")
    before_a_break = move_by_hand(training, day, "2027-02-12T10:00")
    training.service.settings = replace(
        training.service.settings, clash_severities="on_a_bank_holiday=warn"
    )
    on_a_holiday = move_by_hand(training, coaching[-1], "2027-05-03T16:00")

    assert settled == {}
    assert {"out_of_order", "week_over_two_hours"} <= after_the_next.keys()
    assert after_the_next["out_of_order"].group_id == coaching[0].group_id
    assert "beside_a_break" in before_a_break
    assert "on_a_bank_holiday" in on_a_holiday


@pytest.mark.parametrize("code", ["out_of_order", "week_over_two_hours", "on_a_bank_holiday"])
@pytest.mark.parametrize("severity", ["block", "block_release"])
def test_a_move_by_hand_is_refused_for_what_the_provider_lets_block(training, code, severity):
    training.a_running_cohort()
    first, second, *_ = training.sessions(kind="coaching")
    training.service.settings = replace(
        training.service.settings, clash_severities=f"{code}={severity}"
    )
    in_its_week = f"{second.starts_at.date()}T09:00"
    asked = "2027-05-03T16:00" if code == "on_a_bank_holiday" else in_its_week

    with pytest.raises(Refused) as refused:
        move_by_hand(training, first, asked)

    assert refused.value.code == (code if severity == "block" else "clashes_block_release")
    assert training.sessions(kind="coaching")[0].starts_at == first.starts_at


def test_what_is_ignored_is_not_told_of_a_move_by_hand_either(training):
    training.a_running_cohort()
    first = training.sessions(kind="coaching")[0]
    training.service.settings = replace(
        training.service.settings, clash_severities="out_of_order=ignore"
    )

    assert "out_of_order" not in move_by_hand(training, first, "2027-06-08T16:00")


def test_a_new_venue_alone_is_not_held_against_the_day_that_the_session_has_anyway(training):
    training.a_running_cohort()
    first = training.sessions(kind="face_to_face")[0]
    assert "out_of_order" in move_by_hand(training, first, "2027-12-07T10:00")
    training.service.settings = replace(
        training.service.settings, clash_severities="out_of_order=block"
    )

    moved = training.call(
        MoveSession(session_id=first.session_id, local_start="2027-12-07T10:00", venue="Library")
    )

    assert (moved.venue, moved.shortfalls) == ("Library", [])


def publish_with_two_coachings_in_each_others_place(training):
    content = re.sub(r"\n +requires: .*", "", programme.packaged_content(COURSE))
    for old, new in (("2", "@"), ("3", "2"), ("@", "3")):
        content = content.replace(f"code: cycle-{old}-coaching\n", f"code: cycle-{new}-coaching\n")
    content = re.sub(r"(?m)^version: .*$", "version: x-1", content)
    training.call(PutTemplate(content=content, source="headship.yaml"))
    training.publish()


def test_two_sessions_of_a_coach_can_change_places(training):
    training.a_running_cohort()
    before = {s.unit_code: s.local_start for s in training.sessions(kind="coaching")}
    publish_with_two_coachings_in_each_others_place(training)

    report = training.schedule()

    after = {s.unit_code: s.local_start for s in training.sessions(kind="coaching")}
    assert (report.sessions_moved, report.shortfalls) == (2, [])
    assert after["cycle-2-coaching"] == before["cycle-3-coaching"]
    assert after["cycle-3-coaching"] == before["cycle-2-coaching"]


def test_a_session_that_may_not_move_keeps_its_time_from_the_one_that_would_have_it(training):
    two_courses_with_one_coach(training, "coach_twice=warn")
    training.service.settings = replace(training.service.settings, clash_severities="")
    third = next(
        s for s in training.sessions(course=OTHER) if s.unit_code.startswith("cycle-2-coaching")
    )
    training.call(CancelSession(session_id=third.session_id, reason="illness"))
    before = {s.unit_code: s.local_start for s in training.sessions(course=COURSE, kind="coaching")}
    publish_with_two_coachings_in_each_others_place(training)

    report = training.schedule()

    now = {s.unit_code: s.local_start for s in training.sessions(course=COURSE, kind="coaching")}
    assert (report.sessions_moved, now) == (0, before)
    told = {s.unit_code for s in report.shortfalls if s.code == "coach_twice"}
    assert {"cycle-2-coaching", "cycle-3-coaching"} <= told


def test_severities_are_read_over_the_usual_ones():
    assert read_severities("") == USUAL
    assert read_severities("coach_twice=warn")["coach_twice"] is Severity.warn


@pytest.mark.parametrize("text", ["coach_twice", "coach_twice=maybe", "coach=warn", "=block"])
def test_a_severity_that_is_none_is_told_with_what_there_is(text):
    with pytest.raises(ValueError, match="severities block, block_release, warn, ignore"):
        read_severities(text)
