"""The servers of one run: those that the environment names, else private ones that end with it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from cli.backing import ports
from cli.backing.directly import asking
from cli.backing.postgresql import PostgreSQL
from cli.backing.rabbitmq import RabbitMQ
from cli.backing.watchdog import clear, watched

DEFAULT_MANAGEMENT_PORT = 15672


@dataclass(frozen=True)
class Broker:
    """A RabbitMQ and its administrator. `management_url` is None when its API was not found."""

    amqp_uri: str = field(repr=False)
    management_url: str | None = field(repr=False)
    private: RabbitMQ | None = None


@dataclass(frozen=True)
class DatabaseServer:
    """A PostgreSQL and its administrator; the database named in `url` only serves to connect."""

    url: str = field(repr=False)
    private: PostgreSQL | None = None


@contextlib.contextmanager
def run_directory() -> Iterator[Path]:
    """A directory for one run's servers, which are stopped when the block or the process ends.

    It lies in the machine's temporary directory: a home is closed to the users that they run as.
    """
    directory = Path(tempfile.mkdtemp(prefix="headship-"))
    directory.chmod(0o755)
    with watched(directory):
        try:
            yield directory
        finally:
            clear(directory)


@contextlib.contextmanager
def broker(environment: Mapping[str, str] = os.environ, *, nodes: int = 1) -> Iterator[Broker]:
    """The broker that AMQP_URI names, else a private one for the time of the block."""
    given = environment.get("AMQP_URI")
    if given:
        yield Broker(given, environment.get("RABBITMQ_MANAGEMENT_URL") or find_management(given))
        return
    with private_rabbitmq(nodes=nodes) as rabbitmq:
        yield Broker(rabbitmq.amqp_uri(), rabbitmq.management_url(), rabbitmq)


@contextlib.contextmanager
def database_server(environment: Mapping[str, str] = os.environ) -> Iterator[DatabaseServer]:
    """The server that DATABASE_URL names, else a private one for the time of the block."""
    given = environment.get("DATABASE_URL")
    if given:
        yield DatabaseServer(given)
        return
    with private_postgresql() as postgresql:
        yield DatabaseServer(postgresql.url, postgresql)


@contextlib.contextmanager
def private_rabbitmq(*, nodes: int = 1, configuration: str = "") -> Iterator[RabbitMQ]:
    """A RabbitMQ of this block's own, which it may kill."""
    with run_directory() as directory:
        rabbitmq = RabbitMQ.start(directory / "rabbitmq", nodes=nodes, configuration=configuration)
        try:
            with ports.kept(rabbitmq.bound):
                yield rabbitmq
        finally:
            rabbitmq.stop(immediately=True)


@contextlib.contextmanager
def private_postgresql(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """A PostgreSQL of this block's own, which it may kill."""
    with run_directory() as directory:
        postgresql = PostgreSQL.start(directory / "postgresql", durable=durable)
        try:
            with ports.kept([postgresql.port]):
                yield postgresql
        finally:
            postgresql.stop(immediately=True)


def find_management(amqp_uri: str) -> str | None:
    """The management API beside a broker, where it stands by default and takes the same login."""
    parts = urlsplit(amqp_uri)
    login = f"{parts.username or 'guest'}:{parts.password or 'guest'}"
    url = f"http://{login}@{parts.hostname or 'localhost'}:{DEFAULT_MANAGEMENT_PORT}"
    with contextlib.suppress(requests.RequestException):
        if asking(url).get(f"{url}/api/whoami", timeout=2).ok:
            return url
    return None
