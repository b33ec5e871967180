"""What is known of a stack between one command and the next: `stack.json` in its state directory.

It holds logins, and is readable by its owner only.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Self

from cli.backing.processes import Process
from cli.errors import CommandError
from cli.stack.kept import keep
from cli.stack.places import state_directory


@dataclass
class Member:
    """One process of the stack. `logins` are its own addresses of broker and database; `owner_url`
    is its database as the role that owns its tables, which it is not told."""

    name: str
    http_port: int
    health_port: int
    logins: dict[str, str] = field(default_factory=dict, repr=False)
    pid: int = 0
    started: int = 0
    owner_url: str = field(default="", repr=False)

    @property
    def process(self) -> Process | None:
        """The process, if it runs."""
        found = Process(self.pid, self.started)
        return found if self.pid and found.alive else None


@dataclass
class Record:
    """A stack: where its servers are, as their administrator, and its processes.

    `name` is that of its virtual host, and the beginning of its databases' names.
    """

    name: str
    amqp_uri: str = field(repr=False)
    management_url: str | None = field(repr=False)
    database_url: str = field(repr=False)
    private_broker: bool
    private_database: bool
    members: dict[str, Member] = field(default_factory=dict)
    hubs_amqp_uri: str | None = field(default=None, repr=False)

    def save(self, state: Path) -> None:
        """Write it down, whole or not at all."""
        keep(state / "stack.json", json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, state: Path) -> Self | None:
        """The stack of this state directory, if there is one."""
        try:
            told = json.loads((state / "stack.json").read_text())
        except FileNotFoundError:
            return None
        members = {name: Member(**member) for name, member in told.pop("members").items()}
        return cls(**told, members=members)

    @property
    def running(self) -> list[str]:
        """The names of the processes that run."""
        return [name for name, member in self.members.items() if member.process]


def current() -> Record | None:
    """The stack of this user's state directory, if one was started."""
    return Record.load(state_directory())


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Keep other `up` and `down` commands away from this state directory meanwhile."""
    with (state / "lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"another headship command is at work on {state}") from error
        yield
