"""Where the kit's benchmark runs: a vhost and a database of its own, and the processes in them."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.backing.databases import create_database, drop_database
from cli.backing.management import Management, in_vhost
from cli.backing.servers import broker, database_server

HERE = Path(__file__).parent
SERVICES = HERE / "services"
PEERS = HERE / "peers"
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Ground:
    """A vhost and a database that nobody else uses."""

    amqp_uri: str
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a kit process needs here. Twenty workers, as the peers have."""
        return os.environ | {
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.amqp_uri,
            "DATABASE_URL": self.database_url,
            "HTTP_PORT": "0",
            "HEALTH_PORT": "0",
            "MAX_WORKERS": "20",
            "LOG_LEVEL": "warning",
            "PYTHONPATH": str(SERVICES),
            "PYTHONWARNINGS": "ignore",
        }

    def start(self, *command: str, **settings: str) -> "subprocess.Popen[str]":
        """A process in the background."""
        return subprocess.Popen(
            [sys.executable, *command],
            env=self.environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def rate(self, *command: str, python: str = sys.executable) -> float:
        """What a measuring process prints as its `per_second`."""
        done = subprocess.run(
            [python, *command],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
        return float(json.loads(done.stdout.strip().splitlines()[-1])["per_second"])


@contextmanager
def servers() -> Iterator[Callable[[], Ground]]:
    """A maker of grounds, on the servers that the environment names or on private ones."""
    with ExitStack() as undo:
        bus = undo.enter_context(broker())
        database = undo.enter_context(database_server())
        if bus.management_url is None:
            raise RuntimeError("the broker's management API is needed to make a vhost")
        management = Management(bus.management_url)

        def make() -> Ground:
            name = f"bench-{secrets.token_hex(4)}"
            management.create_vhost(name)
            undo.callback(management.delete_vhost, name)
            url = create_database(database.url, name)
            undo.callback(drop_database, database.url, name)
            return Ground(in_vhost(bus.amqp_uri, name), url)

        yield make


@contextmanager
def running(processes: Sequence["subprocess.Popen[str]"]) -> Iterator[None]:
    """End these processes with the block."""
    try:
        yield
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(holds: Callable[[], bool], what: str, *, every: float = 0.01) -> None:
    """Return as soon as it holds; fail after `PATIENCE_SECONDS`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"not within {PATIENCE_SECONDS} s: {what}")
        time.sleep(every)
