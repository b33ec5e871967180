"""`headship backup` and `headship restore`: for development, and for rehearsing a restore."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import addresses
from cli.backup import taking
from cli.backup.archive import Archive
from cli.backup.reconciling import reconcile
from cli.backup.restoring import fill, refuse_to_lose
from cli.errors import CommandError
from cli.printing import console
from cli.services import SERVICES
from cli.stack.places import state_directory
from cli.stack.record import Record, current, held
from cli.stack.start import start
from cli.stack.stop import stop_members

Folder = Annotated[Path, typer.Argument(help="The backup's own directory.")]


def backup(folder: Folder) -> None:
    """Back up the four databases to one consistent point, while services run.

    The databases are those of the running stack, else of ENROLMENT_DATABASE_URL and so on. No
    backup holds LINK_SECRETS and SEAL_SECRETS, without which no link and no dossier is known as
    ours: keep them by themselves.
    """
    urls = {service: addresses.database_url(service) for service in SERVICES}
    archive = taking.take(urls, folder)
    size = sum(dump.bytes for dump in archive.dumps.values())
    console().print(
        f"{folder}: four databases as of {archive.point:%Y-%m-%d %H:%M:%S}Z, {size} bytes"
    )


def restore(
    folder: Folder,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the data that is there now.")
    ] = False,
) -> None:
    """Start the stack on this machine from a backup; what it was told and not handled goes on.

    An older backup is brought to this code's version; one of newer code is refused.
    """
    archive = Archive.load(folder)
    archive.check(folder)
    state = state_directory()
    with held(state):
        record = current()
        if record is not None and record.running and not overwrite:
            raise CommandError(
                f"it runs here: {', '.join(record.running)}. With --overwrite that is stopped, and "
                "its data replaced"
            )
        if record is not None:
            stop_members(record)
        name = record.name if record else None
        told = _start_from(folder, archive, state, name, overwrite=overwrite)
    console().print(f"restored as of {archive.point:%Y-%m-%d %H:%M:%S}Z; {told}")


def _start_from(
    folder: Path, archive: Archive, state: Path, name: str | None, *, overwrite: bool
) -> str:
    from kit.db.engine import open_engine

    outcome: list[str] = []

    def refill(record: Record, urls: dict[str, str]) -> None:
        refuse_to_lose(urls, overwrite=overwrite)
        fill(record, urls, folder, archive)

    def bring_together(record: Record, urls: dict[str, str]) -> None:
        engines = {service: open_engine(url) for service, url in urls.items()}
        try:
            # of one point by the way in which it was taken
            outcome.append(str(reconcile(engines, record.amqp_uri, anyway=True)))
        finally:
            for engine in engines.values():
                engine.dispose()

    with Console().status("") as spinner:
        start(
            state,
            name=name,
            say=lambda step: spinner.update(f"restoring: {step}"),
            before_tables=refill,
            before_processes=bring_together,
        )
    return outcome[0]
