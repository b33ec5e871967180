"""`headship terms import`: a file of term dates, told to sessions."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import addresses
from cli.calling import asking_at
from cli.errors import CommandError
from cli.printing import console

app = typer.Typer(help="When schools are open.", no_args_is_help=True)

MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@app.callback()
def group() -> None:
    """Keep `import` a command of its own name while it is the only one."""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="CSV: local_authority or school_urn, kind, name, first_day, last_day."),
    ],
    validate: Annotated[bool, typer.Option(help="Only look at the rows; keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    embedded: Annotated[
        bool, typer.Option(help="Ask the embedded services of this machine, without a broker.")
    ] = False,
    broker: Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to wait for the answer.")] = 120.0,
) -> None:
    """Tell when authorities' and schools' terms, holidays and INSET days are.

    Of an authority or school with a bad row nothing is kept; the others are. The same file again
    changes nothing. Exits 1 when a row was bad.
    """
    uri = None if embedded else addresses.amqp_uri(broker)
    fields = {"content": _text(file), "apply": not validate}
    with asking_at("sessions", "import_terms", seconds, embedded, uri) as ask:
        report = ask(fields, None)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        for problem in report["problems"]:
            where = f"row {problem['row']}, {problem['field']}"
            told = f"{where}: {problem['message']}: {problem['value']!r}"
            console(stderr=True).print(told, markup=False, soft_wrap=True)
        names = ("rows", "bad", "owners", "added", "unchanged", "dropped")
        console().print(", ".join(f"{report[name]} {name}" for name in names), markup=False)
    if report["bad"]:
        raise typer.Exit(1)


def _text(file: Path) -> str:
    """UTF-8 or UTF-16 where it says so, else Windows-1252, which old spreadsheets write."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    encoding = MARKS.get(raw[:2], "utf-8-sig")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
