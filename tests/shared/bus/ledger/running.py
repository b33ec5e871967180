"""A ledger to test with: its vhost and database, its processes, and what they have done."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kombu import Connection, Producer
from sqlalchemy import Engine, Table, select, text

from headship_contracts.messages import Event
from kit.bus.outgoing import Outgoing
from kit.bus.retry import RetryPolicy
from kit.db import ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.topology import topology_of
from kit.transport.dead_letters import DeadLetter, letters
from kit.transport.declare import declare
from kit.transport.publisher import ConfirmedPublisher
from ledger.events import Posted
from ledger.models import Confirmation, Entry
from ledger.service import LedgerService

HERE = Path(__file__).parent
DELAYS = ["0.05", "0.1", "0.2"]
QUEUE = "ledger.enter"
DEAD = "ledger.dead"


def wait_until(holds: Callable[[], Any], *, seconds: float = 45, every: float = 0.02) -> Any:
    """What `holds` gives as soon as it is true. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {holds}")
        time.sleep(every)


@dataclass
class Ledger:
    """One ledger, with as many processes as a test starts."""

    amqp_uri: str
    database_url: str
    scratch: Path
    settings: dict[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine: Engine = open_engine(self.database_url)
        self.database = ServiceDatabase(self.engine, "ledger")

    def prepare(self, **arguments: object) -> None:
        """Tables and queues; `arguments` (x-max-length as x_max_length) go to `ledger.enter`."""
        migrate(self.engine, "ledger")
        topology = topology_of([LedgerService], RetryPolicy.of_seconds(DELAYS))
        extra = {name.replace("_", "-"): value for name, value in arguments.items()}
        queues = [
            replace(queue, arguments={**queue.arguments, **extra}) if queue.name == QUEUE else queue
            for queue in topology.queues
        ]
        declare(replace(topology, queues=tuple(queues)), self.amqp_uri)

    def tell(self, *events: Event) -> None:
        """Tell any events, in one transaction."""
        with self.database.transaction() as tx:
            for event in events:
                tx.emit(event)

    def post(self, *numbers: int, trouble: str = "") -> None:
        """Tell these numbers, in one transaction."""
        self.tell(*(Posted(number=n, trouble=trouble, revision=n) for n in numbers))

    def start(self, module: str = "ledger", **settings: str) -> "subprocess.Popen[bytes]":
        """A service process; it becomes ready by itself. Settings may be replaced."""
        environment = os.environ | {
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.amqp_uri,
            "DATABASE_URL": self.database_url,
            "HEALTH_PORT": "0",
            "HTTP_PORT": "0",
            "RETRY_DELAYS": ",".join(DELAYS),
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
            "PYTHONWARNINGS": "ignore",
            **self.settings,
            **settings,
        }
        number = len(self.processes)
        with (self.scratch / f"ledger-{number}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module],
                env=environment,
                cwd=self.scratch,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def log(self, number: int = -1) -> str:
        """What a process has said, the last one's by default."""
        number = len(self.processes) + number if number < 0 else number
        return (self.scratch / f"ledger-{number}.log").read_text()

    def stop(self, process: "subprocess.Popen[bytes]", *, seconds: float = 20) -> int:
        """End it as an orchestrator would; its exit status."""
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.engine.dispose()

    def entries(self) -> Counter[int]:
        """How often each number has been entered."""
        return self._count(Entry.__table__)  # type: ignore[arg-type]

    def confirmations(self) -> Counter[int]:
        return self._count(Confirmation.__table__)  # type: ignore[arg-type]

    def order(self) -> list[int]:
        """Numbers in the order in which they were entered."""
        with begin(self.engine) as connection:
            return list(connection.scalars(select(Entry.number).order_by(Entry.id)))

    def waiting(self) -> int:
        """Events that the relay has not sent."""
        with begin(self.engine) as connection:
            return int(connection.scalar(text(_WAITING)) or 0)

    def wait_for(self, *numbers: int, seconds: float = 45, every: float = 0.02) -> None:
        """Until each of them has been entered and confirmed. Each look reads all that there is."""
        wanted = set(numbers)
        try:
            wait_until(lambda: not self.missing(wanted), seconds=seconds, every=every)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.state(wanted)}") from error

    def missing(self, wanted: set[int]) -> set[int]:
        return wanted - (set(self.entries()) & set(self.confirmations()))

    def state(self, wanted: set[int]) -> str:
        """Where things are, for a test that has waited in vain."""
        depths = {queue: self.depth(queue) for queue in (QUEUE, "ledger.confirm", DEAD)}
        parked = Counter((letter.queue, letter.error) for letter in self.letters())
        return (
            f"missing: {sorted(self.missing(wanted))}; unsent: {self.waiting()}; "
            f"ready: {depths}; parked: {dict(parked)}; consumers: {self.consumers()}"
        )

    @contextmanager
    def channel(self) -> Iterator[Any]:
        """A channel to the ledger's broker."""
        with Connection(self.amqp_uri) as connection:
            yield connection.channel()

    def publish(
        self,
        body: bytes,
        *,
        key: str = "posted",
        exchange: str = "ledger.events",
        headers: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Put anything on the bus, without an outbox."""
        with ConfirmedPublisher(self.amqp_uri) as publisher:
            assert publisher.publish([Outgoing("raw", exchange, key, body, headers)]) == {}

    def publish_as(self, body: bytes, **properties: Any) -> None:
        """Put anything on the bus as somebody else's program would."""
        told = {"content_type": "application/json", "content_encoding": "utf-8", **properties}
        with self.channel() as channel:
            Producer(channel).publish(body, "posted", exchange="ledger.events", **told)

    def take(self, queue: str = QUEUE) -> list[int]:
        """Take all messages out of a queue: the numbers, in its order."""
        with self.channel() as channel:
            return list(_numbers(channel, queue))

    def letters(self) -> list[DeadLetter]:
        return letters("ledger", self.amqp_uri)

    def wait_for_letters(self, count: int, *, seconds: float = 45) -> list[DeadLetter]:
        """The dead letters, once there are that many."""
        wait_until(lambda: self.depth(DEAD) >= count, seconds=seconds)
        return self.letters()

    def rows(self, table: Table) -> list[Any]:
        """All rows of one of the kit's tables, oldest first."""
        with begin(self.engine) as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    def depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def consumers(self, queue: str = QUEUE) -> int:
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).consumer_count)

    def wait_until_consuming(self, processes: int = 1) -> None:
        wait_until(lambda: self.consumers() >= processes)

    def _count(self, table: Table) -> Counter[int]:
        with begin(self.engine) as connection:
            return Counter(connection.scalars(select(table.c.number)))


def _numbers(channel: Any, queue: str) -> Iterator[int]:
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        yield json.loads(message.body)["body"]["number"]


_WAITING = "SELECT count(*) FROM outbox_waiting"
