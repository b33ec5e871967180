"""Where a hub's calls are measured: virtual hosts, a database with a hub, and three services."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from amqp.exceptions import NotFound
from kombu import Connection
from sqlalchemy.orm import Session

from bench.kit.ground import running, wait_until
from cli.backing.databases import create_database, drop_database
from cli.backing.management import Management
from cli.backing.servers import broker, database_server
from cli.hubs.access import Access, login
from cli.stack import prepare, provision
from enrolment.models import Application, DeliveryPartner, Participant
from kit.db.engine import open_engine
from kit.db.migrate import migrate

PEERS = Path(__file__).parent / "peers"
PEOPLE = 200
WORKERS = "20"
WITHOUT_LIMIT = {"HUB_CALLS_PER_SECOND": "100000", "HUB_CALLS_AT_ONCE": "100"}


@dataclass(frozen=True)
class Place:
    """`address` is the hub's, `application_id` one of its people."""

    operator: str
    database_url: str
    address: str
    hub: UUID
    application_id: UUID

    def hub_calls(self, calls: int, callers: int) -> float:
        """By what a hub installs, to enrolment."""
        return _rate("-m", "bench.hub.client", self.address, self._asked, calls, callers)

    def nameko_calls(self, calls: int, callers: int) -> float:
        """By nameko's own proxy, to nameko's own entrypoint for the same method."""
        script = str(PEERS / "nameko_proxy.py")
        return _rate(script, "call", self.operator, self._asked, calls, callers)

    def echoes(self, calls: int, callers: int) -> float:
        """By py-amqp alone, to a loop that sends the body back."""
        return _rate(str(PEERS / "echo.py"), "call", self.operator, "x" * 100, calls, callers)

    @property
    def _asked(self) -> str:
        return str(self.application_id)


@contextmanager
def place() -> Iterator[Place]:
    """On the servers that the environment names, or on private ones."""
    with ExitStack() as undo:
        bus = undo.enter_context(broker())
        server = undo.enter_context(database_server())
        if bus.management_url is None:
            raise RuntimeError("the broker's management API is needed to make a hub")
        name, management = f"bench-{secrets.token_hex(4)}", Management(bus.management_url)
        operator, logins = provision.broker_logins(bus.amqp_uri, bus.management_url, name)
        undo.callback(management.delete_vhost, name)
        made = provision.hub_logins(bus.amqp_uri, bus.management_url, name)
        assert made is not None
        hubs_operator, hub_logins = made
        undo.callback(management.delete_vhost, provision.hubs_place(name))
        prepare.declare(operator)
        prepare.declare_hubs(hubs_operator)
        url = create_database(server.url, name)
        undo.callback(drop_database, server.url, name)
        hub, application_id = _people(url)
        access = Access(management, provision.hubs_place(name))
        user, password = access.add(hub)
        undo.callback(access.remove, user)
        processes = [
            _start(
                *("-m", "enrolment"),
                AMQP_URI=logins["enrolment"],
                HUBS_AMQP_URI=hub_logins["enrolment"],
                DATABASE_URL=url,
                MAX_WORKERS=WORKERS,
                **WITHOUT_LIMIT,
            ),
            _start(str(PEERS / "nameko_proxy.py"), "serve", operator, url, str(hub), WORKERS),
            _start(str(PEERS / "echo.py"), "serve", operator),
        ]
        undo.enter_context(running(processes))
        wait_until(lambda: _consumers(hubs_operator, "hub-enrolment") == 1, "enrolment")
        wait_until(lambda: _consumers(operator, "rpc-hub_peer") == 1, "the peer")
        wait_until(lambda: _consumers(operator, "echo") == 1, "the echo")
        address = login(hubs_operator, user, password, None)
        yield Place(operator, url, address, hub, application_id)


def _people(url: str) -> tuple[UUID, UUID]:
    """A hub with people, and one of their applications."""
    engine = open_engine(url)
    migrate(engine, "enrolment")
    hub, ids = uuid4(), [uuid4() for _ in range(PEOPLE)]
    with Session(engine) as tx, tx.begin():
        tx.add(DeliveryPartner(id=hub, name="A hub", name_key="a hub", status="active", revision=1))
        tx.flush()
        for number, application_id in enumerate(ids):
            person = Participant(
                full_name=f"Person {number}",
                email=f"person.{number}@example.org",
                email_set_at=datetime.now(UTC),
            )
            tx.add(person)
            tx.flush()
            tx.add(
                Application(
                    id=application_id,
                    source="import",
                    participant_id=person.id,
                    course="npq-headship",
                    cohort="2026b",
                    status="accepted",
                    training_status="active",
                    delivery_partner_id=hub,
                    eligible_for_funding=True,
                    accepted_at=datetime.now(UTC),
                    created_at=datetime.now(UTC),
                    revision=number + 1,
                )
            )
    engine.dispose()
    return hub, ids[PEOPLE // 2]


def _start(*command: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *command],
        env=os.environ
        | {
            "HEADSHIP_ENV": "development",
            "HTTP_PORT": "0",
            "HEALTH_PORT": "0",
            "LOG_LEVEL": "warning",
            "PYTHONWARNINGS": "ignore",
            "DFE_API_URL": "http://127.0.0.1:1",
            "DFE_API_TOKEN": "none",
            "LINK_SECRETS": "for a benchmark only, long enough to be taken",
        }
        | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _rate(*command: object) -> float:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command}:\n{done.stderr[-2000:]}")
    return float(json.loads(done.stdout.strip().splitlines()[-1])["per_second"])


def _consumers(amqp_uri: str, queue: str) -> int:
    with Connection(amqp_uri) as connection:
        try:
            return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
        except NotFound:
            return 0
