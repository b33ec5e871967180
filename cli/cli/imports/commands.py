"""The commands of `headship applications`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.imports.asking import Ask, asking
from cli.imports.files import upload
from cli.imports.options import MODES, AsJson, Broker, Delimiter, Encoding, Here, Mode, one_of
from cli.imports.reporting import report
from cli.whole_files import write_pages
from headship_contracts.csv_text import UTF8_MARK
from headship_contracts.enrolment.imports import (
    ApplyImport,
    ExportApplications,
    ImportRecord,
    ListImportProblems,
    ReadImportErrors,
    ValidateImport,
)

app = typer.Typer(
    help="Applications from CSV files, and into them: self-funded people, other systems.",
    no_args_is_help=True,
)

KINDS = {"applications": "applications", "steps": "admission_steps"}

File = Annotated[Path, typer.Argument(help="A CSV file, or - to read it.")]
Kind = Annotated[str, typer.Option(help="What the rows are: applications, or steps of admission.")]
Errors = Annotated[
    Path | None, typer.Option(help="Write the bad rows there, to be corrected and sent again.")
]


@app.command()
def validate(
    file: File,
    kind: Kind = "applications",
    errors: Errors = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Check every row of a file; nothing is imported. Exits 1 where a row is bad."""
    with asking(broker, embedded=embedded) as ask:
        begun = upload(ask, file, kind=one_of(KINDS, kind), delimiter=delimiter, encoding=encoding)
        seen = ask(ValidateImport(import_id=begun.import_id))
        _report(ask, seen, errors, as_json=as_json)


@app.command("import")
def import_file(
    file: File,
    mode: Mode = "all-or-nothing",
    kind: Kind = "applications",
    errors: Errors = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Import a file. Rows that were imported before are unchanged. Exits 1 where a row is bad."""
    chosen = one_of(MODES, mode)
    with asking(broker, embedded=embedded) as ask:
        begun = upload(ask, file, kind=one_of(KINDS, kind), delimiter=delimiter, encoding=encoding)
        seen = ask(ValidateImport(import_id=begun.import_id))
        if not seen.bad or chosen == "valid_rows":
            seen = ask(ApplyImport(import_id=begun.import_id, mode=chosen))
        _report(ask, seen, errors, as_json=as_json)


@app.command()
def export(
    to: Annotated[Path | None, typer.Argument(help="Where to; else it is printed.")] = None,
    cohort: Annotated[str | None, typer.Option(help="Only this cohort, such as 2026b.")] = None,
    course: Annotated[str | None, typer.Option(help="Only this course.")] = None,
    status: Annotated[str | None, typer.Option(help="pending, accepted or rejected.")] = None,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Write applications as CSV. To import that file changes nothing."""
    request = ExportApplications(cohort=cohort, course=course, status=status, limit=500)
    with asking(broker, embedded=embedded) as ask:
        write_pages(_pages(ask, request), to, mark=UTF8_MARK)


def _report(ask: Ask, seen: ImportRecord, errors: Path | None, *, as_json: bool) -> None:
    """What became of a file; ends the command with 1 where a row is bad."""
    if errors is not None and seen.bad:
        bad_rows = ReadImportErrors(import_id=seen.import_id, limit=500)
        write_pages(_pages(ask, bad_rows), errors, mark=UTF8_MARK)

    def problems(cursor: str | None, limit: int) -> Any:
        wanted = ListImportProblems(import_id=seen.import_id, cursor=cursor, limit=limit)
        return ask(wanted)

    report(seen, problems, as_json=as_json, more="--errors FILE writes them all")


def _pages(ask: Ask, request: ExportApplications | ReadImportErrors) -> Iterator[str]:
    cursor = None
    while True:
        fields: dict[str, Any] = {**request.dump(), "cursor": cursor}
        page = ask(type(request).load(fields))
        yield page.csv
        cursor = page.next_cursor
        if cursor is None:
            return
