"""Fixtures for the tests of sessions."""

import json
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit import clock, jobs
from kit.testing import FakeAsk, a_service
from sessions.domain import grouping, seating
from sessions.service import SessionsService

sys.path.insert(0, str(Path(__file__).parent))  # the checker and builders beside the tests

from as_hub import AsHub
from training import Training

SOLVERS = {
    "sessions.domain.grouping:solve": grouping.solve,
    "sessions.domain.seating:solve": seating.solve,
}


def _people(request):
    return PeopleFound(
        people=[
            Person(person_id=id, kind="participant", full_name=f"Head {number}")
            for number, id in enumerate(request.ids)
        ]
    )


@pytest.fixture
def solver(monkeypatch):
    """The solver in this process, which spares a second; `test_groups` has it as it is."""

    def solve_here(job, data, *, seconds, megabytes):
        here = {
            "sessions.domain.grouping:solve": grouping,
            "sessions.domain.seating:solve": seating,
        }
        return json.loads(json.dumps(here[job].solve(json.loads(json.dumps(data)))))

    monkeypatch.setattr(jobs, "run", solve_here)


@pytest.fixture
def training(a_database, solver):
    """Sessions on a database of its own, at a time that the test sets."""
    ask = FakeAsk({People: _people})
    yield Training(a_service(SessionsService, db=a_database("sessions"), ask=ask))
    clock.use_wall_clock()


@pytest.fixture
def ours(training, ids):
    """The hub that leads what the test's own `ids` made ready."""
    return AsHub(training, training.hub, "North Hub")


@pytest.fixture
def theirs(training, ids):
    """Another hub, of one person."""
    hub = AsHub(training, uuid4(), "South Hub")
    training.accept(1, hub=hub.hub, slots=())
    return hub
