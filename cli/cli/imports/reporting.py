"""What became of a file whose rows were checked, told on the terminal."""

import json
import sys
from collections.abc import Callable, Sequence

import typer

from cli.printing import console
from headship_contracts.enrolment.imports import ImportRecord
from headship_contracts.files import RowProblem, RowProblemPage
from headship_contracts.notifications.mailings import MailingRecord

SHOWN = 20
"""Problems that are printed."""

COUNTS = ("rows", "good", "bad", "unchanged", "applied")

Seen = ImportRecord | MailingRecord

Problems = Callable[[str | None, int], RowProblemPage]
"""Cursor and limit → a page of the file's problems."""


def report(
    seen: Seen, problems: Problems, *, as_json: bool, more: str, ignored: Sequence[str] = ()
) -> None:
    """Print it; ends the command with 1 where a row is bad.

    `more`: what tells all problems; `ignored`: columns whose lack of effect is to be told.
    """
    found = _all(problems, everything=as_json) if seen.bad else []
    if as_json:
        told = seen.dump() | {"problems": [problem.dump() for problem in found]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        shown = console()
        counts = ", ".join(f"{getattr(seen, name)} {name}" for name in COUNTS)
        shown.print(f"{seen.state}: {counts} ({seen.encoding})", markup=False)
        if ignored:
            shown.print(f"columns without effect: {', '.join(ignored)}", markup=False)
        for problem in found[:SHOWN]:
            value = f" ({problem.value!r})" if problem.value else ""
            line = f"row {problem.row}: {problem.field} {problem.message}{value}"
            shown.print(line, markup=False)
        if len(found) > SHOWN:
            shown.print(f"... and more: {more}", markup=False)
    if seen.bad:
        raise typer.Exit(1)


def _all(problems: Problems, *, everything: bool) -> list[RowProblem]:
    """All of them, or some more than are printed."""
    if not everything:
        return list(problems(None, SHOWN + 1).items)
    found: list[RowProblem] = []
    cursor = None
    while True:
        page = problems(cursor, 500)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found
