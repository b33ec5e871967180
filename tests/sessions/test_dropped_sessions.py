"""Sessions that a plan or the groups no longer have: they come back with it, and stay due."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from training import COHORT, COURSE, SLOTS, STARTS_ON, replan, then

from headship_contracts.enrolment.events import ParticipantWithdrawn
from headship_contracts.sessions.attendance import GetRegister
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.events import SessionChanged, SessionMoved, SessionScheduled
from headship_contracts.sessions.plans import DraftPlan
from headship_contracts.sessions.programme import PutTemplate
from headship_contracts.sessions.schedule import CancelSession
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


def halved(unit_code, version, title=None):
    content = programme.packaged_content(COURSE)
    at = content.index(f"code: {unit_code}\n")
    unit, rest = content[at:].split("\n      - ", 1)
    unit = re.sub(r"minutes: (\d+)", lambda found: f"minutes: {int(found[1]) // 2}", unit)
    if title:
        unit = re.sub(r"title: .*", f"title: {title}", unit)
    return re.sub(
        r"(?m)^version: .*$", f"version: {version}", f"{content[:at]}{unit}\n      - {rest}"
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
