"""Toy services on real servers, as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from almanac.service import AlmanacService
from lamp.service import LampService

from cli.backing.ports import reserved
from kit.bus.retry import RetryPolicy
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.topology import topology_of
from kit.transport.declare import declare
from kit.transport.rpc_client import RpcClient

TOYS = Path(__file__).parent

PATIENCE_SECONDS = 45.0
"""Seconds within which what must happen happens; it mostly takes less than one."""


def eventually(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What `condition` gives as soon as that is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


@contextmanager
def listening() -> Iterator[int]:
    """A port that is taken."""
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        yield taken.getsockname()[1]


class Toy:
    """A toy service as a process of its own."""

    def __init__(self, name: str, settings: dict[str, str], log: Path, *command: str) -> None:
        self.name = name
        self.health_port = int(settings.get("HEALTH_PORT", "0"))
        self._log = log
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        with log.open("ab") as lines:
            self.process = subprocess.Popen(
                command or (sys.executable, "-m", name),
                env=kept | {k: v for k, v in settings.items() if v} | {"PYTHONPATH": str(TOYS)},
                stdout=lines,
                stderr=lines,
            )

    def text(self) -> str:
        """All that it has written so far."""
        return self._log.read_text()

    def log(self) -> list[dict[str, Any]]:
        """The lines that it has written so far; each must be JSON."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def said(self, message: str) -> list[dict[str, Any]]:
        """Its lines with this text."""
        return [line for line in self.log() if line["message"] == message]

    def get(self, path: str, *, seconds: float = 5) -> tuple[int, str]:
        """Status and body of a page of the health port; 0 while nobody listens, or answers."""
        try:
            address = f"http://127.0.0.1:{self.health_port}{path}"
            with urllib.request.urlopen(address, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_busy(self) -> bool:
        """Whether it is at work on something, or so much that it cannot even say so."""
        status, told = self.get("/metrics", seconds=2)
        return status == 0 or f'headship_workers_busy{{service="{self.name}"}} 1.0' in told

    def checks(self) -> dict[str, str]:
        """What readiness says, check by check."""
        found: dict[str, str] = json.loads(self.get("/health/ready")[1])["services"][self.name]
        return found

    def until_ready(self) -> "Toy":
        eventually(self._is_ready)
        return self

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        return self.get("/health/ready")[0] == 200

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


class Toys:
    """Both toys' databases and queues, and whatever is run on them."""

    def __init__(
        self, amqp_uri: str, databases: dict[str, str], folder: Path, running: ExitStack
    ) -> None:
        self.amqp_uri, self.databases = amqp_uri, databases
        self._folder, self._running = folder, running
        self.client = RpcClient(amqp_uri)

    def prepare(self) -> None:
        for name, url in self.databases.items():
            engine = open_engine(url)
            migrate(engine, name)
            engine.dispose()
        policy = RetryPolicy.of_seconds(["0.1", "0.2"])
        declare(topology_of([LampService, AlmanacService], policy), self.amqp_uri)

    def settings(self, name: str, **given: str) -> dict[str, str]:
        return {
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.amqp_uri,
            "DATABASE_URL": self.databases[name],
            "HEALTH_PORT": str(self.free_port()),
            "RETRY_DELAYS": "0.1,0.2",
            **given,
        }

    def free_port(self) -> int:
        """A port that nobody else takes while the test lasts."""
        return self._running.enter_context(reserved(1))[0]

    def run(self, name: str, *command: str, **given: str) -> Toy:
        """Start a toy; it is killed at the end of the test if need be."""
        log = self._folder / f"{name}-{len(list(self._folder.iterdir()))}.log"
        toy = Toy(name, self.settings(name, **given), log, *command)
        self._running.callback(_kill, toy.process)
        return toy


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
