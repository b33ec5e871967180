"""`headship audit`: who saw or changed a person's records, and whether that list is whole."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.errors import CommandError
from cli.imports.asking import Ask, asking
from cli.outbox import instant
from cli.printing import console
from cli.protection.ids import identified
from cli.services import SERVICES, known
from headship_contracts.enrolment.protection import PersonIds
from headship_contracts.messages import REQUESTS
from headship_contracts.protection import AuditCheck, AuditEntry

app = typer.Typer(help="Who saw or changed whose records.", no_args_is_help=True)

Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]


@app.command("list")
def list_entries(
    person: Annotated[str, typer.Argument(help="A participant's or a member of staff's id.")],
    since: Annotated[
        str | None, typer.Option(help="2026-09-01T08:00Z, or how long ago: 90m, 12h, 35d.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each.")] = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """List who read or changed a person's records, in all services, newest first."""
    after = instant(since, datetime.now(UTC)) if since else None
    with asking(broker, embedded=embedded) as ask:
        who = identified(ask, person)
        found = [
            (service, entry) for service in SERVICES for entry in _entries(ask, service, who, after)
        ]
    found.sort(key=lambda one: one[1].at, reverse=True)
    if as_json:
        for service, entry in found:
            sys.stdout.write(json.dumps({"service": service, **entry.dump()}) + "\n")
        return
    table = Table("when", "who", "did", "through", "record")
    for service, entry in found:
        cells = (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.caller, entry.act)
        through = f"{service} {entry.through}"
        table.add_row(*cells, through, f"{entry.kind} {entry.record_id}")
    console().print(table)
    console().print(f"{len(found)} entries")


@app.command()
def verify(
    service: Annotated[
        str | None, typer.Argument(help="Whose trail; all services' if none.")
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(help="NUMBER:SHA256 of a seal, as the service's log told it: it must stand."),
    ] = None,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Hold the audit trail against its seals. Exits 1 where a row was changed, slipped in or
    taken away."""
    if head is not None and service is None:
        raise CommandError("--head is a seal of one service: name that, too")
    flawed = False
    with asking(broker, embedded=embedded) as ask:
        for name in [known(service)] if service else SERVICES:
            flawed = _verify(ask, name, head) or flawed
    if flawed:
        raise typer.Exit(1)


def _verify(ask: Ask, service: str, head: str | None) -> bool:
    """Print what is found of one service; whether anything is wrong."""
    checks = list(_checks(ask, service))
    flaws = [flaw for check in checks for flaw in check.flaws]
    seals, rows = sum(one.seals for one in checks), sum(one.rows for one in checks)
    for flaw in flaws:
        where = f"seal {flaw.number} (rows {flaw.first_id} to {flaw.last_id})"
        console().print(f"{service}: {where}: {flaw.what}", soft_wrap=True)
    missing = head is not None and not _stands(ask, service, head)
    if missing:
        console().print(f"{service}: there is no seal {head}: the trail was made anew, or cut")
    last = f"; the last seal is {checks[-1].last_number}:{checks[-1].head}" if seals else ""
    told = f"{service}: {rows} rows under {seals} seals, {len(flaws)} flaws{last}"
    console().print(told, soft_wrap=True)
    return bool(flaws) or missing


def _stands(ask: Ask, service: str, head: str) -> bool:
    number, _, sha256 = head.partition(":")
    if not re.fullmatch(r"[1-9][0-9]{0,17}:[0-9a-f]{64}", head):
        raise CommandError(f"--head is {head!r}; it must be NUMBER:SHA256 of a seal")
    request: Any = REQUESTS[service, "verify_audit"]
    check = ask(request(after=int(number) - 1, limit=1))
    return bool(check.seals and check.last_number == int(number) and check.head == sha256)


def _checks(ask: Ask, service: str) -> Iterator[AuditCheck]:
    request: Any = REQUESTS[service, "verify_audit"]
    after = 0
    while True:
        check: AuditCheck = ask(request(after=after))
        yield check
        if not check.more:
            return
        after = check.last_number


def _entries(
    ask: Ask, service: str, who: PersonIds, since: datetime | None
) -> Iterator[AuditEntry]:
    request: Any = REQUESTS[service, "list_audit"]
    cursor: str | None = None
    while True:
        page = ask(
            request(
                person_ids=who.person_ids,
                application_ids=who.application_ids,
                since=since,
                cursor=cursor,
                limit=500,
            )
        )
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return
