"""Waits beside a run, and clears up after it should the run itself be killed.

Started as `python -m cli.backing.watchdog DIRECTORY PID STARTED`. It has no terminal, so neither
Ctrl-C nor a closed window reaches it.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from cli.backing.postgresql import PostgreSQL
from cli.backing.processes import Process
from cli.backing.rabbitmq import RabbitMQ

LOOK_EVERY = 1.0  # seconds


def watch(directory: Path, owner: Process) -> subprocess.Popen[bytes]:
    """Start a watchdog that clears `directory` when `owner` has gone."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(directory), str(owner.pid), str(owner.started)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def clear(directory: Path) -> None:
    """End the servers whose state lies in `directory`, and remove it: none of it will be missed."""
    for plan in directory.glob("rabbitmq*/plan.json"):
        RabbitMQ(plan.parent).stop(immediately=True)
    for plan in directory.glob("postgresql*/plan.json"):
        PostgreSQL(plan.parent).stop(immediately=True)
    shutil.rmtree(directory, ignore_errors=True)


def main() -> None:
    """Wait for the owner to end, then clear up. Ends by itself when the directory has gone."""
    directory = Path(sys.argv[1])
    owner = Process(int(sys.argv[2]), int(sys.argv[3]))
    while owner.alive and directory.exists():
        time.sleep(LOOK_EVERY)
    if directory.exists():
        clear(directory)


if __name__ == "__main__":
    main()
