"""Takes a backup of four databases that are in use, all of one consistent point.

Consistent: what a service has handled, its teller's database knows. Services hear of each other by
events alone, and a handler enters each in its inbox; so while all four inboxes are held, nothing is
handled, and four snapshots taken then fit each other. They are held for moments: `pg_dump` reads
from the snapshots afterwards, one database after the other. What had been told and not handled yet
lies in the outboxes, from which a restore tells it again.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors

from cli.backing.databases import libpq
from cli.backing.packages import postgresql_programs
from cli.backing.processes import run
from cli.backup.archive import Archive, Dump, digest, now
from cli.errors import CommandError
from kit import tls
from kit.db.engine import open_engine
from kit.db.version import chains

HOLD_SECONDS = 10
"""How long to wait until handlers have finished what they are at."""

DUMP_SECONDS = 6 * 3600.0


def take(database_urls: Mapping[str, str], folder: Path) -> Archive:
    """Write a backup of these databases (service → URL) into `folder`, which must be empty.

    Raises CommandError when an inbox could not be had, or the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty: name a directory of its own for each backup")
    other = [service for service, url in database_urls.items() if not url.startswith("postgresql")]
    if other:
        raise CommandError(
            f"the database of {other[0]} is not in PostgreSQL: copy its file instead"
        )
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # names, addresses, scripts: all that the platform knows
    with snapshots(database_urls) as (point, server_version, taken):
        dumps = {
            service: _dump(service, url, taken[service], folder)
            for service, url in database_urls.items()
        }
    archive = Archive(point, server_version, dumps)
    archive.save(folder)
    return archive


@contextmanager
def snapshots(database_urls: Mapping[str, str]) -> Iterator[tuple[datetime, int, dict[str, str]]]:
    """The point, the server's version, and each database's snapshot, which lasts for the block."""
    with ExitStack() as reading:
        with ExitStack() as holding:
            for url in database_urls.values():
                holder = holding.enter_context(_connected(url))
                _hold_inbox(holder, url)
            point = now()
            taken: dict[str, str] = {}
            server_version = 0
            for service, url in database_urls.items():
                reader = reading.enter_context(_connected(url))
                server_version = reader.server_version
                taken[service] = _snapshot(reader)
        yield point, server_version, taken


def _hold_inbox(connection: Any, url: str) -> None:
    """Let nothing be handled until the connection is closed; what is at work ends first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{HOLD_SECONDS}s'")
        try:
            cursor.execute("LOCK TABLE inbox IN SHARE MODE")
        except errors.LockNotAvailable as error:
            raise CommandError(
                f"{_place(url)}: a handler has been at work for {HOLD_SECONDS} s: try again"
            ) from error
        except errors.UndefinedTable as error:
            raise CommandError(
                f"{_place(url)} has no tables of ours: nothing to back up"
            ) from error


def _snapshot(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # as long as it takes
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _dump(service: str, url: str, snapshot: str, folder: Path) -> Dump:
    place, environment = without_password(url)
    path = folder / f"{service}.dump"
    path.touch(mode=0o600)
    run(
        [
            postgresql_programs() / "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={path}",
            f"--dbname={place}",
        ],
        environment=environment,
        seconds=DUMP_SECONDS,
    )
    return Dump(path.name, path.stat().st_size, digest(path), _versions(service, url))


def _versions(service: str, url: str) -> dict[str, str]:
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return {chain.name: chain.version_in(connection) or "0" for chain in chains(service)}
    finally:
        engine.dispose()


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """An address that others may see in a list of processes, and the environment with the rest."""
    parts = urlsplit(libpq(url))
    login, _, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    place = urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
    checks = {f"PG{name.upper()}": value for name, value in tls.to_libpq().items()}
    return place, checks | {"PGPASSWORD": unquote(password), "LC_ALL": "C.UTF-8"}


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(libpq(url), **tls.to_libpq())
    try:
        yield connection
    finally:
        connection.close()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"
