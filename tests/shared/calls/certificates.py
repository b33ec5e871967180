"""A broker, a database server and a service with certificates of an authority made for the test."""

import os
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import trustme

from cli.backing import PostgreSQL, RabbitMQ
from cli.backing.processes import hand_to

LOOPBACK = ("127.0.0.1", "localhost")

_ANEW = (
    "ssl:clear_pem_cache(), "
    'rabbit_networking:close_connections(rabbit_networking:connections(), "for the test").'
)
"""What the broker is told: to read its files again, and to close all connections."""


@dataclass
class Authority:
    """Issues certificates into files, each replaced at once, as Kubernetes replaces a Secret's."""

    directory: Path
    made: Any = field(default_factory=trustme.CA)

    @property
    def file(self) -> Path:
        """The authority's own certificate, which clients are told to trust."""
        return self.directory / "ca.pem"

    def publish(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        _replace(self.file, self.made.cert_pem.bytes())

    def issue(self, place: Path, owner: str, *names: str, expired: bool = False) -> None:
        """`certificate.pem` and `key.pem` into `place`, for `owner` to read."""
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if expired else now + timedelta(days=1)
        leaf = self.made.issue_cert(
            *names,
            not_before=now - timedelta(days=2),
            not_after=until,
            key_type=trustme.KeyType.RSA,
        )
        place.mkdir(parents=True, exist_ok=True)
        chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
        _replace(place / "certificate.pem", chain)
        _replace(place / "key.pem", leaf.private_key_pem.bytes())
        (place / "key.pem").chmod(0o600)
        if owner:
            hand_to(owner, place)


def _replace(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content)
    os.replace(new, path)


@dataclass
class Servers:
    """The two servers, which take TLS beside what they took before."""

    rabbitmq: RabbitMQ
    postgresql: PostgreSQL
    tls_port: int

    @property
    def broker_files(self) -> Path:
        return self.rabbitmq.directory / "node1" / "tls"

    @property
    def database_files(self) -> Path:
        return self.postgresql.directory / "data" / "tls"

    def show(self, authority: Authority, *names: str, expired: bool = False) -> None:
        """Let both show certificates of this authority, from the next connection on, and cut off
        who is connected."""
        authority.issue(self.broker_files, "rabbitmq", *(names or LOOPBACK), expired=expired)
        authority.issue(self.database_files, "postgres", *(names or LOOPBACK), expired=expired)
        self.rabbitmq.ctl("eval", _ANEW)
        connection = psycopg2.connect(self.postgresql.url)  # whatever it shows just now
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def speak_tls(self) -> None:
        """Once: the broker listens on one more port, and the database takes TLS on its own."""
        configuration = self.rabbitmq.directory / "node1" / "rabbitmq.conf"
        with configuration.open("a") as lines:
            lines.write(
                f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\n"
                f"ssl_options.certfile = {self.broker_files}/certificate.pem\n"
                f"ssl_options.keyfile = {self.broker_files}/key.pem\n"
            )
        self.rabbitmq.node_stop()
        self.rabbitmq.node_start()
        with (self.postgresql.directory / "data" / "postgresql.conf").open("a") as lines:
            lines.write(
                "ssl = on\n"
                f"ssl_cert_file = '{self.database_files}/certificate.pem'\n"
                f"ssl_key_file = '{self.database_files}/key.pem'\n"
            )
        self.postgresql.stop()
        self.postgresql.resume()

    def amqps(self, vhost: str = "", host: str = "127.0.0.1") -> str:
        """The broker's address by TLS."""
        parts = urlsplit(self.rabbitmq.amqp_uri())
        login = parts.netloc.rpartition("@")[0]
        return f"amqps://{login}@{host}:{self.tls_port}/{vhost}"
