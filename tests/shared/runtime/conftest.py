"""Toy services, and ways to run them: as processes, or in this one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import kit.transport.patch  # noqa: F401  as in a service's own process

sys.path.insert(0, str(Path(__file__).parent / "toys"))  # for tests and processes alike

from toy_running import Toys


@pytest.fixture
def toys(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Toys]:
    """Migrated databases and declared queues for both toys; nothing runs yet."""
    with ExitStack() as running:
        databases = {name: an_empty_database() for name in ("lamp", "almanac")}
        both = Toys(a_vhost(), databases, tmp_path, running)
        running.callback(both.client.close)
        both.prepare()
        yield both
