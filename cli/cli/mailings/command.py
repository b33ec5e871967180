"""The commands of `headship mailings`."""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.imports.asking import Ask, asking
from cli.imports.files import opened
from cli.printing import console
from headship_contracts.enrolment.imports import PIECE_BYTES, RowProblem
from headship_contracts.notifications.mailings import (
    ApplyMailing,
    BeginMailing,
    ListMailingProblems,
    MailingRecord,
    PutMailingPiece,
    ValidateMailing,
)
from kit.clock import LONDON

app = typer.Typer(
    help="One message to many: a template, and a CSV with a row for each recipient.",
    no_args_is_help=True,
)

SHOWN = 20
"""Problems that are printed; all are in --json."""

MODES = {"all-or-nothing": "all_or_nothing", "valid-rows": "valid_rows"}

File = Annotated[
    Path,
    typer.Argument(
        help="CSV, or - to read it: email address, person id or application id, and a column for"
        " each placeholder of the template."
    ),
]
TemplateName = Annotated[str, typer.Option("--template", help="Such as announcement.")]
Key = Annotated[
    str,
    typer.Option(help="The mailing's name for good: nobody gets its message under it twice."),
]
DueAt = Annotated[
    str | None, typer.Option("--at", help="When it is due, in London: 2026-11-30T09:00.")
]
Delimiter = Annotated[str | None, typer.Option(help="Where it is not to be found out.")]
Encoding = Annotated[str | None, typer.Option(help="utf-8, utf-16 or cp1252; else found out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]


@app.command()
def validate(
    file: File,
    template: TemplateName,
    key: Key,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Check every row of a file; nothing is sent. Exits 1 where a row is bad."""
    begin = {"template": template, "key": key, "delimiter": delimiter, "encoding": encoding}
    with asking(broker, embedded=embedded) as ask:
        begun = _upload(ask, file, begin)
        _report(ask, ask(ValidateMailing(mailing_id=begun.mailing_id)), as_json=as_json)


@app.command()
def send(
    file: File,
    template: TemplateName,
    key: Key,
    due_at: DueAt = None,
    mode: Annotated[str, typer.Option(help="all-or-nothing, or valid-rows.")] = "all-or-nothing",
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Send a message for each row. Who has got it before gets none. Exits 1 where a row is bad."""
    if mode not in MODES:
        raise CommandError(f"{mode!r} is not one of {', '.join(MODES)}")
    begin = {"template": template, "key": key, "delimiter": delimiter, "encoding": encoding}
    with asking(broker, embedded=embedded) as ask:
        begun = _upload(ask, file, begin | {"due_at": None if due_at is None else _instant(due_at)})
        seen = ask(ValidateMailing(mailing_id=begun.mailing_id))
        if not seen.bad or mode == "valid-rows":
            seen = ask(ApplyMailing(mailing_id=begun.mailing_id, mode=MODES[mode]))
        _report(ask, seen, as_json=as_json)


def _instant(told: str) -> str:
    try:
        wall = datetime.fromisoformat(told)
    except ValueError as error:
        raise CommandError(f"{told!r} is no time such as 2026-11-30T09:00") from error
    return (wall if wall.tzinfo else wall.replace(tzinfo=LONDON)).isoformat()


def _upload(ask: Ask, path: Path, begin: dict[str, str | None]) -> MailingRecord:
    """Send a file. One that is too large is refused before it is read."""
    with opened(path) as (stream, size):
        begun: MailingRecord = ask(BeginMailing.load({**begin, "size": size}))
        number = 0
        while piece := stream.read(PIECE_BYTES):
            ask(
                PutMailingPiece(
                    mailing_id=begun.mailing_id,
                    number=number,
                    content=base64.b64encode(piece).decode(),
                    sha256=hashlib.sha256(piece).hexdigest(),
                )
            )
            number += 1
    return begun


def _report(ask: Ask, seen: MailingRecord, *, as_json: bool) -> None:
    """What became of a file; ends the command with 1 where a row is bad."""
    problems = list(_problems(ask, seen, everything=as_json)) if seen.bad else []
    if as_json:
        told = seen.dump() | {"problems": [problem.dump() for problem in problems]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        shown = console()
        counts = ("rows", "good", "bad", "unchanged", "applied")
        told_counts = ", ".join(f"{getattr(seen, name)} {name}" for name in counts)
        shown.print(f"{seen.state}: {told_counts} ({seen.encoding})", markup=False)
        if seen.ignored_columns:
            shown.print(f"columns without effect: {', '.join(seen.ignored_columns)}", markup=False)
        for problem in problems[:SHOWN]:
            value = f" ({problem.value!r})" if problem.value else ""
            line = f"row {problem.row}: {problem.field} {problem.message}{value}"
            shown.print(line, markup=False)
        if len(problems) > SHOWN:
            shown.print("... and more: --json tells them all", markup=False)
    if seen.bad:
        raise typer.Exit(1)


def _problems(ask: Ask, seen: MailingRecord, *, everything: bool) -> Iterator[RowProblem]:
    cursor = None
    while True:
        limit = 500 if everything else SHOWN + 1
        found = ask(ListMailingProblems(mailing_id=seen.mailing_id, cursor=cursor, limit=limit))
        yield from found.items
        cursor = found.next_cursor
        if cursor is None or not everything:
            return
