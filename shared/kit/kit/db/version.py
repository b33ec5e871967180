"""Whether a database is at the version of the code, which a service asks at its start and often.

Without alembic, which only a migration needs: it takes 12 MiB. `kit.db.migrate` holds the names of
the files to be the numbers of the migrations.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from kit.db.engine import begin


class OutOfDate(Exception):
    """The database is behind the version that the code needs; says which, and what to run."""


@dataclass(frozen=True)
class Chain:
    """A folder of numbered migrations, and the table that remembers how far they went."""

    name: str
    folder: Path
    version_table: str

    @property
    def head(self) -> str | None:
        return _head_of(self.folder)

    def version_in(self, connection: Connection) -> str | None:
        """How far this database has come; None if it has not begun."""
        if not inspect(connection).has_table(self.version_table):
            return None
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {self.version_table}"))  # nosec B608 # names are those of our own tables; values are bound
        return found


@cache
def _head_of(folder: Path) -> str | None:
    """Read once: a running process keeps the code that it began with, and asks often."""
    return max((path.stem.partition("_")[0] for path in folder.glob("[0-9]*.py")), default=None)


def chains(service: str) -> list[Chain]:
    """The kit's chain, then the service's, in the order in which they are applied."""
    return [
        Chain("kit", _folder("kit.db"), "kit_version"),
        Chain(service, _folder(service), "service_version"),
    ]


def check_version(engine: Engine, service: str) -> None:
    """Raises OutOfDate, naming chain and versions, if the database lacks what the code needs.

    One that is ahead will do: a migration fits the code that runs while it is applied, so that the
    old replicas of a rollout work on, and one can be rolled back.
    """
    with begin(engine) as connection:
        for chain in chains(service):
            found = chain.version_in(connection)
            if int(found or 0) < int(chain.head or 0):
                raise OutOfDate(
                    f"database of {service}: {chain.name} is at {found or 'nothing'}, the code "
                    f"needs {chain.head}: run `headship migrate {service}`"
                )


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"there is no package {package}")
    return Path(spec.submodule_search_locations[0]) / "migrations"
