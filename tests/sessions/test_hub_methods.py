"""What hubs' own systems may ask sessions: of their own, and of nobody else's."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from as_hub import AsHub, own_sessions
from training import COHORT, COURSE, then

from headship_contracts.enrolment.events import ParticipantTransferred
from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions import hub as asked
from headship_contracts.sessions.attendance import HubRegisterEntry
from headship_contracts.sessions.calendars import CalendarLink, RevokeCalendar
from headship_contracts.sessions.running import ScheduleSession
from kit.db.engine import begin
from kit.identity import Caller
from kit.pages import Request
from kit.testing import emitted
from sessions.hub_feed import concerned
from sessions.service import SessionsService


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def test_a_hub_has_its_groups_and_sessions_and_its_cohorts_webinars(training, ids, ours, theirs):
    (group,) = ours(asked.ListHubGroups(course=COURSE, cohort=COHORT)).items
    sessions = ours(asked.ListHubSessions(limit=500)).items

    members = ours(asked.GetHubGroup(group_id=group.group_id)).members
    assert {member.application_id for member in members} == set(ids)
    assert {session.kind for session in sessions} == {"webinar", "coaching", "face_to_face"}
    assert theirs(asked.ListHubGroups()).items == []
    assert {s.kind for s in theirs(asked.ListHubSessions(limit=500)).items} == {"webinar"}
    with pytest.raises(NotFound):
        theirs(asked.GetHubGroup(group_id=group.group_id))


def test_a_register_is_read_and_recorded_by_the_sessions_own_hub(training, ids, ours, theirs):
    session = own_sessions(ours)[0]
    training.at(session.ends_at + timedelta(minutes=5))
    entries = [
        HubRegisterEntry(session_id=session.session_id, application_id=id, status="present")
        for id in ids
    ]

    assert ours(asked.RecordHubRegisters(entries=entries)).recorded == len(ids)
    assert ours(asked.RecordHubRegisters(entries=entries)).unchanged == len(ids)

    lines = ours(asked.GetHubRegister(session_id=session.session_id)).lines
    assert {(line.status, line.full_name is None) for line in lines} == {("present", False)}
    with pytest.raises(NotFound):
        theirs(asked.GetHubRegister(session_id=session.session_id))
    with pytest.raises(NotFound):
        theirs(asked.RecordHubRegisters(entries=entries))


def test_of_a_webinars_register_a_hub_has_its_own_peoples_lines(training, ids, ours, theirs):
    webinar = training.sessions(kind="webinar")[0]

    lines = ours(asked.GetHubRegister(session_id=webinar.session_id)).lines
    others = theirs(asked.GetHubRegister(session_id=webinar.session_id)).lines

    assert {line.application_id for line in lines} == set(ids)
    assert not {line.application_id for line in others} & set(ids)


def test_a_hub_says_who_of_its_staff_leads_and_where(training, ids, ours, theirs):
    session = next(s for s in own_sessions(ours) if s.kind == "face_to_face")
    own = training.coach(delivery_partner_id=ours.hub)
    stranger = training.coach(delivery_partner_id=theirs.hub)

    def lead(staff_id):
        return asked.ConfirmHubFacilitator(session_id=session.session_id, staff_id=staff_id)

    venue = asked.ConfirmHubVenue(session_id=session.session_id, venue="The old library")
    assert ours(lead(own)).facilitator_staff_id == own
    confirmed = ours(venue)
    assert (confirmed.venue, confirmed.local_start) == ("The old library", session.local_start)
    assert ours(venue).revision == confirmed.revision
    for hub, request in ((ours, lead(stranger)), (theirs, lead(stranger)), (theirs, venue)):
        with pytest.raises(NotFound):
            hub(request)


@pytest.mark.parametrize("severity", ["warn", "block", "block_release"])
def test_a_clash_elsewhere_is_told_and_not_whose_it_is(training, ids, ours, theirs, severity):
    training.service.settings = replace(
        training.service.settings, clash_severities=f"coach_twice={severity}"
    )
    session = next(s for s in own_sessions(ours) if s.kind == "face_to_face")
    busy = training.coach(delivery_partner_id=ours.hub)
    training.call(
        ScheduleSession(
            course=COURSE,
            cohort=COHORT,
            unit_code=session.unit_code,
            local_start=session.local_start,
            facilitator_staff_id=busy,
        )
    )
    elsewhere = own_sessions(ours)
    (other,) = [s for s in training.sessions() if s.facilitator_staff_id == busy]
    assert other.session_id not in {s.session_id for s in elsewhere}

    lead = asked.ConfirmHubFacilitator(session_id=session.session_id, staff_id=busy)
    if severity == "warn":
        venue = asked.ConfirmHubVenue(session_id=session.session_id, venue="The old library")
        warned = [*ours(lead).shortfalls, *ours(venue).shortfalls]
        assert [one.code for one in warned] == ["coach_twice", "coach_twice"]
        told = [one.detail for one in warned]
    else:
        with pytest.raises(Refused) as refused:
            ours(lead)
        told = [refused.value.detail]

    assert all(str(other.session_id) not in one and COHORT not in one for one in told)


def test_a_hub_sees_its_own_peoples_engagement_and_calendars(training, ids, ours, theirs):
    training.hold(own_sessions(ours)[0], dict.fromkeys(ids, "present"))

    found = ours(asked.ListHubEngagement()).items
    assert {one.application_id for one in found} >= set(ids)
    assert ours(asked.GetHubEngagement(application_id=ids[0])).live_attended_minutes > 0
    assert ours(asked.HubCalendarLink()).url != theirs(asked.HubCalendarLink()).url
    assert ours(asked.HubCalendarLink(application_id=ids[0])).url
    for request in (
        asked.GetHubEngagement(application_id=ids[0]),
        asked.HubCalendarLink(application_id=ids[0]),
    ):
        with pytest.raises(NotFound):
            theirs(request)
    assert not {one.application_id for one in theirs(asked.ListHubEngagement()).items} & set(ids)


def test_a_persons_calendar_that_a_hub_was_given_ends_when_they_go_to_another(
    training, ids, ours, theirs
):
    own = training.call(CalendarLink(application_id=ids[0])).url
    given = ours(asked.HubCalendarLink(application_id=ids[0])).url
    assert given == ours(asked.HubCalendarLink(application_id=ids[0])).url != own
    assert (status(training, own), status(training, given)) == (200, 200)

    training.hears(
        then(training.accepted[ids[0]], ParticipantTransferred, delivery_partner_id=theirs.hub)
    )

    with pytest.raises(NotFound, match="calendar_not_found"):
        status(training, given)
    assert status(training, own) == 200
    assert status(training, theirs(asked.HubCalendarLink(application_id=ids[0])).url) == 200


def test_what_a_hub_renews_is_its_own_address_and_what_the_team_revokes_are_all(
    training, ids, ours
):
    own = training.call(CalendarLink(application_id=ids[0])).url
    first = ours(asked.HubCalendarLink(application_id=ids[0])).url
    renewed = ours(asked.HubCalendarLink(application_id=ids[0], renew=True)).url
    with pytest.raises(NotFound, match="calendar_not_found"):
        status(training, first)
    assert (status(training, own), status(training, renewed)) == (200, 200)

    training.call(RevokeCalendar(application_id=ids[0]))

    for url in (own, renewed):
        with pytest.raises(NotFound, match="calendar_not_found"):
            status(training, url)


def status(training, url):
    token = url.rpartition("/")[2].removesuffix(".ics")
    return training.service.calendar_feed(Request.from_values(), token).status_code


def test_a_change_concerns_the_sessions_hub_and_the_persons_hub(training, ids, ours, theirs):
    training.hold(own_sessions(ours)[0], dict.fromkeys(ids, "present"))
    told = [event for event in emitted(training.service.db) if type(event) in FEED]

    with begin(training.service.db.engine) as connection:
        hubs = concerned(connection, told)

    webinars = {s.session_id for s in training.sessions(kind="webinar")}
    for event, concerned_hubs in zip(told, hubs, strict=True):
        whole_webinar = getattr(event, "session_id", None) in webinars
        about_one = hasattr(event, "application_id")
        if about_one and event.application_id in ids:
            assert concerned_hubs == {ours.hub}
        elif whole_webinar and not about_one:
            assert concerned_hubs == {ours.hub, theirs.hub}


@pytest.mark.parametrize("status", ["suspended", "removed"])
def test_a_hub_that_is_not_active_is_refused(training, status):
    gone = AsHub(training, uuid4(), "Gone", status)

    with pytest.raises(Refused, match="hub_not_active"):
        gone(asked.ListHubGroups())
    with pytest.raises(Refused, match="unknown_caller"):
        training.call(asked.ListHubGroups(), caller=Caller("hub", str(uuid4())))


def test_what_is_for_hubs_is_for_nobody_else_and_the_other_way_round(training):
    from headship_contracts.sessions.groups import ListGroups

    with pytest.raises(Refused, match="not_permitted"):
        training.call(asked.ListHubGroups(), caller=Caller("operator", "root"))
    with pytest.raises(Refused, match="not_permitted"):
        training.call(ListGroups(), caller=Caller("hub", str(training.hub)))


FEED = set(SessionsService.hub_feed.events)


def test_a_register_does_not_tell_whether_a_session_or_somebody_of_another_hub_exists(
    training, ids, ours, theirs
):
    session = own_sessions(ours)[0]
    training.at(session.ends_at + timedelta(minutes=5))
    (alien,) = training.accept(1, hub=theirs.hub, slots=())

    def told(hub, session_id, application_id, status):
        entry = HubRegisterEntry(
            session_id=session_id, application_id=application_id, status=status
        )
        with pytest.raises(NotFound) as error:
            hub(asked.RecordHubRegisters(entries=[entry]))
        return error.value.code

    codes = [
        told(ours, session.session_id, alien.application_id, "present"),
        told(ours, session.session_id, uuid4(), "present"),
    ]
    sessions = [
        told(theirs, session.session_id, alien.application_id, "here"),
        told(theirs, uuid4(), alien.application_id, "here"),
    ]

    assert codes == ["application_not_found"] * 2
    assert sessions == ["session_not_found"] * 2
