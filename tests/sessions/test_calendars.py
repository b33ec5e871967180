"""A participant's calendar: its address, and what a client sees of all that happens."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from training import then

from headship_contracts.enrolment.events import ParticipantResumed, ParticipantWithdrawn
from headship_contracts.errors import NotFound
from headship_contracts.sessions.calendars import CalendarLink, GetCalendar
from headship_contracts.sessions.running import SetJoiningDetails
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from kit.pages import Request


class Client:
    """A calendar program: reads the feed by its address, keeps the highest SEQUENCE of each UID."""

    def __init__(self, training, application_id):
        self.training = training
        self.url = training.call(CalendarLink(application_id=application_id)).url
        self.events, self.etag = {}, None

    def read(self):
        """The status of one request; a body replaces what the client had of each event."""
        token = self.url.removeprefix("http://127.0.0.1:8000/calendars/").removesuffix(".ics")
        headers = {"If-None-Match": self.etag} if self.etag else {}
        request = Request.from_values(headers=headers)
        response = self.training.service.calendar_feed(request, token)
        if response.status_code == 200:
            self.etag = response.headers["ETag"]
            for event in Calendar.from_ical(response.get_data(as_text=True)).walk("VEVENT"):
                known = self.events.get(event["UID"])
                if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                    self.events[event["UID"]] = event
        return response.status_code

    def shown(self):
        return {
            uid: event.decoded("dtstart").astimezone(UTC)
            for uid, event in self.events.items()
            if event["STATUS"] == "CONFIRMED"
        }


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


@pytest.fixture
def client(training, ids):
    return Client(training, ids[0])


def test_a_calendar_has_all_of_ones_sessions_and_nothing_of_others(training, ids, client):
    client.read()

    sessions = training.sessions(application_id=ids[0])
    text = training.call(GetCalendar(application_id=ids[0])).text
    assert client.shown() == {f"{s.session_id}@headship": s.starts_at for s in sessions}
    assert len(sessions) == 20
    assert not any(str(other) in text for other in ids)


def test_a_client_follows_a_session_through_moves_over_a_clock_change_to_its_end(training, client):
    session = training.sessions(kind="coaching")[0]
    uid = f"{session.session_id}@headship"
    client.read()
    for local_start in ("2027-03-30T16:00", "2027-11-02T09:30"):
        training.call(MoveSession(session_id=session.session_id, local_start=local_start))
        client.read()
    moved = client.shown()[uid]

    training.call(CancelSession(session_id=session.session_id, reason="snow"))
    client.read()

    assert moved == datetime(2027, 11, 2, 9, 30, tzinfo=UTC)
    assert uid not in client.shown()
    assert len(client.events) == 20


def test_who_leaves_sees_what_is_ahead_cancelled_and_who_returns_sees_it_again(
    training, ids, client
):
    client.read()
    before = client.shown()
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))
    client.read()
    away = client.shown()

    training.hears(then(training.accepted[ids[0]], ParticipantResumed))
    training.form()
    client.read()

    assert away == {}
    assert client.shown() == before


def test_who_left_learns_nothing_of_rooms_and_links_that_are_set_later(training, ids):
    last = training.sessions(kind="coaching")[-1]
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))

    def then_set(days, **told):
        training.at(training.now + timedelta(days=days))
        training.call(SetJoiningDetails(session_id=last.session_id, **told))
        return training.call(GetCalendar(application_id=ids[0])).text

    soon = then_set(1, meeting_link="https://meet.example.org/9", joining_details="Door code 4711")
    late = then_set(200, joining_details="Door code 4712")

    assert f"{last.session_id}@headship" in soon
    assert "meet.example.org" not in soon
    assert "Door code" not in soon
    assert str(last.session_id) not in late  # sixty days are over, whatever has changed since


def test_what_was_cancelled_stays_in_the_feed_for_sixty_days(training, ids):
    session = training.sessions()[0]
    training.call(CancelSession(session_id=session.session_id, reason="snow"))

    def in_feed():
        return str(session.session_id) in training.call(GetCalendar(application_id=ids[0])).text

    soon = in_feed()
    training.at(datetime(2026, 9, 1, 9, tzinfo=UTC) + timedelta(days=61))

    assert (soon, in_feed()) == (True, False)


def test_an_unchanged_calendar_is_not_sent_twice(training, client):
    first = client.read()
    second = client.read()
    session = training.sessions()[3]
    training.call(MoveSession(session_id=session.session_id, local_start="2027-06-15T16:00"))

    assert (first, second, client.read()) == (200, 304, 200)


def test_an_address_stays_the_same_until_it_is_renewed(training, ids, client):
    again = training.call(CalendarLink(application_id=ids[0])).url

    renewed = training.call(CalendarLink(application_id=ids[0], renew=True)).url

    assert again == client.url != renewed
    assert len(client.url.rpartition("/")[2]) > 40
    with pytest.raises(NotFound, match="calendar_not_found"):
        client.read()
    client.url = renewed
    assert client.read() == 200


def test_addresses_of_two_people_differ(training, ids, client):
    assert training.call(CalendarLink(application_id=ids[1])).url != client.url
