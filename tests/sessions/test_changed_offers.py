"""A hub's offer changes when its days together are planned already: sessions, people, calendars."""

from icalendar import Calendar
from training import a_hub

from headship_contracts.sessions.calendars import GetCalendar
from headship_contracts.sessions.events import SessionChanged, SessionMoved
from headship_contracts.sessions.groups import SetAvailability
from headship_contracts.sessions.schedule import MoveSession


def days(training, **told):
    return training.sessions(kind="face_to_face", **told)


def calendar(training, application_id):
    text = training.call(GetCalendar(application_id=application_id)).text
    return {str(event["UID"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def test_days_that_are_planned_go_to_the_new_venue_and_everyone_with_a_seat_is_told(training):
    (one, *_) = training.a_running_cohort()
    by_hand, *others = days(training)
    training.call(
        MoveSession(session_id=by_hand.session_id, local_start=by_hand.local_start, venue="Library")
    )
    before = len(training.told(SessionMoved))

    training.offer(venue="New hall, 2 High Street", coaches=[])
    training.offer(venue="New hall, 2 High Street", coaches=[])

    now = {session.session_id: session for session in days(training)}
    told = training.told(SessionMoved)[before:]
    assert now.pop(by_hand.session_id).venue == "Library"
    assert {s.venue for s in now.values()} == {"New hall, 2 High Street"}
    assert {e.session_id for e in told} == {s.session_id for s in others}
    assert all(e.former_starts_at == e.starts_at for e in told)
    event = calendar(training, one)[f"{others[0].session_id}@headship"]
    assert (event["LOCATION"], event["SEQUENCE"]) == ("New hall, 2 High Street", 1)


def test_days_that_are_over_stay_where_they_were(training):
    training.a_running_cohort()
    first = days(training)[0]
    training.at(first.ends_at)

    training.offer(venue="New hall", coaches=[])

    assert {s.session_id for s in days(training) if s.venue == "Hub hall"} == {first.session_id}


def test_where_the_venue_is_and_what_it_has_is_in_the_calendar_and_changes_there(training):
    (one, *_) = training.a_running_cohort()
    session = days(training)[0]

    training.offer(venue_place="51.50,-0.12", venue_provides=["step_free"], coaches=[])

    event = calendar(training, one)[f"{session.session_id}@headship"]
    assert event["GEO"].to_ical() == "51.5;-0.12"
    assert "The venue has: step free" in event["DESCRIPTION"]
    assert event["SEQUENCE"] == 1
    assert {e.change for e in training.told(SessionChanged)} == {"venue"}
    assert training.told(SessionMoved) == []


def test_a_new_link_is_that_of_the_coaching_sessions_ahead(training):
    training.a_running_cohort()

    training.offer(meeting_link="https://meet.example.org/2", coaches=[])

    links = {session.meeting_link for session in training.sessions(kind="coaching")}
    assert links == {"https://meet.example.org/2"}


def test_whom_a_changed_venue_leaves_without_is_told_and_the_fewest_move(training):
    near = a_hub(training, "51.4543,-0.9781")
    a_hub(training, "51.5074,-0.1278", training.hub)
    training.offer(hub=near, venue_provides=["step_free"])
    training.publish()
    training.offer(venue_provides=["step_free"])
    ids = [event.application_id for event in training.accept(7)]
    training.form()
    training.call(SetAvailability(application_id=ids[0], slots=["tue-16:00"], needs=["step_free"]))
    training.schedule()

    told = {one.code: one for one in training.offer(venue_capacity=5).shortfalls}
    training.schedule()

    where = [days(training, application_id=id)[0].delivery_partner_id for id in ids]
    assert (told["venue_over_capacity"].people, told["venue_lacks_access"].people) == (2, 1)
    assert "fewest moved" in told["venue_over_capacity"].detail
    assert (where[0], where.count(near)) == (near, 2)
    assert training.offer(venue_capacity=5).shortfalls == []
