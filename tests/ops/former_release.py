"""Former releases: the one before the last migration, from history, and the oldest kept tables."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dockerfile import REPOSITORY, Image, of_this_checkout

from cli.backing.databases import administrator
from cli.services import SERVICES

SCHEMAS = REPOSITORY / "tests" / "ops" / "schemas"
OLDEST = min(path for path in SCHEMAS.iterdir() if path.is_dir())
MIGRATIONS = [
    *(f"services/{name}/{name}/migrations/[0-9]*.py" for name in SERVICES),
    "shared/kit/kit/db/migrations/[0-9]*.py",
]
PACKAGES = (
    *("shared/contracts", "shared/kit"),
    *(f"services/{name}" for name in SERVICES),
    *("simulators/dfe", "cli"),
)


def fill_with_oldest_tables(url: str, service: str) -> None:
    """Give an empty database the tables that the oldest kept release had."""
    with administrator(url) as cursor:
        cursor.execute((OLDEST / f"{service}.sql").read_text())


@dataclass(frozen=True)
class FormerImage(Image):
    """The code of a former release, on the libraries of this environment."""

    code: Path

    def environment(self) -> dict[str, str]:
        """As the image's, with the former code in front of this checkout's."""
        paths = ":".join(str(self.code / package) for package in PACKAGES)
        return super().environment() | {"PYTHONPATH": paths}


@dataclass(frozen=True)
class FormerRelease:
    """A checkout of it."""

    commit: str
    code: Path

    def image(self, service: str) -> Image:
        """What stands for its image of a service."""
        return FormerImage(service, of_this_checkout(service).directory, self.code)


@contextmanager
def before_the_last_migration(place: Path) -> Iterator[FormerRelease | None]:
    """The last release without the newest migration: the last tag before it, else the commit
    before it. None where there is no history to find it in, as in an archive or a shallow clone."""
    commit = _commit()
    if commit is None:
        yield None
        return
    code = place / commit[:12]
    _git("worktree", "add", "--detach", "--force", str(code), commit)
    try:
        yield FormerRelease(commit, code)
    finally:
        _git("worktree", "remove", "--force", str(code))


def _commit() -> str | None:
    added = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", *MIGRATIONS)
    if added is None or not added or _git("rev-parse", "--verify", f"{added}^") is None:
        return None
    tag = _git("describe", "--tags", "--abbrev=0", f"{added}^")
    return _git("rev-parse", f"{tag}^{{commit}}" if tag else f"{added}^")


def _git(*words: str) -> str | None:
    """What git answers; None if it refuses, or there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
