"""A stack of a test file's own, on the run's servers, and the command that works on it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from cli.stack.record import Record

sys.path.insert(0, str(Path(__file__).parent))  # what is beside the tests


class Servers(Protocol):
    """The run's servers, as tests/conftest.py gives them."""

    amqp_uri: str
    management_url: str
    database_url: str


Headship = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def headship(state: Path, backing: Servers) -> Headship:
    """Runs the command against a stack of this file's own, on the run's servers."""
    environment = os.environ | {
        "HEADSHIP_STATE": str(state),
        "HEADSHIP_STACK": f"test_{secrets.token_hex(4)}",
        "AMQP_URI": backing.amqp_uri,
        "RABBITMQ_MANAGEMENT_URL": backing.management_url,
        "DATABASE_URL": backing.database_url,
    }

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(Path(sys.executable).with_name("headship")), *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture(scope="module")
def stack(headship: Headship, state: Path) -> Iterator[Record]:
    """The stack, up."""
    started = headship("up")
    assert started.returncode == 0, started.stderr
    record = Record.load(state)
    assert record is not None
    try:
        yield record
    finally:
        headship("down", "--wipe")
