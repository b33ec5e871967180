"""Facilitators and hubs have calendars too, nobody sees what is not theirs, and khal reads them."""

import subprocess
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from icalendar import Calendar
from training import then

from cli.backing.packages import MissingPackagesError, khal_program
from headship_contracts.enrolment.events import (
    DeliveryPartnerChanged,
    ParticipantWithdrawn,
    StaffChanged,
)
from headship_contracts.errors import Invalid, NotFound
from headship_contracts.sessions.calendars import CalendarLink, GetCalendar, RevokeCalendar
from headship_contracts.sessions.hub import HubCalendarLink
from headship_contracts.sessions.running import SetJoiningDetails, SubstituteFacilitator
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from kit.identity import Caller

KHAL = """
[calendars]
[[sessions]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/London
default_timezone = Europe/London
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
"""


@pytest.fixture
def ids(training):
    training.hub_is_known()
    return training.a_running_cohort()


def events(training, **whose):
    text = training.call(GetCalendar(**whose)).text
    return {event["UID"]: event for event in Calendar.from_ical(text).walk("VEVENT")}


def uid(session):
    return f"{session.session_id}@headship"


def fetch(training, url):
    return training.page("calendar_feed", url.rpartition("/")[2].removesuffix(".ics"))


def test_a_coach_sees_their_groups_sessions_and_which_group_it_is(training, ids):
    coach = training.coach()
    training.offer(coaches=[("tue-16:00", coach)])
    other = training.accept(6, slots=["tue-16:00"])
    training.form()
    (group,) = [group for group in training.groups() if group.coach_staff_id == coach]

    found = events(training, staff_id=coach)

    sessions = training.sessions(group_id=group.group_id)
    assert set(found) == {uid(session) for session in sessions}
    assert all(f"(group {group.number})" in event["SUMMARY"] for event in found.values())
    text = training.call(GetCalendar(staff_id=coach)).text
    people = [*ids, *(event.application_id for event in other)]
    assert not any(str(id) in text for id in people)


def test_a_substitute_sees_the_session_and_the_coach_sees_that_it_is_off_for_them(training, ids):
    session = training.sessions(kind="coaching")[0]
    coach, substitute = session.facilitator_staff_id, training.coach()
    before = events(training, staff_id=coach)[uid(session)]

    training.call(SubstituteFacilitator(session_id=session.session_id, staff_id=substitute))
    lost, won = (
        events(training, staff_id=coach)[uid(session)],
        events(training, staff_id=substitute),
    )
    training.call(SubstituteFacilitator(session_id=session.session_id, staff_id=None))
    again = events(training, staff_id=coach)[uid(session)]

    assert [one["STATUS"] for one in (before, lost, again)] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]
    assert before["SEQUENCE"] < lost["SEQUENCE"] < again["SEQUENCE"]
    assert [event["STATUS"] for event in won.values()] == ["CONFIRMED"]


def test_a_hub_sees_its_own_sessions_and_the_cohorts_webinars(training, ids):
    other = uuid4()
    training.offer(hub=other)
    training.accept(5, hub=other)
    training.form()

    found = events(training, delivery_partner_id=training.hub)

    theirs = training.sessions(delivery_partner_id=training.hub)
    webinars = training.sessions(kind="webinar")
    assert set(found) == {uid(session) for session in [*theirs, *webinars]}
    assert events(training, delivery_partner_id=uuid4()) == {}


@pytest.mark.parametrize("ended", ["suspended", "removed"])
def test_a_hub_whose_access_was_ended_reads_no_calendar_until_it_has_access_again(
    training, ids, ended
):
    revisions = count(1_000_000)

    def hub_has(access):
        training.hears(
            DeliveryPartnerChanged(
                revision=next(revisions),
                delivery_partner_id=training.hub,
                status="active",
                name="A hub",
                access=access,
            )
        )

    asking = Caller("hub", str(training.hub))
    hub_has("open")
    own = training.call(CalendarLink(application_id=ids[0])).url
    given = [
        training.call(HubCalendarLink(**whose), caller=asking).url
        for whose in ({}, {"application_id": ids[0]})
    ]

    hub_has(ended)
    hub_has(None)  # as the former release tells of a new name

    for url in given:
        with pytest.raises(NotFound, match="calendar_not_found"):
            fetch(training, url)
    assert fetch(training, own).status_code == 200
    hub_has("open")
    assert [fetch(training, url).status_code for url in given] == [200, 200]


