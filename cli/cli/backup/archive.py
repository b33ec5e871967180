"""A backup on disk: a directory with a dump of each database, and `backup.json` about them.

`backup.json` is written last: a directory without it is a backup that was not finished.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cli.errors import CommandError
from cli.services import SERVICES
from kit.db.version import chains

FORMAT = 1
ABOUT = "backup.json"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Dump:
    """One database: its file, and how far its migrations had come (chain → number)."""

    file: str
    bytes: int
    sha256: str
    versions: dict[str, str]


@dataclass(frozen=True)
class Archive:
    """What `backup.json` says. `point` is the instant to which all four databases belong."""

    point: datetime
    server_version: int  # PostgreSQL's own number, 150018 for 15.18
    dumps: dict[str, Dump]

    def save(self, folder: Path) -> None:
        """Write it down; from now on the backup is one."""
        told = asdict(self) | {"format": FORMAT, "point": self.point.isoformat()}
        new = folder / f"{ABOUT}.new"
        new.write_text(json.dumps(told, indent=2) + "\n")
        new.rename(folder / ABOUT)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises CommandError where there is no whole backup of a format that this code knows."""
        try:
            told = json.loads((folder / ABOUT).read_text())
        except FileNotFoundError as error:
            raise CommandError(
                f"{folder} has no {ABOUT}: it is no backup, or was not finished"
            ) from error
        except (OSError, ValueError) as error:
            raise CommandError(f"{folder / ABOUT} cannot be read: {error}") from error
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise CommandError(f"{folder / ABOUT} is not of format {FORMAT}, which this code reads")
        try:
            dumps = {name: Dump(**dump) for name, dump in told["dumps"].items()}
            found = cls(datetime.fromisoformat(told["point"]), int(told["server_version"]), dumps)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CommandError(f"{folder / ABOUT} is not as a backup has it: {error!r}") from error
        return found

    def check(self, folder: Path) -> None:
        """Raises CommandError unless every dump is there as it was written, and of a version that
        this code can bring to its own."""
        missing = [name for name in SERVICES if name not in self.dumps]
        if missing:
            raise CommandError(f"{folder} lacks the database of {', '.join(missing)}")
        for name in SERVICES:
            dump = self.dumps[name]
            path = folder / dump.file
            if not path.is_file():
                raise CommandError(f"{path} is missing")
            if digest(path) != dump.sha256:
                raise CommandError(f"{path} is not what was written: its checksum differs")
            for chain in chains(name):
                found = dump.versions.get(chain.name, "0")
                if int(found) > int(chain.head or 0):
                    raise CommandError(
                        f"{path} is of a newer release: {chain.name} is at {found}, this code "
                        f"knows {chain.head}"
                    )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    contents = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            contents.update(chunk)
    return contents.hexdigest()


def now() -> datetime:
    """The wall's time, which a backup is of."""
    return datetime.now(UTC)
