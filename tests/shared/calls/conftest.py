"""A desk on a real broker and a real database, with processes of its own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kit.transport.patch  # noqa: F401  first of all, since these tests call services themselves

sys.path.insert(0, str(Path(__file__).parent))  # so that both tests and processes find the desk

from desk.running import Desk


@pytest.fixture
def a_desk(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Desk]:
    """Tables and queues are there, and no process runs yet."""
    desk = Desk(a_vhost(), an_empty_database(), tmp_path)
    desk.prepare()
    yield desk
    desk.close()
