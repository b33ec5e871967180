"""The DfE simulator as the demo uses it: a child process with seeded applications."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests

from headship_contracts.enrolment.schools import School
from kit import clock

TOKEN = "demo-token"  # nosec B105 # no secret: what the simulator is asked with
TIMEOUT_SECONDS = 10

CALLS = "1000000"
"""In any five minutes: it is our own, and limits nobody."""


@dataclass(frozen=True)
class SimulatorControl:
    """The simulator's own endpoints: what it holds, and its made-up register of schools."""

    url: str
    token: str = field(repr=False)

    def state(self) -> dict[str, Any]:
        """Counts of what our provider has at DfE."""
        told: dict[str, Any] = self._get("state").json()
        return told

    def order(self, change: str, **told: object) -> None:
        """Something that DfE does by itself (`simulators/dfe/README.md`), at the simulated time."""
        response = requests.post(
            f"{self.url}/control/{change}",
            json=told,
            headers={"X-With-Server-Date": clock.now().isoformat()},
            timeout=TIMEOUT_SECONDS,
        )
        response.raise_for_status()

    def schools(self) -> list[School]:
        """The schools that the applicants come from, as a register would tell them."""
        return [
            School(
                urn=row["urn"],
                name=row["name"],
                ukprn=row["ukprn"] or None,
                trust_id=row["trust_id"] or None,
                local_authority=row["local_authority"] or None,
                phase=row["phase"] or None,
                establishment_type=row["establishment_type_code"],
            )
            for row in csv.DictReader(io.StringIO(self._get("schools.csv").text))
        ]

    def _get(self, what: str) -> requests.Response:
        response = requests.get(f"{self.url}/control/{what}", timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return response


def arguments(seed: int, applications: int, hubs: int, registered_from: date) -> list[str]:
    """How the demo's simulator is started: so many applications, some not eligible for funding."""
    return [
        f"--seed={seed}",
        f"--applications={applications}",
        f"--delivery-partners={hubs}",
        f"--registered-from={registered_from}",
        "--not-eligible=6",
        f"--token={TOKEN}",
        "--with-parent",  # so that a killed demo leaves none behind
    ]


@contextmanager
def running_simulator(told: list[str]) -> Iterator[SimulatorControl]:
    """A simulator on a free port, ended with the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", "dfe_simulator", *told], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        where = child.stdout.readline().strip()
        if not where:
            raise RuntimeError(f"the DfE simulator ended with exit code {child.wait()}")
        yield SimulatorControl(where.partition(": ")[2], TOKEN)
    finally:
        child.terminate()
        child.wait()
