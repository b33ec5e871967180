"""Toy services, and ways to run them: as processes, or in this one."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import kit.transport.patch  # noqa: F401  as in a service's own process
from kit.transport import memory

sys.path.insert(0, str(Path(__file__).parent / "toys"))  # for tests and processes alike

from toy_running import Toys
from toy_talk import Talk


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


@pytest.fixture(params=["embedded", "rabbitmq"])
def a_bus(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "rabbitmq":
        yield request.getfixturevalue("a_vhost")()
        return
    place = secrets.token_hex(4)
    yield f"embedded://guest@{place}/"
    memory.close(place)


@pytest.fixture
def talk(a_bus: str) -> Iterator[Talk]:
    one = Talk(a_bus)
    yield one
    one.connection.release()


@pytest.fixture
def other(a_bus: str) -> Iterator[Talk]:
    another = Talk(a_bus)
    yield another
    another.connection.release()
