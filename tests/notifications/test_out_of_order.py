"""Events that come after what followed them: what is still true of them is told, and only that."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from headship_contracts.enrolment import events as enrolment

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def test_a_transfer_that_comes_after_something_newer_is_told_once(office, accepted):
    moved = accepted.make(enrolment.ParticipantTransferred, former_delivery_partner_id=uuid4())
    newer = accepted.make(
        enrolment.ParticipantDetailsChanged,
        fields=["email"],
        delivery_partner_id=moved.delivery_partner_id,
    )

    office.hear(newer)
    office.hear(moved, times=2)
    office.send()

    assert [m.status for m in office.messages(template="hub_changed")] == ["sent"]


def test_both_hubs_hear_of_a_transfer_that_comes_after_something_newer(office, accepted):
    old, new = (accepted.make(enrolment.StaffChanged, staff_id=uuid4(), active=True) for _ in "ab")
    moved = accepted.make(
        enrolment.ParticipantTransferred,
        delivery_partner_id=new.delivery_partner_id,
        former_delivery_partner_id=old.delivery_partner_id,
    )
    newer = accepted.make(
        enrolment.ParticipantDetailsChanged,
        fields=["email"],
        delivery_partner_id=new.delivery_partner_id,
    )

    office.hear(old, new, newer, moved)
    office.evening()

    told = {m.person_id: m.status for m in office.messages(template="digest_hub")}
    assert told == {old.staff_id: "sent", new.staff_id: "sent"}


def test_of_a_transfer_that_another_one_followed_only_the_last_is_told(office, accepted):
    first = accepted.make(enrolment.ParticipantTransferred, former_delivery_partner_id=uuid4())
    second = accepted.make(
        enrolment.ParticipantTransferred, former_delivery_partner_id=first.delivery_partner_id
    )

    office.hear(second, first)
    office.send()

    assert len(office.messages(template="hub_changed")) == 1


OFFER_OVER = {"status": "pending", "place": "none", "outcome": "expired"}


def test_who_was_accepted_is_not_told_by_an_older_event_that_an_offer_has_expired(office, told):
    expired = told.make(enrolment.PlaceOfferEnded, **OFFER_OVER)

    office.hear(told.make(enrolment.ApplicationAccepted, place="held"), expired)
    office.send()

    assert office.templates() == ["joining"]


@pytest.mark.parametrize(
    ("kind", "since", "reason"),
    [
        (enrolment.ApplicationAccepted, {"place": "none"}, "application_accepted"),
        (enrolment.PlaceOffered, {"status": "pending", "place": "offered"}, "place_offered"),
    ],
)
def test_a_place_that_is_lost_is_not_told_of_once_there_is_one_again(
    office, told, kind, since, reason
):
    office.hear(told.make(enrolment.PlaceOfferEnded, **OFFER_OVER), told.make(kind, **since))

    office.send()

    (message,) = office.messages(template="place_offer_ended")
    assert (message.status, message.reason) == ("cancelled", reason)


def test_a_place_that_is_lost_is_told_of(office, told):
    office.hear(told.make(enrolment.PlaceOfferEnded, **OFFER_OVER))

    office.send(NOW + timedelta(minutes=1))

    assert [m.status for m in office.messages()] == ["sent"]


LONG_AGO = {"starts_on": NOW.date() - timedelta(days=300), "cohort": "2025a"}
NO_DATES_YET = {"starts_on": None, "cohort": "2025b"}
JUST_NOW = {"starts_on": NOW.date() - timedelta(days=30), "cohort": "2026b"}


@pytest.mark.parametrize("kind", [enrolment.ApplicationReceived, enrolment.ApplicationAccepted])
@pytest.mark.parametrize("begun", [LONG_AGO, NO_DATES_YET])
def test_who_is_in_a_programme_that_goes_on_when_we_first_hear_of_them_is_not_told_to_join(
    office, told, kind, begun
):
    office.hear(told.make(kind, **begun))

    assert office.templates() == []


@pytest.mark.parametrize("order", [1, -1])
def test_who_is_accepted_into_a_programme_that_has_just_begun_is_told_to_join(office, told, order):
    accepted = told.make(enrolment.ApplicationAccepted, **JUST_NOW)
    changed = told.make(enrolment.ParticipantDetailsChanged, fields=["email"], **JUST_NOW)

    office.hear(*[accepted, changed][::order], times=2)

    assert office.templates() == ["joining"]


def test_who_has_withdrawn_before_the_joining_instructions_left_does_not_get_them(office, told):
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.hear(told.make(enrolment.ParticipantWithdrawn, training_status="withdrawn"))

    office.send(NOW + timedelta(minutes=1))

    (message,) = office.messages(template="joining")
    assert (message.status, message.reason) == ("cancelled", "participant_withdrawn")
