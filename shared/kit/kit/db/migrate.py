"""Migrations: each service's own, and the kit's for the tables that every service has.

They are two chains with a version table each, so that a kit that grows needs nothing from the
services. A migration must fit the code that runs while it is applied.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from kit.db.engine import begin
from kit.db.version import Chain, chains

LOCK_SECONDS = 4
STATEMENT_SECONDS = 60


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


def _upgrade(chain: Chain, connection: Connection, target: str) -> list[str]:
    scripts = ScriptDirectory(str(chain.folder), version_locations=[str(chain.folder)])
    if scripts.get_current_head() != chain.head:
        raise ValueError(
            f"{chain.folder}: {scripts.get_current_head()} is not the last by its name"
        )
    before = chain.version_in(connection)
    if int(before or 0) > int(chain.head or 0):
        return []  # newer code was here: a release rolled back leaves the tables as they are

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
