"""Migrations: each service's own, and the kit's for the tables that every service has.

They are two chains with a version table each, so that a kit that grows needs nothing from the
services. A migration must fit the code that runs while it is applied.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from kit.db.engine import begin

LOCK_SECONDS = 4
STATEMENT_SECONDS = 60


class OutOfDate(Exception):
    """The database is not at the version that the code needs; says which, and what to run."""


@dataclass(frozen=True)
class Chain:
    """A folder of numbered migrations, and the table that remembers how far they went."""

    name: str
    folder: Path
    version_table: str

    @property
    def scripts(self) -> ScriptDirectory:
        return ScriptDirectory(str(self.folder), version_locations=[str(self.folder)])

    @property
    def head(self) -> str | None:
        return _head_of(self.folder)


@cache
def _head_of(folder: Path) -> str | None:
    """Read once: a running process keeps the code that it began with, and asks often."""
    return ScriptDirectory(str(folder), version_locations=[str(folder)]).get_current_head()


def chains(service: str) -> list[Chain]:
    """The kit's chain, then the service's, in the order in which they are applied."""
    return [
        Chain("kit", _folder("kit.db"), "kit_version"),
        Chain(service, _folder(service), "service_version"),
    ]


def migrate(engine: Engine, service: str, *, to: str = "head") -> list[str]:
    """Bring the database to the code's version; `to` stops the service's chain earlier.

    Gives back what was applied, as "sessions 0002". Two at once wait for each other.
    """
    applied: list[str] = []
    for chain in chains(service):
        target = to if chain.name == service else "head"
        with _migrating(engine) as connection:
            applied += _upgrade(chain, connection, target)
    return applied


def check_version(engine: Engine, service: str) -> None:
    """Raises OutOfDate, naming chain and versions, unless the database is what the code needs."""
    with begin(engine) as connection:
        for chain in chains(service):
            found = _current(chain, connection)
            if found != chain.head:
                raise OutOfDate(
                    f"database of {service}: {chain.name} is at {found or 'nothing'}, the code "
                    f"needs {chain.head}: run `headship migrate {service}`"
                )


def differences(engine: Engine, models: MetaData) -> list[Any]:
    """How the database differs from the models; empty when migrations and models agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _o, name, kind, *_: _ours(models, kind, name)},
        )
        return list(compare_metadata(context, models))


def _ours(models: MetaData, kind: str, name: str | None) -> bool:
    return kind != "table" or name in models.tables


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"there is no package {package}")
    return Path(spec.submodule_search_locations[0]) / "migrations"


def _current(chain: Chain, connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": chain.version_table})
    return context.get_current_revision()


def _upgrade(chain: Chain, connection: Connection, target: str) -> list[str]:
    scripts = chain.scripts
    before = _current(chain, connection)

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs(target, revision)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(
            connection=connection, version_table=chain.version_table, render_as_batch=True
        )
        environment.run_migrations()
    return [
        f"{chain.name} {script.revision}"
        for script in reversed(list(scripts.iterate_revisions(target, before or "base")))
    ]


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    with begin(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(7261)"))
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        yield connection
