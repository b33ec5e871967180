"""`python -m kit.db SERVICE` brings the database of a service to the version of its code.

It is what the Jobs of a release run, in the service's own image. DATABASE_URL (in production
DATABASE_URL_FILE) names the database, as the role that owns its tables. Exit codes: 0 done, or
nothing to do; 1 the database refused or is away; 2 wrong settings.
"""

import logging
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from sqlalchemy.exc import SQLAlchemyError

from kit import log, tls
from kit.config import SettingsError, load, one_of, setting, url_of_database
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.db.rights import let_work
from kit.tls import TlsSettings

_log = logging.getLogger("kit.migrate")


@dataclass(frozen=True, kw_only=True)
class MigrationSettings:
    """All that a migration needs to know."""

    headship_env: str = setting(
        "development or production",
        default="production",
        check=one_of("development", "production"),
    )
    database_url: str = setting(
        "the service's own database, as the owner of its tables: postgresql://… or sqlite:///…",
        url=True,
        check=url_of_database,
    )
    runtime_role: str | None = setting(
        "the role as which the service runs: it is let read and change rows, and make no tables",
        default=None,
    )


def main(words: list[str]) -> int:
    """Migrate the database of the service that is named; gives back the exit code."""
    log.configure([])
    if len(words) != 1:
        _log.critical("name one service: python -m kit.db SERVICE")
        return 2
    (service,) = words
    if not service.isidentifier() or find_spec(service) is None:
        _log.critical("no such service is installed here", extra={"service": service})
        return 2
    try:
        settings = load(MigrationSettings)
        tls.use(load(TlsSettings))
    except SettingsError as error:
        for problem in error.problems:
            _log.critical("a setting is not right", extra={"problem": problem})
        return 2
    engine = open_engine(settings.database_url, pool_size=1)
    try:
        applied = migrate(engine, service)
        if settings.runtime_role:
            let_work(engine, settings.runtime_role)
    except SQLAlchemyError as error:
        told = {"service": service, "reason": log.reason(error)}
        _log.critical("the database could not be migrated", extra=told)
        return 1
    finally:
        engine.dispose()
    _log.info("migrated", extra={"service": service, "applied": applied})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
