"""A broker with hubs on it, the services that answer them, and strangers who try everything."""

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from cli.backing.management import Management
from cli.hubs.access import Access, login
from cli.stack import prepare, provision
from enrolment.models import Application, DeliveryPartner, Participant
from kit.db import ServiceDatabase

SETTINGS = {
    "HEADSHIP_ENV": "development",
    "HEALTH_PORT": "0",
    "HTTP_PORT": "0",
    "DFE_API_URL": "http://127.0.0.1:1",
    "DFE_API_TOKEN": "none",
    "LINK_SECRETS": "for tests only, long enough to be taken",
    "PYTHONWARNINGS": "ignore",
}

WITHOUT_LIMIT = {"HUB_CALLS_PER_SECOND": "100000", "HUB_CALLS_AT_ONCE": "50"}

REVISION = 1_790_000_000_000_000
"""Microseconds: of the first application here; each further one is a second later."""


def _nowhere(service: str) -> ServiceDatabase:
    raise LookupError(f"nobody makes a database of {service}")


@dataclass
class Ground:
    """One run's virtual hosts, and what was started on them."""

    admin_amqp_uri: str
    management_url: str
    name: str
    scratch: Path
    databases: dict[str, ServiceDatabase] = field(default_factory=dict)
    make_database: Callable[[str], ServiceDatabase] = _nowhere
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    hubs: dict[UUID, str] = field(default_factory=dict)
    """Hub → its address."""
    named: dict[str, UUID] = field(default_factory=dict)
    people: dict[UUID | None, list[UUID]] = field(default_factory=dict)
    """Hub, or None → its applications."""

    def prepare(self) -> None:
        """Virtual hosts, the services' users, queues."""
        server = (self.admin_amqp_uri, self.management_url, self.name)
        self.operator, self.logins = provision.broker_logins(*server)
        hubs = provision.hub_logins(*server)
        assert hubs is not None
        self.hubs_operator, self.hub_logins = hubs
        prepare.declare(self.operator)
        prepare.declare_hubs(self.hubs_operator)
        self.management = Management(self.management_url)
        self.vhost = provision.hubs_place(self.name)
        self.access = Access(self.management, self.vhost)

    def hub(self, name: str) -> UUID:
        """The one that was made under this name."""
        return self.named[name]

    def a_hub(self, name: str) -> UUID:
        """A delivery partner with access."""
        hub = self.named[name] = uuid4()
        with Session(self.database("enrolment").engine) as tx, tx.begin():
            tx.add(
                DeliveryPartner(
                    id=hub, name=name, name_key=name.casefold(), status="active", revision=1
                )
            )
        user, password = self.access.add(hub)
        self.hubs[hub] = login(self.hubs_operator, user, password, None)
        return hub

    def database(self, service: str) -> ServiceDatabase:
        """A service's, made when it is first needed."""
        if service not in self.databases:
            self.databases[service] = self.make_database(service)
        return self.databases[service]

    def tell_of_hubs(self, service: str) -> None:
        """As if enrolment had told the service of all hubs."""
        if service == "enrolment":
            return
        table = importlib.import_module(f"{service}.models").DeliveryPartner
        known = {"revision": 1, "status": "active", "name": "A hub"}
        facts = {name: value for name, value in known.items() if hasattr(table, name)}
        with Session(self.database(service).engine) as tx, tx.begin():
            for hub in self.hubs:
                tx.add(table(delivery_partner_id=hub, **facts))

    def participants(self, hub: UUID | None, number: int, **facts: object) -> list[UUID]:
        """Accepted applications of a hub, in the order of their revisions."""
        made = []
        with Session(self.database("enrolment").engine) as tx, tx.begin():
            for count in range(number):
                person = Participant(
                    id=uuid4(),
                    full_name=f"Person {count}",
                    email=f"person.{uuid4().hex[:8]}@example.org",
                    email_set_at=datetime.now(UTC),
                )
                tx.add(person)
                tx.flush()
                application = Application(
                    **{
                        "id": uuid4(),
                        "source": "import",
                        "participant_id": person.id,
                        "course": "npq-headship",
                        "cohort": "2026b",
                        "status": "accepted",
                        "training_status": "active",
                        "delivery_partner_id": hub,
                        "eligible_for_funding": True,
                        "accepted_at": datetime(2026, 9, 14, 9, tzinfo=UTC),
                        "created_at": datetime(2026, 9, 7, 9, tzinfo=UTC),
                        "revision": REVISION + count * 1_000_000,
                        **facts,
                    }
                )
                tx.add(application)
                made.append(application.id)
        self.people.setdefault(hub, []).extend(made)
        return made

    def start(self, service: str, **settings: str) -> "subprocess.Popen[bytes]":
        """A process of a service, which becomes ready by itself."""
        environment = {
            **os.environ,
            **SETTINGS,
            "AMQP_URI": self.logins[service],
            "HUBS_AMQP_URI": self.hub_logins[service],
            "DATABASE_URL": self.database(service).engine.url.render_as_string(hide_password=False),
            **settings,
        }
        log = (self.scratch / f"{service}-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", service],
                env=environment,
                cwd=self.scratch,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def need(self, *services: str) -> None:
        """Have a process of each of these take calls, without a limit on any hub."""
        missing = [service for service in services if not self.consumers(service)]
        for service in missing:
            self.tell_of_hubs(service)
            self.start(service, **WITHOUT_LIMIT)
        for service in missing:
            wait_until(lambda service=service: self.consumers(service) > 0)  # type: ignore[misc]

    def restart_enrolment(self, processes: int, **settings: str) -> None:
        """So many processes of enrolment in place of those that there are."""
        for process in [one for one in self.processes if one.args[-1] == "enrolment"]:  # type: ignore[index]
            self.processes.remove(process)
            process.terminate()
            process.wait(20)
        for _ in range(processes):
            self.start("enrolment", **settings)
        wait_until(lambda: self.consumers("enrolment") == processes)

    def consumers(self, service: str) -> int:
        """How many processes take hubs' calls."""
        from kombu import Connection

        with Connection(self.hubs_operator) as connection:
            found = connection.channel().queue_declare(f"hub-{service}", passive=True)
            return int(found.consumer_count)

    def log(self) -> str:
        """What all processes have said."""
        return "".join(told.read_text() for told in sorted(self.scratch.glob("*.log")))

    def close(self) -> None:
        """End everything that was begun here."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for user in self.access.users():
            if user.hub in self.hubs:
                self.access.remove(user.name)
        for vhost in (self.name, self.vhost):
            self.management.delete_vhost(vhost)


@contextmanager
def ground(amqp_uri: str, management_url: str, name: str, scratch: Path) -> Iterator[Ground]:
    """A ground, closed with the block."""
    made = Ground(amqp_uri, management_url, name, scratch)
    made.prepare()
    try:
        yield made
    finally:
        made.close()


def wait_until(holds: Callable[[], object], *, seconds: float = 100) -> None:
    """Until it is so. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.02)
