"""`python -m tests`: files are shared out, each test runs once, and nothing outlives a Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from cli.backing.processes import Process, wait_until

ROOT = Path(__file__).parents[2]
CONTRACTS = "tests/shared/contracts"

PLAY = """
import signal
from tests.__main__ import together

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
together([["sleep", "600"], ["sleep", "600"]], {})
"""


class Servers(Protocol):
    """The run's servers, as tests/conftest.py gives them."""

    amqp_uri: str
    management_url: str
    database_url: str


@pytest.mark.timeout(300)
def test_two_processes_share_the_files_and_run_each_test_once(backing: Servers) -> None:
    environment = os.environ | {
        "AMQP_URI": backing.amqp_uri,
        "RABBITMQ_MANAGEMENT_URL": backing.management_url,
        "DATABASE_URL": backing.database_url,
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests", CONTRACTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )

    ran = re.findall(rf"^{CONTRACTS}/(\S+) [.]+$", done.stdout, re.MULTILINE)
    collected = set(re.findall(r"^collected (\d+) items$", done.stdout, re.MULTILINE))
    passed = [int(number) for number in re.findall(r"(\d+) passed", done.stdout)]
    assert done.returncode == 0, done.stdout
    assert sorted(ran) == sorted(path.name for path in (ROOT / CONTRACTS).glob("test_*.py"))
    assert collected == {str(sum(passed))}


def test_a_run_that_is_interrupted_ends_what_it_began() -> None:
    running = subprocess.Popen([sys.executable, "-c", PLAY], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: len(children_of(running.pid)) == 2, 60)
        children = children_of(running.pid)

        running.send_signal(signal.SIGINT)

        assert running.wait(60) != 0
        assert all(Process.of(child) is None for child in children)
    finally:
        running.kill()
        running.wait()


def children_of(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in told.split()]
