"""A desk on a real broker and a real database, with processes of its own."""

import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kit.transport.patch  # noqa: F401  first of all, since these tests call services themselves

sys.path.insert(0, str(Path(__file__).parent))  # so that both tests and processes find the desk

from desk.running import Desk

from cli.backing.databases import create_database, drop_database
from cli.backing.management import Management, in_vhost


@pytest.fixture(scope="session")
def open_desk(
    admin_amqp_uri: str,
    management_url: str,
    admin_database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """A desk with one process, pages and 20 workers, for tests that leave it as they found it."""
    name = f"test-{secrets.token_hex(6)}"
    management = Management(management_url)
    management.create_vhost(name)
    desk = Desk(
        in_vhost(admin_amqp_uri, name),
        create_database(admin_database_url, name),
        tmp_path_factory.mktemp("desk"),
        {"MAX_WORKERS": "20", "HTTP_PORT": str(_free_port())},
    )
    desk.prepare()
    desk.start_and_wait()
    yield desk
    desk.close()
    drop_database(admin_database_url, name)
    management.delete_vhost(name)


@pytest.fixture
def port() -> int:
    """A port that nobody listens on just now."""
    return _free_port()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def a_desk(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Desk]:
    """Tables and queues are there, and no process runs yet."""
    desk = Desk(a_vhost(), an_empty_database(), tmp_path)
    desk.prepare()
    yield desk
    desk.close()
