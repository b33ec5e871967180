"""The service as it runs in production, with replicas that can be killed: a real broker and
database, a mail server that notes what it took, and somebody who stands in for enrolment.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine, func, select

from bench.notifications.mailbox import LINE
from bench.notifications.people import EnrolmentService
from headship_contracts.messages import Envelope, Event
from kit import correlation
from kit.bus.outgoing import Outgoing
from kit.bus.retry import RetryPolicy
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.db.tables import inbox
from kit.topology import topology_of
from kit.transport.declare import declare
from kit.transport.publisher import ConfirmedPublisher
from notifications.models import Message
from notifications.service import NotificationsService

ROOT = Path(__file__).parents[2]
DELAYS = ["0.2", "1", "2", "5"]
TOPOLOGY = topology_of([NotificationsService, EnrolmentService], RetryPolicy.of_seconds(DELAYS))
MORNING = datetime(2026, 11, 3, 10, tzinfo=UTC)
"""No night, no weekend and no holiday."""


@dataclass
class PostOffice:
    """One installation, and what it has done."""

    amqp_uri: str
    database_url: str
    people_database_url: str
    scratch: Path
    settings: dict[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    killed: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    told: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.engine: Engine = open_engine(self.database_url)
        self.mailbox = self.scratch / "mailbox"
        self.mailbox.touch()
        self.clock = self.scratch / "clock"
        self.port = _free_port()

    def open(self, replicas: int) -> None:
        """Tables, queues, the mail server, enrolment's stand-in, and so many replicas."""
        migrate(self.engine, "notifications")
        other = open_engine(self.people_database_url)
        migrate(other, "enrolment")
        other.dispose()
        declare(TOPOLOGY, self.amqp_uri)
        self.clock.write_text(MORNING.isoformat())
        self._start("-m", "bench.notifications.mailbox", str(self.port), str(self.mailbox))
        self._start("-m", "bench.notifications.people", DATABASE_URL=self.people_database_url)
        for _ in range(replicas):
            self.replica()

    def replica(self) -> "subprocess.Popen[bytes]":
        """One more process of the service."""
        return self._start("-m", "notifications")

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """`kill -9`."""
        self.killed.append(process)
        process.kill()
        process.wait()

    def _start(self, *command: str, **settings: str) -> "subprocess.Popen[bytes]":
        environment = os.environ | {
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.amqp_uri,
            "DATABASE_URL": self.database_url,
            "HEADSHIP_CLOCK": f"file:{self.clock}",
            "HEALTH_PORT": "0",
            "HTTP_PORT": "0",
            "LOG_LEVEL": "warning",
            "RETRY_DELAYS": ",".join(DELAYS),
            "PYTHONWARNINGS": "ignore",
            "MAIL_CHANNEL": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "MAIL_PER_MINUTE": "1000000",
            "MAIL_PER_DOMAIN_PER_MINUTE": "1000000",
            **self.settings,
            **settings,
        }
        with (self.scratch / f"process-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def tell(self, events: Iterable[Event], *, repeats: random.Random | None = None) -> int:
        """Publish events; with `repeats` in any order, some twice, some told anew; how many."""
        bodies = []
        for event in events:
            body = on_the_wire(event)
            bodies.append((event, body))
            if repeats is not None and repeats.random() < 0.2:
                bodies.append((event, body))
            if repeats is not None and repeats.random() < 0.1:
                bodies.append((event, on_the_wire(event)))
        if repeats is not None:
            repeats.shuffle(bodies)
        self.publish(bodies)
        return len(bodies)

    def publish(self, bodies: Iterable[tuple[Event, bytes]]) -> None:
        """Publish events as they are on the wire; returns once the broker has them all. Raises
        AssertionError if it has not.
        """
        messages = []
        for number, (event, body) in enumerate(bodies):
            self.told.add(UUID(json.loads(body)["event_id"]))
            exchange = f"{event.wire.source}.events"
            messages.append(Outgoing(str(number), exchange, event.wire.name, body))
        with ConfirmedPublisher(self.amqp_uri) as publisher:
            failed = publisher.publish(messages)
        assert not failed, failed

    def taken(self) -> int:
        """How many mails the server has taken."""
        return self.mailbox.stat().st_size // LINE

    def copies(self) -> Counter[str]:
        """How often it took each message."""
        return Counter(self.mailbox.read_text().split())

    def statuses(self) -> Counter[str]:
        """How many messages there are of each status."""
        with begin(self.engine) as connection:
            counted = select(Message.status, func.count()).group_by(Message.status)
            return Counter({row[0]: row[1] for row in connection.execute(counted)})

    def unhandled(self) -> set[UUID]:
        """Events that were told and that no handler has committed: in a queue, or in the hands of
        a replica, where the broker does not count them as waiting."""
        with self.engine.connect() as connection:
            return self.told - set(connection.scalars(select(inbox.c.event_id)))

    def is_done(self) -> bool:
        """Whether nothing waits any more."""
        statuses = self.statuses()
        return not statuses["created"] and not statuses["sending"] and not self.unhandled()

    def wait_until(
        self, holds: Callable[[], bool], *, seconds: float = 120, every: float = 0.05
    ) -> None:
        """Return as soon as it holds. Raises AssertionError with what the processes said: in the
        end, or at once if one has ended that nobody has killed.
        """
        end = time.monotonic() + seconds
        while not holds():
            self._check_processes()
            if time.monotonic() > end:
                waits = f"{self.statuses()}, unhandled: {sorted(map(str, self.unhandled()))}"
                raise AssertionError(f"not within {seconds} s; {waits}\n{self.said()}")
            time.sleep(every)

    def _check_processes(self) -> None:
        for process in self.processes:
            if process.poll() is not None and process not in self.killed:
                told = f"{process.args!r} has ended by itself with exit code {process.returncode}"
                raise AssertionError(f"{told}\n{self.said()}")

    def said(self) -> str:
        """The last words of all processes."""
        logs = sorted(self.scratch.glob("process-*.log"))
        return "\n".join(log.read_text()[-1_000:] for log in logs)

    def close(self) -> None:
        """End everything that was started here."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.engine.dispose()


def on_the_wire(event: Event) -> bytes:
    """An event as its service tells it."""
    now = datetime.now(UTC)
    envelope = Envelope(
        event_id=uuid4(),
        source=event.wire.source,
        name=event.wire.name,
        version=event.wire.version,
        occurred_at=now,
        sent_at=now,
        correlation_id=correlation.new_correlation(),
    )
    return json.dumps(envelope.dump() | {"body": event.dump()}).encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
