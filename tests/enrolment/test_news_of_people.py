"""What is new of a participant is told, by whichever of their applications it was heard."""

from copy import copy
from uuid import uuid4

import pytest

from enrolment.domain.dfe.courses import SENIOR_LEADERSHIP
from headship_contracts.enrolment.applications import ChangeFundedPlace
from headship_contracts.enrolment.events import ParticipantDetailsChanged
from kit.testing import emitted


@pytest.fixture
def enrolled(enrolling):
    return enrolling.accepted()


def record_of(enrolling, application):
    return enrolling.dfe.world.applications[str(application.dfe_application_id)]


def has_a_new_address(enrolling, application):
    person = enrolling.dfe.world.people[str(application.dfe_participant_id)]
    person.email, person.updated_at = "new@example.org", enrolling.at


def told(enrolling):
    return [
        (event.application_id, event.fields)
        for event in emitted(enrolling.db, ParticipantDetailsChanged)
    ]


@pytest.fixture
def told_before(enrolling, enrolled):
    """Of some DfE tells the TRN when it accepts them."""
    return told(enrolling)


def test_an_address_that_comes_with_another_application_is_told(enrolling, enrolled, told_before):
    has_a_new_address(enrolling, enrolled)
    another = copy(record_of(enrolling, enrolled))
    another.application_id, another.course = str(uuid4()), SENIOR_LEADERSHIP
    another.status, another.training_status, another.schedule = "pending", None, None
    another.created_at = another.updated_at = enrolling.at
    enrolling.dfe.world.add_application(another)

    enrolling.sync()

    assert told(enrolling) == [*told_before, (enrolled.application_id, ["email"])]


def test_an_address_that_comes_with_an_answer_is_told(enrolling, enrolled, told_before):
    has_a_new_address(enrolling, enrolled)
    enrolling.call(ChangeFundedPlace(application_id=enrolled.application_id, funded_place=False))

    enrolling.push()
    enrolling.sync()

    assert told(enrolling) == [*told_before, (enrolled.application_id, ["email"])]
