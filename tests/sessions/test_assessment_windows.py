"""A candidate's window is in their own calendar, for as long as they are to sit."""

from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar
from training import then

from headship_contracts.assessment.events import CandidateEntered, CandidateRemoved
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantWithdrawn,
)
from headship_contracts.sessions.calendars import CalendarLink, GetCalendar
from headship_contracts.sessions.hub import HubCalendarLink
from kit.identity import Caller

CANDIDATE = UUID(int=7)
OPENS, CLOSES = datetime(2027, 3, 26, 0, 1, tzinfo=UTC), datetime(2027, 4, 2, 22, 59, tzinfo=UTC)


@pytest.fixture
def event(training):
    (found,) = training.accept(1)
    return found


def entered(event, revision=1, **told):
    usual = {
        "candidate_id": CANDIDATE,
        "application_id": event.application_id,
        "participant_id": event.participant_id,
        "window_id": uuid4(),
        "attempt": 1,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "word_limit": 2_500,
    }
    return CandidateEntered(revision=revision, **usual | told)


def removed(event, revision=2):
    return CandidateRemoved(
        revision=revision,
        candidate_id=CANDIDATE,
        application_id=event.application_id,
        participant_id=event.participant_id,
        window_id=uuid4(),
        reason="deferred",
    )


def windows(training, event):
    text = training.call(GetCalendar(application_id=event.application_id)).text
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_a_window_is_in_the_calendar_at_london_times_once_however_often_it_is_told(training, event):
    training.hears(entered(event), times=2)
    training.hears(entered(event))

    (window,) = windows(training, event)
    assert (window["UID"], window["SEQUENCE"], window["STATUS"]) == (
        f"{CANDIDATE}@headship",
        1,
        "CONFIRMED",
    )
    assert window["DTSTART"].to_ical() == b"20270326T000100"
    assert window["DTEND"].to_ical() == b"20270402T235900"  # the clocks have changed since
    assert window["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_order_the_newest_word_holds(training, event, order):
    told = [entered(event), removed(event, 2), entered(event, 3, closes_at=CLOSES.replace(day=5))]

    for number in order:
        training.hears(told[number])

    (window,) = windows(training, event)
    assert (window["STATUS"], window["DTEND"].to_ical()) == ("CONFIRMED", b"20270405T235900")


def test_who_is_removed_sees_it_cancelled_and_an_extension_moves_its_end(training, event):
    training.hears(entered(event))
    training.hears(entered(event, 2, closes_at=CLOSES.replace(day=7)))
    (longer,) = windows(training, event)
    training.hears(removed(event, 3))
    (gone,) = windows(training, event)

    assert (longer["SEQUENCE"], longer["DTEND"].to_ical()) == (2, b"20270407T235900")
    assert (gone["SEQUENCE"], gone["STATUS"]) == (3, "CANCELLED")


@pytest.mark.parametrize("leaving", [ParticipantDeferred, ParticipantWithdrawn])
def test_who_pauses_or_leaves_sees_it_cancelled_before_assessment_has_said_so(
    training, event, leaving
):
    training.hears(entered(event))
    training.hears(then(event, leaving))
    (away,) = windows(training, event)
    training.hears(then(event, ParticipantResumed))
    (back,) = windows(training, event)

    assert (away["SEQUENCE"], away["STATUS"]) == (2, "CANCELLED")
    assert (back["SEQUENCE"], back["STATUS"]) == (3, "CONFIRMED")


def test_who_was_entered_after_leaving_never_has_it(training, event):
    training.hears(then(event, ParticipantWithdrawn))

    training.hears(entered(event))

    assert windows(training, event) == []


def test_a_window_that_is_over_stays_when_somebody_leaves_afterwards(training, event):
    training.hears(entered(event))
    training.at(CLOSES)

    training.hears(then(event, ParticipantWithdrawn))

    (window,) = windows(training, event)
    assert window["STATUS"] == "CONFIRMED"


def test_a_hubs_address_of_somebodys_calendar_does_not_show_it(training, event):
    training.hub_is_known()
    training.hears(entered(event))
    own = training.call(CalendarLink(application_id=event.application_id)).url
    hubs = training.call(
        HubCalendarLink(application_id=event.application_id),
        caller=Caller("hub", str(training.hub)),
    ).url

    feeds = [
        training.page("calendar_feed", url.rpartition("/")[2].removesuffix(".ics")).get_data(True)
        for url in (own, hubs)
    ]

    assert ["Assessment window" in feed for feed in feeds] == [True, False]
