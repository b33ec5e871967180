"""A desk to test with: its vhost and database, its processes, and what they have done."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from desk.models import Loan, Run
from desk.service import IN_TROUBLE, DeskService
from kit.bus.retry import RetryPolicy
from kit.db import ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.topology import topology_of
from kit.transport.broker import to_broker
from kit.transport.declare import declare
from kit.transport.rpc_client import RpcClient

HERE = Path(__file__).parent
QUEUE = "rpc-desk"


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
class Desk:
    """One desk, with as many processes as a test starts, and a client that calls it."""

    amqp_uri: str
    database_url: str
    scratch: Path
    settings: dict[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine: Engine = open_engine(self.database_url)
        self.database = ServiceDatabase(self.engine, "desk")
        self.client = RpcClient(self.amqp_uri)

    def prepare(self) -> None:
        """Tables and queues."""
        migrate(self.engine, "desk")
        declare(topology_of([DeskService], RetryPolicy((1000,))), self.amqp_uri)

    def environment(self, **settings: str) -> dict[str, str]:
        """All that a process of the desk needs."""
        return {
            **os.environ,
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.amqp_uri,
            "DATABASE_URL": self.database_url,
            "HEALTH_PORT": "0",
            "HTTP_PORT": "0",
            "RETRY_DELAYS": "1",
            "PYTHONPATH": str(HERE.parent),
            "PYTHONWARNINGS": "ignore",
            **self.settings,
            **settings,
        }

    def start(self, **settings: str) -> "subprocess.Popen[bytes]":
        """A process; it becomes ready by itself."""
        return self.run([sys.executable, "-m", "desk"], **settings)

    def run(
        self, command: list[str], *, without: Iterable[str] = (), **settings: str
    ) -> "subprocess.Popen[bytes]":
        """Run a command as a process of the desk, `without` some settings in its environment."""
        environment = self.environment(**settings)
        for name in without:
            del environment[name]
        with (self.scratch / f"desk-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=self.scratch,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def start_and_wait(self, **settings: str) -> "subprocess.Popen[bytes]":
        """A process that takes calls."""
        before = self.consumers()
        process = self.start(**settings)
        self.wait_for_consumers(before + 1)
        return process

    def wait_for_consumers(self, count: int, *, seconds: float = 45) -> None:
        """Until so many processes take calls."""
        wait_until(lambda: self.consumers() >= count, seconds=seconds)

    def wait_for_trouble(self) -> None:
        """Until a story has come to its trouble."""
        wait_until((self.scratch / IN_TROUBLE).exists)

    def consumers(self) -> int:
        """How many processes take calls."""
        with to_broker(self.amqp_uri) as connection:
            declared = connection.channel().queue_declare(QUEUE, passive=True)
            return int(declared.consumer_count)

    def stop(self, process: "subprocess.Popen[bytes]", *, seconds: float = 20) -> int:
        """End it as an orchestrator would; its exit status."""
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def close(self) -> None:
        """End everything."""
        self.client.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.engine.dispose()

    def log(self) -> str:
        """What all processes have said."""
        return "".join(told.read_text() for told in sorted(self.scratch.glob("desk-*.log")))

    def loans(self) -> Counter[str]:
        """How often each book has been lent."""
        with begin(self.engine) as connection:
            return Counter(connection.scalars(select(Loan.book)))

    def runs(self, timer: str) -> list[str]:
        """The ticks that a timer has run, in the order of their runs."""
        with begin(self.engine) as connection:
            wanted = select(Run.at).where(Run.timer == timer).order_by(Run.id)
            return list(connection.scalars(wanted))
