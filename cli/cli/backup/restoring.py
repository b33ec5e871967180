"""Fills databases from a backup."""

from collections.abc import Mapping
from pathlib import Path

from cli.backing.databases import (
    administrator,
    create_database,
    drop_database,
    hand_over,
    in_database,
    rename_database,
)
from cli.backing.packages import postgresql_programs
from cli.backing.processes import run
from cli.backup.archive import Archive
from cli.backup.taking import DUMP_SECONDS, without_password
from cli.errors import CommandError
from cli.stack.provision import database_name, owner_name
from cli.stack.record import Record


def refuse_to_lose(database_urls: Mapping[str, str], *, overwrite: bool) -> None:
    """Raises CommandError, naming them, where databases hold something and may not be replaced."""
    filled = [service for service, url in database_urls.items() if has_tables(url)]
    if filled and not overwrite:
        raise CommandError(
            f"there is data of {', '.join(filled)} already, which would be lost: back it up, then "
            "say --overwrite"
        )


def fill(record: Record, database_urls: Mapping[str, str], folder: Path, archive: Archive) -> None:
    """Make each service's database anew from its dump, with an owner as `headship up` gives it."""
    with administrator(record.database_url) as cursor:
        cursor.execute("SHOW server_version_num")
        here = int(cursor.fetchone()[0])
    if here // 10_000 < archive.server_version // 10_000:
        raise CommandError(
            f"the backup is of PostgreSQL {archive.server_version // 10_000}, the server here is "
            f"{here // 10_000}: a newer one is needed"
        )
    filled = {service: _fill_beside(record, service, folder, archive) for service in database_urls}
    for service, beside in filled.items():
        name = database_name(record.name, service)
        drop_database(record.database_url, name)
        rename_database(record.database_url, beside, name)


def _fill_beside(record: Record, service: str, folder: Path, archive: Archive) -> str:
    """Restore one dump under another name: should it fail, the data that is there stays."""
    user, owner = database_name(record.name, service), owner_name(record.name, service)
    beside = f"{user}_restored"
    drop_database(record.database_url, beside)
    create_database(record.database_url, beside)
    hand_over(record.database_url, beside, owner=owner, user=user)
    login = record.members[service].owner_url
    place, environment = without_password(in_database(login, beside))
    command: list[str | Path] = [
        postgresql_programs() / "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={place}",
        folder / archive.dumps[service].file,
    ]
    run(command, environment=environment, seconds=DUMP_SECONDS)
    return beside


def has_tables(url: str) -> bool:
    """Whether a database holds any table."""
    with administrator(url) as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return bool(cursor.fetchone()[0])
