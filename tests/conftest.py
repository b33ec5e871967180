"""The servers that tests run on, and what a test may ask of them. Nothing business-like.

| fixture | scope | gives |
|---|---|---|
| `admin_amqp_uri` | session | a broker's address, as its administrator |
| `management_url` | session | that broker's management API, login included |
| `admin_database_url` | session | a PostgreSQL server's address, as its administrator |
| `backing` | session | all three: `.amqp_uri`, `.management_url`, `.database_url` |
| `a_vhost` | test | `a_vhost()` → the AMQP URI of a new virtual host, deleted after the test |
| `an_empty_database` | test | `an_empty_database()` → the URL of a new database, dropped after it |
| `a_database` | test | `a_database("sessions")` → a ServiceDatabase, migrated, dropped after it |
| `expendable_rabbitmq` | module | a RabbitMQ to be killed: `node_kill()`, `node_start()` |
| `expendable_postgresql` | module | a PostgreSQL to be killed: `kill()`, `resume()` |

AMQP_URI (with RABBITMQ_MANAGEMENT_URL) and DATABASE_URL name servers to use; without them private
ones are started when a test first needs them, once for the run, and ended with it.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cli.backing import PostgreSQL, RabbitMQ
from cli.backing.databases import create_database, drop_database
from cli.backing.management import Management, in_vhost
from cli.backing.servers import (
    Broker,
    broker,
    database_server,
    private_postgresql,
    private_rabbitmq,
)
from kit.db import ServiceDatabase
from kit.testing import Databases

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")  # one that is busy with others is no fault of the code's

CLAIMS = os.environ.get("HEADSHIP_TEST_CLAIMS")
"""A directory in which processes that run the tests together note which files they have begun."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests of the files that no other process has begun (see `tests/__main__.py`)."""
    if CLAIMS is None or session.testsfailed:  # in collecting: pytest's own loop says so
        return None
    by_file = groupby(session.items, key=lambda item: item.path)
    items = (item for file, of_file in by_file if is_first_at(file, CLAIMS) for item in of_file)
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail or session.shouldstop:
            raise session.Interrupted(session.shouldfail or session.shouldstop)
        item = following
    return True


def is_first_at(file: Path, claims: str) -> bool:
    """Whether no other process has come to this file; none will from now on."""
    try:
        (Path(claims) / str(file).replace("/", "|")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@dataclass(frozen=True)
class Backing:
    """Both servers of the run, each as its administrator."""

    amqp_uri: str
    management_url: str
    database_url: str


@pytest.fixture(scope="session")
def session_broker() -> Iterator[Broker]:
    """The run's broker, given or private."""
    with broker() as running:
        yield running


@pytest.fixture(scope="session")
def admin_amqp_uri(session_broker: Broker) -> str:
    """The run's broker, as its administrator."""
    return session_broker.amqp_uri


@pytest.fixture(scope="session")
def management_url(session_broker: Broker) -> str:
    """The management API of the run's broker; a broker without one cannot be tested on."""
    if session_broker.management_url is None:
        pytest.fail(
            "AMQP_URI names a broker whose management API was not found: set "
            "RABBITMQ_MANAGEMENT_URL to http://user:password@host:port"
        )
    return session_broker.management_url


@pytest.fixture(scope="session")
def admin_database_url() -> Iterator[str]:
    """The run's PostgreSQL, as its administrator."""
    with database_server() as running:
        yield running.url


@pytest.fixture(scope="session")
def backing(admin_amqp_uri: str, management_url: str, admin_database_url: str) -> Backing:
    """Both servers of the run."""
    return Backing(admin_amqp_uri, management_url, admin_database_url)


@pytest.fixture
def a_vhost(admin_amqp_uri: str, management_url: str) -> Iterator[Callable[[], str]]:
    """Makes virtual hosts: each call gives the AMQP URI of a new, empty one."""
    management = Management(management_url)
    with ExitStack() as afterwards:

        def make() -> str:
            name = f"test-{secrets.token_hex(6)}"
            management.create_vhost(name)
            afterwards.callback(management.delete_vhost, name)
            return in_vhost(admin_amqp_uri, name)

        yield make


@pytest.fixture
def an_empty_database(admin_database_url: str) -> Iterator[Callable[[], str]]:
    """Makes databases: each call gives the URL of a new, empty one."""
    with ExitStack() as afterwards:

        def make() -> str:
            name = f"test_{secrets.token_hex(6)}"
            url = create_database(admin_database_url, name)
            afterwards.callback(drop_database, admin_database_url, name)
            return url

        yield make


@pytest.fixture(scope="session")
def migrated_databases(admin_database_url: str) -> Iterator[Databases]:
    """Templates of the services' databases, migrated once in the run."""
    databases = Databases(admin_database_url)
    yield databases
    databases.close()


@pytest.fixture
def a_database(migrated_databases: Databases) -> Iterator[Callable[[str], ServiceDatabase]]:
    """Makes databases: each call gives a service's own, migrated and empty."""
    with ExitStack() as afterwards:

        def make(service: str) -> ServiceDatabase:
            return afterwards.enter_context(migrated_databases.a_database(service))

        yield make


@pytest.fixture(scope="module")
def expendable_rabbitmq() -> Iterator[RabbitMQ]:
    """A private RabbitMQ for this file's tests, to be killed and started at will."""
    with private_rabbitmq() as running:
        yield running


@pytest.fixture(scope="module")
def expendable_postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL for this file's tests, to be killed and started at will."""
    with private_postgresql() as running:
        yield running
