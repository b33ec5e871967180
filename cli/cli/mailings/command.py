"""The commands of `headship mailings`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CommandError
from cli.imports.asking import Ask, asking
from cli.imports.files import opened, pieces_of
from cli.imports.options import MODES, AsJson, Broker, Delimiter, Encoding, Here, Mode, one_of
from cli.imports.reporting import report
from headship_contracts.files import packed
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
    mode: Mode = "all-or-nothing",
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Send a message for each row. Who has got it before gets none. Exits 1 where a row is bad."""
    chosen = one_of(MODES, mode)
    begin = {"template": template, "key": key, "delimiter": delimiter, "encoding": encoding}
    with asking(broker, embedded=embedded) as ask:
        begun = _upload(ask, file, begin | {"due_at": None if due_at is None else _instant(due_at)})
        seen = ask(ValidateMailing(mailing_id=begun.mailing_id))
        if not seen.bad or chosen == "valid_rows":
            seen = ask(ApplyMailing(mailing_id=begun.mailing_id, mode=chosen))
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
        for number, piece in enumerate(pieces_of(stream)):
            ask(PutMailingPiece(mailing_id=begun.mailing_id, number=number, **packed(piece)))
    return begun


def _report(ask: Ask, seen: MailingRecord, *, as_json: bool) -> None:
    def problems(cursor: str | None, limit: int) -> Any:
        wanted = ListMailingProblems(mailing_id=seen.mailing_id, cursor=cursor, limit=limit)
        return ask(wanted)

    report(
        seen, problems, as_json=as_json, more="--json tells them all", ignored=seen.ignored_columns
    )
