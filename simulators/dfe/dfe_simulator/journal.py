"""A file that keeps what was changed, so that the simulator goes on where it was.

The first line names the seed, each other one a change that was committed: a call of a provider, a
change that DfE made itself, or a day that passed. All of it is deterministic, so doing it again in
order gives the same world, ids included. A line is written before the answer is sent, in one
piece: when the process is killed, what was answered is there. (The machine may lose more.)
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FORMAT = 1


class Journal:
    """The open file. Raises ValueError for a file that is in use, or is something else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise ValueError(f"{path} is in use by another simulator") from error

    def seed(self) -> dict[str, Any] | None:
        """The plan of the world that is kept here; None in a new file."""
        entries = self._lines()
        first = next(entries, None)
        if first is None:
            return None
        if first.get("format") != FORMAT or not isinstance(first.get("plan"), dict):
            raise ValueError(f"{self._path} keeps no state of this simulator")
        plan: dict[str, Any] = first["plan"]
        return plan

    def changes(self) -> Iterator[dict[str, Any]]:
        """Everything that was committed, in order."""
        entries = self._lines()
        next(entries, None)
        yield from entries

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Each line. A last one that has no end was not answered: it is cut off."""
        with self._path.open("rb") as file:
            kept = 0
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    self._file.truncate(kept)
                    return
                kept += len(line)
                try:
                    entry = json.loads(line)
                except ValueError as error:
                    raise ValueError(f"{self._path}: line {number} cannot be read") from error
                if not isinstance(entry, dict):
                    raise ValueError(f"{self._path}: line {number} is no change")
                yield entry

    def begin(self, plan: Mapping[str, Any]) -> None:
        """Forget what was there, and start with this seed."""
        self._file.truncate(0)
        self.append({"format": FORMAT, "plan": plan})

    def append(self, entry: Mapping[str, Any]) -> None:
        """Keep a change."""
        line = json.dumps(entry, separators=(",", ":")).encode("ascii") + b"\n"
        if self._file.write(line) != len(line):
            raise OSError(f"{self._path} could not be written")

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
