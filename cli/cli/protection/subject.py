"""`headship subject`: what a person may ask of whoever holds their data."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.errors import CommandError
from cli.imports.asking import asking
from cli.printing import console
from cli.protection import archive
from cli.protection.ids import identified
from headship_contracts.enrolment.protection import (
    DecideErasure,
    ErasureCertificate,
    GetErasure,
    ListErasures,
)

app = typer.Typer(help="Gives people what is held about them, and erases it.", no_args_is_help=True)

Person = Annotated[
    str, typer.Argument(help="An id of a participant, an application, or a member of staff.")
]
Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]

REASONS = ("no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_obligation")


@app.command()
def export(
    person: Person,
    to: Annotated[Path, typer.Option(help="The archive to write: a file that ends in .zip.")],
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Write all that the four services hold about a person into one archive: index.html to read,
    data.json for programs, and their files."""
    if to.suffix != ".zip":
        raise CommandError(f"--to is {to}; the file's name ends in .zip")
    with asking(broker, embedded=embedded) as ask:
        found = archive.write(ask, identified(ask, person), to)
    rows = sum(len(one) for held in found.values() for one in held.rows.values())
    files = sum(len(held.documents) for held in found.values())
    console().print(f"{to}: {rows} records and {files} files", soft_wrap=True)


@app.command()
def erase(
    person: Person,
    reason: Annotated[str, typer.Option(help=f"UK GDPR Article 17(1): {', '.join(REASONS)}.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Erase a person in all services, but for what has to be kept; that goes when its day comes."""
    if reason not in REASONS:
        raise CommandError(f"--reason is {reason!r}; it must be one of {', '.join(REASONS)}")
    if not yes and not typer.confirm(f"Erase {person}? What goes does not come back."):
        raise typer.Exit(1)
    with asking(broker, embedded=embedded) as ask:
        who = identified(ask, person)
        told = ask(DecideErasure(person_id=who.person_ids[0], reason=reason))
    _tell(told)


@app.command()
def certificate(
    person: Person,
    to: Annotated[Path | None, typer.Option(help="Write it as JSON into this file.")] = None,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Tell what was erased of a person, and what was kept, until when and why."""
    with asking(broker, embedded=embedded) as ask:
        told = ask(GetErasure(person_id=identified(ask, person).person_ids[0]))
    if to is not None:
        text = json.dumps(told.dump(), ensure_ascii=False, indent=2)
        to.write_text(text + "\n", encoding="utf-8")
        return
    _tell(told)


@app.command()
def erasures(embedded: Here = False, broker: Broker = None) -> None:
    """List all erasures, the latest first."""
    table = Table("decided", "person", "state")
    cursor: str | None = None
    with asking(broker, embedded=embedded) as ask:
        while True:
            page = ask(ListErasures(cursor=cursor, limit=500))
            for one in page.items:
                table.add_row(f"{one.decided_at:%Y-%m-%d}", str(one.person_id), one.state)
            cursor = page.next_cursor
            if cursor is None:
                break
    console().print(table)


def _tell(told: ErasureCertificate) -> None:
    screen = console()
    heading = f"erasure {told.erasure_id} of {told.person_id}: {told.state}"
    screen.print(heading, soft_wrap=True)
    decided = f"decided {told.decided_at:%Y-%m-%d} by {told.decided_by} ({told.reason})"
    screen.print(f"{decided}; terms run from {told.ended_on}", soft_wrap=True)
    if told.awaited:
        screen.print(f"not told yet: {', '.join(told.awaited)}")
    for gone in told.erased:
        screen.print(f"erased: {gone.service}, {gone.kind}: {gone.rows} records")
    for kept in told.kept:
        what = f"kept: {kept.service}, {kept.kind}: {kept.rows} records until {kept.until}"
        screen.print(f"{what}: {kept.why}", soft_wrap=True)
