"""Fixtures for the tests of assessment."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import clock
from kit.db import ServiceDatabase
from kit.testing import Databases

sys.path.insert(0, str(Path(__file__).parent))  # the builders beside the tests

from assessment_office import Office, empty


@pytest.fixture(scope="session")
def assessments_database(migrated_databases: Databases) -> Iterator[ServiceDatabase]:
    """One for all tests: to make one takes longer than most tests do."""
    with migrated_databases.a_database("assessment") as database:
        yield database


@pytest.fixture
def office(assessments_database: ServiceDatabase) -> Iterator[Office]:
    """Assessment on a real PostgreSQL, empty, with a simulated clock."""
    empty(assessments_database)
    yield Office(assessments_database)
    clock.use("wall")
