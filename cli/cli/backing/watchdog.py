"""Waits beside a run, and clears up after it should the run itself be killed.

Started as `python -m cli.backing.watchdog DIRECTORY PID STARTED`. It has no terminal, so neither
Ctrl-C nor a closed window reaches it.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.backing.postgresql import PostgreSQL
from cli.backing.processes import Process, StartError
from cli.backing.rabbitmq import RabbitMQ

LOOK_EVERY = 1.0  # seconds


@contextmanager
def watched(directory: Path, program: str = __name__) -> Iterator[None]:
    """Have a watchdog beside this process until the block ends.

    Should the process end before, `program` clears `directory`.
    """
    owner = Process.of(os.getpid())
    if owner is None:
        raise StartError("this machine has no /proc, by which a run finds its processes")
    watchdog = subprocess.Popen(
        [sys.executable, "-m", program, str(directory), str(owner.pid), str(owner.started)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield
    finally:
        watchdog.terminate()
        watchdog.wait()


def clear(directory: Path) -> None:
    """End the servers whose state lies in `directory`, and remove it: none of it will be missed."""
    for plan in directory.glob("rabbitmq*/plan.json"):
        RabbitMQ(plan.parent).stop(immediately=True)
    for plan in directory.glob("postgresql*/plan.json"):
        PostgreSQL(plan.parent).stop(immediately=True)
    shutil.rmtree(directory, ignore_errors=True)


def run(clear: Callable[[Path], None]) -> None:
    """Wait for the owner to end, then clear up. Ends by itself when the directory has gone."""
    directory = Path(sys.argv[1])
    owner = Process(int(sys.argv[2]), int(sys.argv[3]))
    while owner.alive and directory.exists():
        time.sleep(LOOK_EVERY)
    if directory.exists():
        clear(directory)


if __name__ == "__main__":
    run(clear)
