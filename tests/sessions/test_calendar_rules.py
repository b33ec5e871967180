"""A calendar shows one event per session at the right London time, whatever happens to it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from headship_contracts.errors import Refused
from sessions.domain import calendar, london
from sessions.domain.calendar import Entry

CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_entry(session_id="s1", local="2026-03-26T16:00", *, sequence=0, fold=0, **others):
    return Entry(
        session_id=session_id,
        title="Coaching",
        local_start=datetime.fromisoformat(local).replace(fold=fold),
        duration=others.pop("duration", timedelta(minutes=120)),
        sequence=sequence,
        changed_at=others.pop("changed_at", CHANGED),
        **others,
    )


class CalendarClient:
    """What a calendar program does with a feed: by UID, it keeps the highest SEQUENCE."""

    def __init__(self):
        self.events = {}

    def read(self, feed):
        for event in Calendar.from_ical(feed).walk("VEVENT"):
            known = self.events.get(event["UID"])
            if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                self.events[event["UID"]] = event

    def shown(self):
        return [event for event in self.events.values() if event["STATUS"] != "CANCELLED"]


def test_create_move_move_over_a_clock_change_leaves_one_event_at_the_right_time():
    client = CalendarClient()

    client.read(calendar.render("NPQH", [an_entry(local="2026-03-26T16:00", sequence=0)]))
    client.read(calendar.render("NPQH", [an_entry(local="2026-03-31T16:00", sequence=1)]))
    client.read(calendar.render("NPQH", [an_entry(local="2026-10-27T09:30", sequence=2)]))

    (event,) = client.shown()
    assert event["UID"] == "s1@headship"
    assert event.decoded("dtstart").astimezone(UTC) == datetime(2026, 10, 27, 9, 30, tzinfo=UTC)


def test_a_cancelled_session_goes_from_the_client():
    client = CalendarClient()

    client.read(calendar.render("NPQH", [an_entry()]))
    client.read(calendar.render("NPQH", [an_entry(sequence=1, cancelled=True)]))

    assert client.shown() == []


def test_sixty_days_after_its_cancellation_a_session_leaves_the_feed():
    entry = an_entry(cancelled=True)

    assert calendar.is_shown(entry, CHANGED + timedelta(days=59, hours=23))
    assert not calendar.is_shown(entry, CHANGED + timedelta(days=60))
    assert calendar.is_shown(an_entry(), CHANGED + timedelta(days=600))


@given(
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-01-01")),
    st.integers(5, 480),
)
def test_what_a_client_reads_is_the_instant_that_was_meant(local, minutes):
    local = local.replace(second=0, microsecond=0, fold=0)
    try:
        meant = london.instant(local, 0)
    except Refused:
        return  # the clocks skip it

    feed = calendar.render(
        "NPQH", [an_entry(local=local.isoformat(), duration=timedelta(minutes=minutes))]
    )

    (event,) = Calendar.from_ical(feed).walk("VEVENT")
    assert event.decoded("dtstart").astimezone(UTC) == meant
    assert event.decoded("dtend").astimezone(UTC) == meant + timedelta(minutes=minutes)


def test_the_second_of_two_equal_wall_times_is_told_in_utc():
    feed = calendar.render("NPQH", [an_entry(local="2026-10-25T01:30", fold=1)])

    assert "DTSTART:20261025T013000Z" in feed


def test_a_feed_has_the_two_rules_of_london_and_says_how_often_to_come_back():
    feed = calendar.render(
        "NPQH", [an_entry(venue="Hub hall; room 2", link="https://meet.example/1")]
    )

    (zone,) = Calendar.from_ical(feed).walk("VTIMEZONE")
    assert [part["RRULE"].to_ical() for part in zone.subcomponents] == [
        b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]
    assert "DTSTART;TZID=Europe/London:20260326T160000" in feed
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in feed
    assert "X-PUBLISHED-TTL:PT1H" in feed
    assert "METHOD:PUBLISH" in feed
    assert "LOCATION:Hub hall\\; room 2" in feed


def test_an_unchanged_calendar_is_the_same_text_in_any_order():
    entries = [an_entry("s1"), an_entry("s2", "2026-04-01T16:00")]

    assert calendar.render("NPQH", entries) == calendar.render("NPQH", entries[::-1])


def test_the_hour_that_the_clocks_skip_is_refused():
    with pytest.raises(Refused, match="time_does_not_exist"):
        london.instant(datetime.fromisoformat("2026-03-29T01:30"))


def test_the_hour_that_comes_twice_needs_a_fold():
    twice = datetime.fromisoformat("2026-10-25T01:30")

    with pytest.raises(Refused, match="time_is_ambiguous"):
        london.instant(twice)
    assert london.instant(twice, 0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert london.instant(twice, 1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("slot", ["sat-10:00", "tue-24:00", "tue 16:00", ""])
def test_a_slot_that_is_none_is_refused(slot):
    with pytest.raises(Refused, match="not_a_slot"):
        london.in_week(date(2026, 3, 23), slot)


def test_a_slot_keeps_its_wall_time_when_the_clocks_change():
    before = london.instant(london.in_week(date(2026, 3, 23), "tue-16:00"))
    after = london.instant(london.in_week(date(2026, 3, 30), "tue-16:00"))

    assert after - before == timedelta(days=7) - timedelta(hours=1)


def test_the_two_hours_of_one_wall_time_are_not_taken_for_each_other():
    feeds = [
        calendar.render("NPQH", [an_entry(local="2026-10-25T01:30", fold=fold)]) for fold in (0, 1)
    ]

    first, second = (Calendar.from_ical(feed).walk("VEVENT")[0].start for feed in feeds)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
