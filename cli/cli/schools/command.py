"""`headship schools import`: a file of schools, or one of DfE's lists, told to enrolment."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.calling import Ask, asking_at
from cli.errors import CommandError
from cli.printing import console
from cli.schools.telling import Told, edition_of, tell

app = typer.Typer(help="Schools, trusts and DfE's lists of them.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep `import` a command of its own name while it is the only one."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: GIAS's edubasealldata, or any with a URN.")],
    eligibility_list: Annotated[
        str | None,
        typer.Option("--list", help="One of DfE's lists instead: pp50_schools, rise_schools, ..."),
    ] = None,
    validate: Annotated[bool, typer.Option(help="Only look at the rows; keep nothing.")] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Write the bad rows, and what is wrong, to this CSV.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines: each problem, then the totals.")
    ] = False,
    embedded: Annotated[
        bool, typer.Option(help="Ask the embedded services of this machine, without a broker.")
    ] = False,
    broker: Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to wait for each answer.")] = 60.0,
) -> None:
    """Tell enrolment of schools, by a CSV of any length: rows that are right are kept.

    The same file again changes nothing. Of a list, what the file does not name is dropped at the
    end, unless a row was bad. Exits 1 when a row was bad.
    """
    method = "import_schools" if eligibility_list is None else "import_eligibility_list"
    fields: dict[str, str | bool] = {"apply": not validate}
    if eligibility_list is not None:
        fields |= {"eligibility_list": eligibility_list, "edition": edition_of(file)}
    with asking_at("enrolment", method, seconds, embedded, broker) as ask:
        told = _tell(ask, file, fields, errors, as_json)
    if eligibility_list is not None and not validate and told.bad == 0 and told.rows:
        with asking_at("enrolment", "keep_edition", seconds, embedded, broker) as ask:
            kept = ask({name: fields[name] for name in ("eligibility_list", "edition")}, None)
        told.dropped = int(kept["dropped"])
    _say(told, as_json)
    if told.bad:
        raise typer.Exit(1)


def _tell(
    ask: Ask,
    file: Path,
    fields: dict[str, str | bool],
    errors: Path | None,
    as_json: bool,
) -> Told:
    def on_problem(problem: dict[str, object]) -> None:
        if as_json:
            sys.stdout.write(json.dumps(problem, ensure_ascii=False) + "\n")
        else:
            where = f"row {problem['row']}, {problem['field']}"
            line = f"{where}: {problem['message']}: {problem['value']!r}"
            console(stderr=True).print(line, markup=False)

    try:
        return tell(ask, file, fields, on_problem, errors)
    except OSError as error:
        raise CommandError(f"cannot read or write {error.filename}: {error.strerror}") from error


def _say(told: Told, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"total": told.as_dict()}) + "\n")
        return
    parts = ", ".join(f"{number} {name}" for name, number in told.as_dict().items())
    console().print(parts, markup=False)
