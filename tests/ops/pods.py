"""A pod of a workload as a process of this machine, asked by its own probes and ended as it says.

Asked more often than a kubelet asks, within the limits that the probes set; `minReadySeconds` is
not waited for, which spares an old pod less time than the cluster would.
"""

import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from rendered import Manifest, containers, template

from cli.backing.processes import wait_until

ASK_EVERY = 0.2
KILLED = -signal.SIGKILL


def ending_with_us(command: list[str]) -> list[str]:
    """The same process, killed with this one: a run that is killed leaves nothing behind."""
    return ["setpriv", "--pdeathsig", "KILL", *command]


class NotReady(Exception):
    """A pod did not become ready in time, or ended; the text has its last words."""


@dataclass(frozen=True)
class Ended:
    """How a pod ended after it was asked to: exit code, and the seconds from the hook on."""

    pod: str
    code: int
    seconds: float


class Pod:
    """One pod, started with this object. `command` and `environment` are what its container has."""

    def __init__(
        self,
        name: str,
        workload: Manifest,
        command: list[str],
        environment: Mapping[str, str],
        ports: Mapping[str, int],
        scratch: Path,
    ) -> None:
        self.name = name
        self.spec: Manifest = template(workload)["spec"]
        (self.container,) = containers(workload)
        self.log = scratch / f"{name}.log"
        self._environment, self._ports, self._scratch = dict(environment), ports, scratch
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                ending_with_us(command),
                env=self._environment,
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self, probe: str) -> bool:
        """Whether a probe of the container is content."""
        told = self.container[probe]
        url = f"http://127.0.0.1:{self.port(told['httpGet']['port'])}{told['httpGet']['path']}"
        try:
            return requests.get(url, timeout=told["timeoutSeconds"]).ok
        except requests.RequestException:
            return False

    def port(self, name: str) -> int:
        """Where a port of the container is here."""
        return self._ports[name]

    def await_ready(self) -> None:
        """Raises NotReady when startup or readiness fail for as long as the manifest allows."""
        self._await("startupProbe", _longest(self.container["startupProbe"]))
        self._await("readinessProbe", 60)  # nobody is sent away for not being ready

    def finish(self, seconds: float) -> int:
        """The exit code of a Job's pod."""
        return self.process.wait(seconds)

    def stop(self) -> Ended:
        """End it as the kubelet does: hook, SIGTERM, and after the grace period SIGKILL."""
        began = time.monotonic()
        self._run(self.container["lifecycle"]["preStop"]["exec"]["command"])
        self.process.send_signal(signal.SIGTERM)
        grace = self.spec["terminationGracePeriodSeconds"] - (time.monotonic() - began)
        try:
            code = self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()
            code = KILLED
        return Ended(self.name, code, time.monotonic() - began)

    def kill(self) -> None:
        """End it at once."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def is_busy(self) -> bool:
        """Whether an entrypoint runs in it now."""
        try:
            told = self.metrics()
        except requests.RequestException:
            return False
        busy = (line for line in told if line.startswith("headship_workers_busy{"))
        return any(float(line.rpartition(" ")[2]) > 0 for line in busy)

    def metrics(self) -> list[str]:
        """The lines of what Prometheus reads of it. Raises RequestException."""
        url = f"http://127.0.0.1:{self.port('health')}/metrics"
        return requests.get(url, timeout=5).text.splitlines()

    def last_words(self) -> str:
        return f"{self.name}:\n" + "\n".join(self.log.read_text().splitlines()[-15:])

    def _await(self, probe: str, seconds: float) -> None:
        ended = lambda: self.process.poll() is not None  # noqa: E731
        wait_until(lambda: ended() or self.answers(probe), seconds, every=ASK_EVERY)
        if ended() or not self.answers(probe):
            raise NotReady(self.last_words())

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, env=self._environment, cwd=self._scratch, check=True)


def _longest(probe: dict[str, Any]) -> float:
    return float(probe["periodSeconds"] * probe["failureThreshold"])
