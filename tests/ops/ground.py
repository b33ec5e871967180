"""What a cluster has beside our workloads: broker, PostgreSQL, DfE, a mail server, and Secrets.

Roles and databases are made as the manifests of CloudNativePG name them, on a PostgreSQL of the
run's own; users of the broker have the rights that its manifests give them (a cross-check holds
these to be the same as `headship up` gives). Pods reach broker, PostgreSQL and mail server by TLS,
with certificates of this run's authority.
"""

import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import trustme
from pods import ending_with_us
from rendered import Rendered
from stand_ins import Here

from cli.backing import PostgreSQL
from cli.backing.databases import administrator, create_role, in_database, with_login
from cli.backing.management import Management
from cli.backing.processes import hand_to
from cli.backing.servers import private_postgresql
from cli.demo import simulator
from cli.demo.story import APPLICATIONS, HUBS, REGISTERED_FROM
from cli.services import SERVICES
from cli.stack.provision import broker_logins, hub_logins, hubs_place

HERE = Path(__file__).parent


class Servers(Protocol):
    """The run's servers, as tests/conftest.py gives them."""

    amqp_uri: str
    management_url: str
    database_url: str


@dataclass
class Ground:
    """All of it, for the time of a block. `operator` and the like are as who stands beside it."""

    directory: Path
    operator: str
    brokers: Mapping[str, str]
    hubs_operator: str
    hubs: Mapping[str, str]
    database_url: str
    dfe: simulator.SimulatorControl
    mail: Path
    mail_port: int
    broker_port: int
    clock: Path | None
    passwords: dict[str, str] = field(default_factory=dict)

    def database(self, service: str, role: str | None = None) -> str:
        """A service's database, as one of its roles, or as the administrator."""
        place = in_database(self.database_url, service)
        return with_login(place, role, self.passwords[role]) if role else place

    def secret(self, name: str) -> Path:
        """The mounted directory of a Secret that deploy/k8s/README.md has the operator supply."""
        place = self.directory / "secrets" / name
        if not place.exists():
            place.mkdir(parents=True, mode=0o700)
            for key, value in self._contents(name).items():
                (place / key).write_text(value)
        return place

    def here(self, secret: str, ports: Mapping[str, int]) -> Here:
        """What stands in for a pod that mounts this Secret."""
        mounts = (self.secret(secret), self.directory / "authorities")
        return Here(*mounts, ports, self.dfe.url, self.mail_port, self.clock)

    def _contents(self, name: str) -> dict[str, str]:
        if name == "migrations":
            return {
                f"{each}-database-url": self.database(each, f"{each}_owner") for each in SERVICES
            }
        if name == "topology":
            return {
                "amqp-uri": self._by_tls(self.operator),
                "hubs-amqp-uri": self._by_tls(self.hubs_operator),
            }
        told = {
            "amqp-uri": self._by_tls(self.brokers[name]),
            "hubs-amqp-uri": self._by_tls(self.hubs[name]),
            "database-url": self.database(name, name),
            "link-secrets": secrets.token_urlsafe(32),
        }
        own = {
            "enrolment": {"dfe-api-token": simulator.TOKEN},
            "assessment": {"seal-secrets": secrets.token_urlsafe(32)},
            "notifications": {"smtp-password": (self.mail / "password").read_text()},
        }
        return told | own.get(name, {})

    def _by_tls(self, broker: str) -> str:
        parts = urlsplit(broker)
        login = parts.netloc.rpartition("@")[0]
        place = f"{login}@127.0.0.1:{self.broker_port}"
        return parts._replace(scheme="amqps", netloc=place).geturl()


@contextmanager
def ground(
    rendered: Rendered, servers: Servers, directory: Path, *, clock: Path | None = None
) -> Iterator[Ground]:
    """Everything that the workloads of `rendered` will ask for."""
    with ExitStack() as undo:
        stack = f"cluster_{secrets.token_hex(4)}"
        undo.callback(Management(servers.management_url).delete_vhost, stack)
        undo.callback(Management(servers.management_url).delete_vhost, hubs_place(stack))
        server = (servers.amqp_uri, servers.management_url, stack)
        logins = (*broker_logins(*server), *(hub_logins(*server) or ("", {})))
        authority = trustme.CA()
        postgresql = undo.enter_context(private_postgresql())
        _speak_tls(postgresql, authority)
        trusted = directory / "authorities"
        trusted.mkdir()
        for name in ("broker", "database", "mail"):
            authority.cert_pem.write_to_path(str(trusted / f"{name}.crt"))
        since = REGISTERED_FROM if clock else datetime.now(UTC).date() - timedelta(days=120)
        told = simulator.arguments(2026, APPLICATIONS, HUBS, since)
        dfe = undo.enter_context(simulator.running_simulator(told))
        mail = directory / "mail"
        _issue(authority, mail)
        (mail / "password").write_text(secrets.token_urlsafe(16))
        ports = (
            undo.enter_context(_listening("mail_drop.py", mail)),
            undo.enter_context(_listening("tls_door.py", mail, _port_of(servers.amqp_uri))),
        )
        found = Ground(directory, *logins, postgresql.url, dfe, mail, *ports, clock)
        _make_databases(rendered, found)
        yield found


def _make_databases(rendered: Rendered, ground: Ground) -> None:
    (cluster,) = (one for one in rendered.of("Cluster") if "postgresql" in one["apiVersion"])
    for role in cluster["spec"]["managed"]["roles"]:
        ground.passwords[role["name"]] = secrets.token_urlsafe(16)
        create_role(ground.database_url, role["name"], ground.passwords[role["name"]])
    with administrator(ground.database_url) as cursor:
        for database in rendered.of("Database"):
            name, owner = database["spec"]["name"], database["spec"]["owner"]
            cursor.execute(f"CREATE DATABASE {name} OWNER {owner}")


def _speak_tls(postgresql: PostgreSQL, authority: trustme.CA) -> None:
    """Let it take TLS as well; `DATABASE_CA_FILE` has services insist on it."""
    data = postgresql.directory / "data"
    certificate, key = _issue(authority, data / "tls")
    hand_to("postgres", data / "tls")
    with (data / "postgresql.conf").open("a") as lines:
        lines.write(f"ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'\n")
    with administrator(postgresql.url) as cursor:
        cursor.execute("SELECT pg_reload_conf()")


def _issue(authority: trustme.CA, place: Path) -> tuple[Path, Path]:
    """Files of a certificate for this machine's own address, and of its key."""
    place.mkdir(parents=True, exist_ok=True)
    leaf = authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA)
    certificate, key = place / "certificate.pem", place / "key.pem"
    certificate.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    leaf.private_key_pem.write_to_path(str(key))
    key.chmod(0o600)
    return certificate, key


def _port_of(amqp_uri: str) -> str:
    return str(urlsplit(amqp_uri).port or 5672)


@contextmanager
def _listening(program: str, *arguments: object) -> Iterator[int]:
    """The port of loopback on which a program that stands beside this one listens."""
    server = subprocess.Popen(
        ending_with_us([sys.executable, str(HERE / program), *map(str, arguments)]),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        with server.stdout:
            yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
