"""Of whose application a hub hears: of its own participants', and nobody's who only applied."""

from admitting import accepted, applicants

from enrolment.hubs import FEED
from headship_contracts.enrolment import events
from headship_contracts.enrolment.applications import AssignDeliveryPartner, RejectApplication
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from kit.db.engine import begin
from kit.testing import emitted


def concerned(enrolling, told):
    with begin(enrolling.db.engine) as connection:
        return FEED.concerned(connection, told)


def test_a_hub_hears_of_who_was_accepted_and_not_of_who_only_applied(enrolling):
    hub = enrolling.call(AddDeliveryPartner(name="North Hub")).delivery_partner_id
    in_training, applied = applicants(enrolling, 2)
    for one in (in_training, applied):
        ids = {"application_id": one.application_id, "delivery_partner_id": hub}
        enrolling.call(AssignDeliveryPartner(**ids))
    accepted(enrolling, in_training)
    enrolling.call(RejectApplication(application_id=applied.application_id))
    told = [
        *emitted(enrolling.db, events.ApplicationAccepted),
        *emitted(enrolling.db, events.ApplicationRejected),
    ]
    assert [event.delivery_partner_id for event in told] == [hub, hub]

    assert concerned(enrolling, told) == [{hub}, set()]


def test_a_hub_hears_of_an_acceptance_that_was_taken_back(enrolling):
    """Then it may read the record no more."""
    hub = enrolling.call(AddDeliveryPartner(name="North Hub")).delivery_partner_id
    (applied,) = applicants(enrolling, 1)
    state = {
        "revision": 1,
        "application_id": applied.application_id,
        "participant_id": applied.participant_id,
        "course": applied.course,
        "cohort": applied.cohort,
        "status": "pending",
        "delivery_partner_id": hub,
    }
    told = [events.ApplicationRemoved(**state, cause=cause) for cause in ("reverted", "vanished")]

    assert concerned(enrolling, told) == [{hub}, set()]
