"""Processes on this machine: who they are, starting them as another user, and ending them."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


class StartError(Exception):
    """A server did not start; the text holds its own words."""


@dataclass(frozen=True)
class Process:
    """One process, never mistaken for a later one that was given the same number.

    `started` is the kernel's start time of the process, in ticks since boot.
    """

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The process with this number, or None when there is none or it is only a zombie."""
        try:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # In a container the first process may never collect orphans: a zombie counts as gone.
        return None if after_name[0] in "ZX" else cls(pid, int(after_name[19]))

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """The process written in `path`, if it still runs."""
        try:
            pid, started = path.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        written = cls(int(pid), int(started))
        return written if written.alive else None

    def save(self, path: Path) -> None:
        """Write down who this is, so that another run of the program can end it."""
        path.write_text(f"{self.pid} {self.started}\n")

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return Process.of(self.pid) == self

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if the process is still there."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def end(self, seconds: float) -> bool:
        """Ask it to stop; kill it after `seconds`. True if it stopped by itself."""
        self.send(signal.SIGTERM)
        if wait_until(lambda: not self.alive, seconds):
            return True
        self.send(signal.SIGKILL)
        wait_until(lambda: not self.alive, 5)
        return False


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.05) -> bool:
    """Look at `condition` until it holds or `seconds` have passed; say whether it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def as_user(name: str) -> dict[str, Any]:
    """What subprocess needs to run a program as `name`; nothing unless we are root.

    RabbitMQ and PostgreSQL are not run as root; PostgreSQL refuses to.
    """
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(name)
    groups = os.getgrouplist(name, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}


def hand_to(name: str, *paths: Path) -> None:
    """Make `name` the owner of these directories and all in them, when we are root."""
    if os.geteuid() != 0:
        return
    account = pwd.getpwnam(name)
    for path in paths:
        for each in (path, *path.rglob("*")):
            os.chown(each, account.pw_uid, account.pw_gid)


def launch(
    command: Sequence[str | Path],
    *,
    output: Path,
    user: str | None = None,
    directory: Path | str = "/",
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that outlives a Ctrl-C at our terminal. `output` gets what it prints."""
    with output.open("ab") as log:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=None if environment is None else dict(environment),
            start_new_session=True,
            **(as_user(user) if user else {}),
        )


def run(
    command: Sequence[str | Path],
    *,
    user: str | None = None,
    directory: Path | str = "/",
    environment: Mapping[str, str] | None = None,
    seconds: float = 120,
) -> str:
    """Run a program to its end and return what it printed. Raises StartError with its words."""
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env=None if environment is None else dict(environment),
        timeout=seconds,
        text=True,
        check=False,
        start_new_session=True,
        **(as_user(user) if user else {}),
    )
    if done.returncode != 0:
        raise StartError(f"{command[0]} ended with {done.returncode}:\n{done.stdout.strip()}")
    return str(done.stdout)
