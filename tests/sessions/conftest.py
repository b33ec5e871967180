"""Fixtures for the tests of sessions."""

import sys
from pathlib import Path

import pytest

from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit import clock
from kit.testing import FakeAsk, a_service
from sessions.service import SessionsService

sys.path.insert(0, str(Path(__file__).parent))  # the checker and builders beside the tests

from training import Training


def _people(request):
    return PeopleFound(
        people=[
            Person(person_id=id, kind="participant", full_name=f"Head {number}")
            for number, id in enumerate(request.ids)
        ]
    )


@pytest.fixture
def training(a_database):
    """Sessions on a database of its own, at a time that the test sets."""
    ask = FakeAsk({People: _people})
    yield Training(a_service(SessionsService, db=a_database("sessions"), ask=ask))
    clock.use_wall_clock()
