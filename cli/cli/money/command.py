"""`headship money`: what finance staff look at, and the ledger as a file for their system."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.errors import CommandError
from cli.imports.asking import Ask, asking
from cli.printing import console
from cli.whole_files import write_pages
from headship_contracts.enrolment.fees import ExportLedger
from headship_contracts.enrolment.money import (
    DifferenceRecord,
    IncomeRecord,
    ListDifferences,
    ListStatements,
    StatementIncome,
)
from headship_contracts.shape import Shape

app = typer.Typer(
    help="What DfE pays, what it pays otherwise than expected, and the ledger of fees.",
    no_args_is_help=True,
)

Cohort = Annotated[str, typer.Argument(help="Such as 2026b.")]
Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON object in each line.")]


@app.command()
def ledger(
    to: Annotated[Path | None, typer.Argument(help="Where to; else it is printed.")] = None,
    from_day: Annotated[str | None, typer.Option("--from", help="2026-10-01; else all.")] = None,
    to_day: Annotated[str | None, typer.Option("--to", help="The last day; else all.")] = None,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Write the ledger of fees as CSV: two lines or more for each entry, debits beside credits."""
    request = ExportLedger(from_day=_day(from_day), to_day=_day(to_day), limit=500)
    with asking(broker, embedded=embedded) as ask:
        write_pages(ledger_of(ask, request), to)


@app.command()
def income(
    cohort: Cohort, as_json: AsJson = False, embedded: Here = False, broker: Broker = None
) -> None:
    """Show what each statement of a cohort comes to, as DfE has it and as we expected it."""
    with asking(broker, embedded=embedded) as ask:
        both = list(incomes_of(ask, cohort))
    if not both:
        raise CommandError(f"no statement of cohort {cohort} is known: is it one such as 2026b?")
    if unpriced := sorted(
        {course for pair in both for one in pair for course in one.without_contract}
    ):
        note = f"nothing is counted for what has no contract here: {', '.join(unpriced)}"
        console(stderr=True).print(note, markup=False)
    if as_json:
        _print_lines([record for pair in both for record in pair])
        return
    headings = ("statement", "service fees", "outputs", "clawbacks", "total", "expected", "differs")
    rows = [
        (
            f"{there.year}-{there.month:02}",
            there.service_fees,
            there.outputs,
            there.clawbacks,
            there.total,
            expected.total,
            there.total - expected.total,
        )
        for there, expected in both
    ]
    console().print(_table(headings, rows))


@app.command()
def differences(
    cohort: Cohort, as_json: AsJson = False, embedded: Here = False, broker: Broker = None
) -> None:
    """Show each declaration that DfE treats otherwise than expected. Exits 1 if there is one."""
    with asking(broker, embedded=embedded) as ask:
        found = list(differences_of(ask, cohort))
    if as_json:
        _print_lines(found)
    else:
        names = ("declaration_id", "declaration_type", "state", "code", "difference")
        rows = [tuple(getattr(record, name) for name in names) for record in found]
        console().print(_table(names, rows))
    if found:
        raise typer.Exit(1)


def ledger_of(ask: Ask, request: ExportLedger) -> Iterator[str]:
    """The file, a page at a time."""
    cursor = None
    while True:
        page = ask(replace(request, cursor=cursor))
        yield page.csv
        cursor = page.next_cursor
        if cursor is None:
            return


def incomes_of(ask: Ask, cohort: str) -> Iterator[tuple[IncomeRecord, IncomeRecord]]:
    """Each statement by month: what DfE has put on it, and what we expected on it."""
    page = ask(ListStatements(cohort=cohort, limit=500))
    for statement in page.items:
        there, expected = (
            ask(StatementIncome(statement_id=statement.statement_id, basis=basis))
            for basis in ("dfe", "expected")
        )
        yield there, expected


def differences_of(ask: Ask, cohort: str) -> Iterator[DifferenceRecord]:
    """All of a cohort's."""
    cursor = None
    while True:
        page = ask(ListDifferences(cohort=cohort, limit=500, cursor=cursor))
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise CommandError(f"{written!r} is no date such as 2026-10-01") from error


def _print_lines(records: Sequence[Shape]) -> None:
    for record in records:
        sys.stdout.write(json.dumps(record.dump(), ensure_ascii=False) + "\n")


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*[str(cell) for cell in row])
    return table
