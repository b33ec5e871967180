"""Venues of days together never hold more people than they can, whoever comes, and whenever."""

from datetime import timedelta
from uuid import uuid4

import pytest
from training import COHORT, COURSE, STARTS_ON, a_hub, then

from headship_contracts.enrolment.events import (
    ParticipantRescheduled,
    ParticipantTransferred,
    ParticipantWithdrawn,
)
from headship_contracts.sessions.attendance import GetRegister
from headship_contracts.sessions.running import BookSeat
from headship_contracts.sessions.schedule import ScheduleSessions
from headship_contracts.sessions.transfers import DecidePlaceProposal, ProposePlace


@pytest.fixture
def full(training):
    """Six people at a hub whose venue holds six."""
    training.publish()
    training.offer(venue_capacity=6)
    events = training.accept(6)
    training.form()
    training.schedule()
    return events


def days(training, application_id):
    theirs = training.sessions(application_id=application_id, kind="face_to_face")
    return [session.delivery_partner_id for session in theirs]


def seated(training):
    """Session → how many have a seat, of the days at the hub."""
    found = {}
    for session in training.sessions(kind="face_to_face", delivery_partner_id=training.hub):
        lines = training.call(GetRegister(session_id=session.session_id)).lines
        found[session.session_id] = len(lines)
    return found


def test_who_is_accepted_when_the_venue_is_full_gets_no_day_there_and_is_told_of(training, full):
    (late,) = training.accept(1)

    report = training.schedule()

    assert set(seated(training).values()) == {6}
    assert len(training.sessions(application_id=late.application_id, kind="webinar")) == 10
    (told,) = report.without_seat
    assert (told.application_id, told.reason) == (late.application_id, "venues_full")
    assert told.helps == "more room at a venue in reach, or somebody's leaving it"
    assert "whenever schedule_sessions" in told.tried_next


def test_a_place_that_comes_free_goes_to_who_had_none_when_the_cohort_is_seated_again(
    training, full
):
    (late,) = training.accept(1)
    training.hears(then(full[0], ParticipantWithdrawn))

    report = training.schedule()

    assert days(training, late.application_id) == [training.hub] * 5
    assert report.without_seat == []


def test_the_last_place_goes_to_one_of_two(training):
    training.publish()
    training.offer(venue_capacity=6)
    training.accept(5)
    training.form()
    training.schedule()

    first, second = training.accept(2)

    assert days(training, first.application_id) == [training.hub] * 5
    assert days(training, second.application_id) == []


def test_a_confirmed_transfer_to_a_hub_whose_venue_is_full_overfills_no_day(training, full):
    other = uuid4()
    training.offer(hub=other)
    moving, *_ = training.accept(5, hub=other)
    training.form()
    training.schedule()
    training.hears(then(moving, ParticipantTransferred, delivery_partner_id=training.hub))
    place = training.call(ProposePlace(application_id=moving.application_id))

    training.call(DecidePlaceProposal(proposal_id=place.proposal_id, confirmed=True))

    assert set(seated(training).values()) == {6}
    assert days(training, moving.application_id) == []


def test_guests_who_booked_a_seat_are_counted_where_the_cohort_is_seated(training):
    other = uuid4()
    training.publish()
    training.offer(venue_capacity=6)
    training.offer(hub=other)
    training.accept(5)
    guest, *_ = training.accept(5, hub=other)
    training.form()
    training.schedule()
    (first, *_) = seated(training)
    booked = BookSeat(session_id=first, application_id=guest.application_id)
    assert training.call(booked).state == "seated"

    training.accept(1)
    report = training.schedule()

    assert seated(training)[first] == 6
    assert len(report.without_seat) == 1


@pytest.fixture
def away(training):
    """Somebody whose days are at another hub than their own, since that one's venue is full."""
    here, near, far = (a_hub(training, f"{lat},-0.10") for lat in ("51.50", "51.60", "52.00"))
    training.hub = here
    training.publish()
    training.offer(venue_capacity=5)
    for hub in (near, far):
        training.offer(hub=hub)
        training.accept(5, hub=hub)
    theirs = training.accept(6)
    training.form()
    training.schedule()
    (event,) = (e for e in theirs if days(training, e.application_id) == [near] * 5)
    return event, far


def test_after_a_confirmed_transfer_days_are_at_the_new_hub_and_not_where_they_were(training, away):
    event, new = away
    training.hears(then(event, ParticipantTransferred, delivery_partner_id=new))
    place = training.call(ProposePlace(application_id=event.application_id))

    training.call(DecidePlaceProposal(proposal_id=place.proposal_id, confirmed=True))

    assert days(training, event.application_id) == [new] * 5
    training.schedule()
    assert days(training, event.application_id) == [new] * 5


def test_in_another_cohort_days_are_at_ones_own_hub_again(training, away):
    event, _ = away
    later = "2027a"
    training.publish(cohort=later, starts_on=STARTS_ON + timedelta(weeks=26))
    for session in training.sessions(kind="face_to_face"):
        training.offer(hub=session.delivery_partner_id, cohort=later)
    training.call(ScheduleSessions(course=COURSE, cohort=later))

    training.hears(then(event, ParticipantRescheduled, cohort=later, former_cohort=COHORT))

    assert days(training, event.application_id) == [training.hub] * 5
