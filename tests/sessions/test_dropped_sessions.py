"""Sessions that a plan or the groups no longer have: they come back with it, and stay due."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from training import COHORT, COURSE, SLOTS, STARTS_ON, replan, then

from headship_contracts.enrolment.events import ParticipantWithdrawn
from headship_contracts.sessions.attendance import GetRegister
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.events import (
    SessionCancelled,
    SessionChanged,
    SessionMoved,
    SessionScheduled,
)
from headship_contracts.sessions.plans import DraftPlan
from headship_contracts.sessions.programme import PutTemplate
from headship_contracts.sessions.running import ScheduleSession
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from sessions import programme

UNIT = "cycle-1-coaching"


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def publish(training, version, content=None):
    content = content or programme.packaged_content(COURSE)
    content = re.sub(r"(?m)^version: .*$", f"version: {version}", content)
    training.call(PutTemplate(content=content, source="headship.yaml"))
    training.publish()
    return training.schedule()


def without_the_unit():
    """The programme without its first coaching, and nothing requiring it."""
    content = programme.packaged_content(COURSE)
    shorter = re.sub(rf"(?m)^ +- code: {UNIT}\n(?: {{8}}.*\n)+", "", content)
    return shorter.replace(f"[{UNIT}]", "[]").replace(f"{UNIT}, ", "").replace(f", {UNIT}", "")


def coaching(training):
    (session,) = (s for s in training.sessions(kind="coaching") if s.unit_code == UNIT)
    return session


def planned(training, application_id):
    return training.call(GetEngagement(application_id=application_id)).live_planned_minutes


def test_a_session_that_the_plan_dropped_comes_back_when_the_plan_has_it_again(training, ids):
    before = coaching(training)
    publish(training, "x-1", without_the_unit())
    dropped = coaching(training)

    report = publish(training, "x-2")

    back = coaching(training)
    assert (dropped.status, back.status) == ("cancelled", "scheduled")
    assert (back.session_id, back.local_start) == (before.session_id, before.local_start)
    assert back.sequence > dropped.sequence  # calendars show it again
    assert report.sessions_scheduled == 1
    assert training.told(SessionScheduled)[-1].session_id == before.session_id
    register = training.call(GetRegister(session_id=back.session_id))
    assert {entry.application_id for entry in register.lines} == set(ids)
    assert training.schedule().sessions_scheduled == 0


def test_who_left_meanwhile_has_no_seat_in_a_session_that_comes_back(training, ids):
    publish(training, "x-1", without_the_unit())
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))

    publish(training, "x-2")

    register = training.call(GetRegister(session_id=coaching(training).session_id))
    assert {entry.application_id for entry in register.lines} == set(ids[1:])


def test_a_session_that_somebody_cancelled_does_not_come_back_with_a_new_plan(training, ids):
    training.call(CancelSession(session_id=coaching(training).session_id, reason="illness"))
    publish(training, "x-1", without_the_unit())

    publish(training, "x-2")

    assert coaching(training).status == "cancelled"
    training.hold(training.sessions()[0], {ids[0]: "present"})
    assert planned(training, ids[0]) == 3_000 - 120


def test_coaching_stays_due_when_a_group_ends_and_its_people_wait_for_another(training):
    training.publish()
    leaves = uuid4()
    training.offer(coaches=[(SLOTS[0], leaves)])
    who = training.accept(5)[0].application_id
    training.form()
    training.schedule()
    webinars = training.sessions(kind="webinar")
    training.hold(webinars[0], {who: "present"})
    before = planned(training, who)

    report = replan(training, without_coaches=[leaves], commit=True)

    training.hold(webinars[1], {who: "present"})
    assert report.waiting == 5
    assert planned(training, who) == before == 3_000


def rewritten(unit_code, version, *changes):
    """The programme in another version, with changes (pattern, replacement) in one unit."""
    content = programme.packaged_content(COURSE)
    at = content.index(f"code: {unit_code}\n")
    unit, rest = content[at:].split("\n      - ", 1)
    for pattern, replacement in changes:
        unit = re.sub(pattern, replacement, unit)
    return re.sub(
        r"(?m)^version: .*$", f"version: {version}", f"{content[:at]}{unit}\n      - {rest}"
    )


def halved(unit_code, version, title=None):
    half = (r"minutes: (\d+)", lambda found: f"minutes: {int(found[1]) // 2}")
    return rewritten(
        unit_code, version, half, *([("title: .*", f"title: {title}")] if title else [])
    )


def test_a_session_ahead_is_as_long_and_named_as_the_plan_says_now(training, ids):
    first, last = (s for n, s in enumerate(training.sessions(kind="webinar")) if n in (0, 9))
    publish(training, "x-1", halved(last.unit_code, "x-1", "Looking back"))

    now = {s.session_id: s for s in training.sessions(kind="webinar")}
    moved = now[last.session_id]
    (event,) = [e for e in training.told(SessionMoved) if e.session_id == last.session_id]
    assert (moved.minutes, moved.title) == (last.minutes // 2, "Looking back")
    assert moved.ends_at - moved.starts_at == timedelta(minutes=moved.minutes)
    assert (event.ends_at, event.sequence) == (moved.ends_at, last.sequence + 1)
    assert now[first.session_id] == first
    assert training.schedule().sessions_moved == 0


def test_a_session_ahead_of_another_title_alone_is_renamed_and_not_moved(training, ids):
    last = training.sessions(kind="webinar")[-1]
    content = programme.packaged_content(COURSE)
    report = publish(training, "x-1", content.replace(f'"{last.title}"', '"Looking back"'))

    (event,) = training.told(SessionChanged)
    assert (event.title, event.change, event.sequence) == ("Looking back", "title", 1)
    assert training.sessions(kind="webinar")[-1].title == "Looking back"
    assert (report.sessions_moved, training.told(SessionMoved)) == (0, [])
    training.schedule()
    assert len(training.told(SessionChanged)) == 1


def test_a_draft_tells_whom_a_shorter_session_reaches(training, ids):
    day = training.sessions(kind="face_to_face")[0]
    training.call(PutTemplate(content=halved(day.unit_code, "x-1")))

    draft = training.call(DraftPlan(course=COURSE, cohort=COHORT, starts_on=STARTS_ON))

    (found,) = draft.differences
    assert (found.unit_code, found.change) == (day.unit_code, "changed")
    assert (found.sessions, found.people) == (1, len(ids))


def test_a_shorter_session_that_is_too_near_stays_as_people_know_it(training, ids):
    last = training.sessions(kind="webinar")[-1]
    training.at(last.starts_at - timedelta(days=2))

    report = publish(training, "x-1", halved(last.unit_code, "x-1"))

    assert training.sessions(kind="webinar")[-1] == last
    assert report.kept_for_notice == 1


def test_what_was_moved_or_added_by_hand_is_as_long_as_the_plan_says_where_it_was_put(
    training, ids
):
    last = training.sessions(kind="webinar")[-1]
    start = f"{last.local_start[:11]}09:00"
    moved = training.call(MoveSession(session_id=last.session_id, local_start=start))
    extra = training.call(
        ScheduleSession(
            course=COURSE,
            cohort=COHORT,
            unit_code=last.unit_code,
            local_start=f"{last.local_start[:11]}12:00",
            venue="The studio",
        )
    )
    content = halved(last.unit_code, "x-1", "Looking back")
    training.call(PutTemplate(content=content))
    draft = training.call(DraftPlan(course=COURSE, cohort=COHORT, starts_on=STARTS_ON))

    publish(training, "x-1", content)

    now = {session.session_id: session for session in training.sessions()}
    for former in (moved, extra):
        session = now[former.session_id]
        assert (session.local_start, session.venue) == (former.local_start, former.venue)
        assert (session.minutes, session.title) == (last.minutes // 2, "Looking back")
        assert session.ends_at - session.starts_at == timedelta(minutes=session.minutes)
        assert session.sequence == former.sequence + 1
    (found,) = [one for one in draft.differences if one.unit_code == last.unit_code]
    assert (found.sessions, found.people) == (2, len(ids))
    assert training.schedule().sessions_moved == 0


def test_a_longer_session_moved_by_hand_stays_short_where_its_coach_leads_another(training, ids):
    session = coaching(training)
    day = session.local_start[:11]
    training.call(MoveSession(session_id=session.session_id, local_start=f"{day}09:00"))
    (group,) = training.groups()
    longer = rewritten(UNIT, "x-1", (r"minutes: \d+", "minutes: 60"))
    publish(training, "x-1", longer)
    training.call(
        ScheduleSession(
            course=COURSE,
            cohort=COHORT,
            unit_code=training.sessions(kind="webinar")[-1].unit_code,
            local_start=f"{day}10:30",
            facilitator_staff_id=group.coach_staff_id,
        )
    )

    report = publish(training, "x-2")

    assert coaching(training).minutes == 60
    assert [one.code for one in report.shortfalls] == ["coach_twice"]


@pytest.mark.parametrize(("former", "kind"), [("webinar", "coaching"), ("coaching", "webinar")])
def test_a_unit_of_another_kind_has_new_sessions_and_its_former_ones_are_cancelled(
    training, ids, former, kind
):
    before = training.sessions(kind=former)[2]
    if former == "webinar":  # cancelled like the others, wherever somebody moved it
        start = f"{before.local_start[:11]}09:00"
        training.call(MoveSession(session_id=before.session_id, local_start=start))
    content = rewritten(before.unit_code, "x-1", (r"kind: \w+", f"kind: {kind}"))
    training.call(PutTemplate(content=content))
    draft = training.call(DraftPlan(course=COURSE, cohort=COHORT, starts_on=STARTS_ON))

    publish(training, "x-1", content)

    its = [s for s in training.sessions() if s.unit_code == before.unit_code]
    assert {(s.kind, s.status) for s in its} == {(former, "cancelled"), (kind, "scheduled")}
    assert [event.reason for event in training.told(SessionCancelled)] == ["plan_changed"]
    (found,) = [one for one in draft.differences if one.unit_code == before.unit_code]
    assert (found.sessions, found.people) == (1, len(ids))
    publish(training, "x-2")
    its = [s for s in training.sessions() if s.unit_code == before.unit_code]
    assert {(s.kind, s.status) for s in its} == {(former, "scheduled"), (kind, "cancelled")}