def test_a_facilitator_who_has_left_reads_no_calendar_until_they_are_back(training, ids):
    coach = training.sessions(kind="coaching")[0].facilitator_staff_id

    def told(revision, **more):
        usual = {"staff_id": coach, "roles": ["coach"], "revision": revision}
        training.hears(StaffChanged(**usual | more))

    told(1)
    url = training.call(CalendarLink(staff_id=coach)).url
    told(2, active=False)
    with pytest.raises(NotFound, match="calendar_not_found"):
        fetch(training, url)

    told(3)

    assert fetch(training, url).status_code == 200


def test_joining_details_are_in_the_calendar(training, ids):
    session = training.sessions()[0]
    training.call(
        SetJoiningDetails(
            session_id=session.session_id,
            meeting_link="https://meet.example.org/1",
            joining_details="Bring your plan.",
        )
    )

    event = events(training, application_id=ids[0])[uid(session)]

    assert event["DESCRIPTION"] == "Bring your plan.\n\nJoin: https://meet.example.org/1"
    assert (event["SEQUENCE"], str(event["URL"])) == (1, "https://meet.example.org/1")


def test_an_address_is_of_one_owner_and_good_until_it_is_revoked(training, ids):
    coach = training.coach()
    url = training.call(CalendarLink(staff_id=coach)).url
    served = fetch(training, url)

    training.call(RevokeCalendar(staff_id=coach))

    assert served.status_code == 200
    assert "no-store" not in served.headers["Cache-Control"]
    with pytest.raises(NotFound, match="calendar_not_found"):
        fetch(training, url)
    assert training.call(CalendarLink(staff_id=coach)).url != url
    with pytest.raises(Invalid):
        training.call(CalendarLink())
    with pytest.raises(Invalid):
        training.call(CalendarLink(staff_id=coach, application_id=ids[0]))
    with pytest.raises(NotFound):
        training.call(CalendarLink(staff_id=uuid4()))
    with pytest.raises(NotFound):
        training.call(CalendarLink(delivery_partner_id=uuid4()))


def test_khal_shows_a_session_once_and_at_londons_time_from_its_making_to_its_end(
    training, ids, tmp_path
):
    try:
        khal = khal_program()
    except MissingPackagesError as error:
        pytest.skip(str(error))
    (tmp_path / "calendar").mkdir()
    (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))
    session = training.sessions(kind="coaching")[0]

    def run(*arguments):
        return subprocess.run(
            [khal, "-c", str(tmp_path / "khal.conf"), *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def shown():
        """What khal has of the session once it has taken in the feed as it is now."""
        feed = tmp_path / "feed.ics"
        feed.write_text(training.call(GetCalendar(application_id=ids[0])).text, newline="")
        run("import", "--batch", "-a", "sessions", str(feed))
        form = "{uid}|{start-long}|{end-long}|{status}"
        listed = run("list", "-f", form, "2026-09-01", "700d").splitlines()
        assert len([line for line in listed if "|" in line]) == 20
        return [line.rstrip().split("|")[1:] for line in listed if line.startswith(uid(session))]

    made = shown()
    training.call(MoveSession(session_id=session.session_id, local_start="2027-03-25T16:00"))
    before_the_clocks_change = shown()
    training.call(MoveSession(session_id=session.session_id, local_start="2027-03-30T16:00"))
    after = shown()
    training.call(CancelSession(session_id=session.session_id, reason="snow"))
    off = shown()

    ends = (session.starts_at + timedelta(minutes=session.minutes)).astimezone(UTC)
    assert made[0][2] == "CONFIRMED"
    assert datetime.fromisoformat(f"{made[0][1]}+00:00") - ends in {
        timedelta(0),
        timedelta(hours=1),
    }
    assert before_the_clocks_change == [["2027-03-25T16:00", "2027-03-25T18:00", "CONFIRMED"]]
    assert after == [["2027-03-30T16:00", "2027-03-30T18:00", "CONFIRMED"]]
    assert off == [["2027-03-30T16:00", "2027-03-30T18:00", "CANCELLED"]]


def test_whoever_left_sees_only_what_is_off(training, ids):
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))

    found = events(training, application_id=ids[0])

    assert {event["STATUS"] for event in found.values()} == {"CANCELLED"}
