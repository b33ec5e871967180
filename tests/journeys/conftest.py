"""One cohort's journey on each bus, played once for all tests, and Prometheus beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # deploy
sys.path.insert(0, str(Path(__file__).parent))  # what is beside the tests

from watching import Watch, watching

SECONDS = 600
"""Long enough for a machine that does something else as well."""

BUSES = ("embedded", "rabbitmq")


@dataclass(frozen=True)
class Journeys:
    """By bus: where each was played, and what came of it; and what Prometheus saw of the latter."""

    folders: dict[str, Path]
    summaries: dict[str, dict[str, Any]]
    watch: Watch


def played(bus: str, directory: Path) -> dict[str, Any]:
    """The summary of a demo played to its end."""
    headship = Path(sys.executable).with_name("headship")
    command = [headship, "demo", f"--bus={bus}", f"--directory={directory}"]
    done = subprocess.run(
        command, env=dict(os.environ), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    summary: dict[str, Any] = json.loads((directory / "summary.json").read_text())
    return summary


@pytest.fixture(scope="session")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journeys]:
    folders = {bus: tmp_path_factory.mktemp("journey") / bus for bus in BUSES}
    watched = tmp_path_factory.mktemp("watch") / "prometheus"
    with watching(folders["rabbitmq"] / "stack", watched) as watch:
        with ThreadPoolExecutor(len(BUSES)) as players:
            told = players.map(played, BUSES, folders.values())
            summaries = dict(zip(BUSES, told, strict=True))
        watch.end()
        yield Journeys(folders, summaries, watch)


@pytest.fixture(scope="session")
def folders(journeys: Journeys) -> dict[str, Path]:
    return journeys.folders


@pytest.fixture(scope="session")
def summaries(journeys: Journeys) -> dict[str, dict[str, Any]]:
    return journeys.summaries


@pytest.fixture(scope="session")
def watch(journeys: Journeys) -> Watch:
    return journeys.watch
