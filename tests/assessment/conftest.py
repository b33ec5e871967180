"""Fixtures for the tests of assessment."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import clock
from kit.db import ServiceDatabase

sys.path.insert(0, str(Path(__file__).parent))  # the builders beside the tests

from assessment_office import Office


@pytest.fixture
def office(a_database: Callable[[str], ServiceDatabase]) -> Iterator[Office]:
    """Assessment on a real PostgreSQL, with a simulated clock."""
    yield Office(a_database("assessment"))
    clock.use("wall")
