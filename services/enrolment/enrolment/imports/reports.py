"""What is wrong with a file, row by row, and the file of errors to be corrected."""

from dataclasses import replace

from sqlalchemy import select

from enrolment.domain.imports.writing import PROBLEM_COLUMNS, lines
from enrolment.models import Import, ImportBadRow
from headship_contracts.enrolment.imports import (
    CsvPage,
    ListImportProblems,
    ReadImportErrors,
)
from headship_contracts.errors import NotFound
from headship_contracts.files import RowProblem, RowProblemPage
from kit import Transaction
from kit.paging import page

FEW = 10
ENOUGH = 400_000
"""Characters: with a few of the longest rows more, still below the message limit."""


def list_problems(tx: Transaction, request: ListImportProblems) -> RowProblemPage:
    """All problems of some rows."""
    found, cursor = _bad_rows(tx, request)
    items = [
        RowProblem(row=bad.row, field=name, code=code, message=message, value=value)
        for bad in found
        for name, code, message, value in bad.problems
    ]
    return RowProblemPage(items=items, next_cursor=cursor)


def read_errors(tx: Transaction, request: ReadImportErrors) -> CsvPage:
    """Bad rows as they came, with what is wrong beside them."""
    found, cursor = _bad_rows(tx, replace(request, limit=1))
    header = tx.get_one(Import, request.import_id).header or []
    text = "" if request.cursor else lines([[*header, *PROBLEM_COLUMNS]])
    rows = 0
    while found:
        text += lines([_with_problems(bad, len(header)) for bad in found])
        rows += len(found)
        if cursor is None or rows >= request.limit or len(text) > ENOUGH:
            break
        few = min(FEW, request.limit - rows)
        found, cursor = _bad_rows(tx, replace(request, cursor=cursor, limit=few))
    return CsvPage(csv=text, rows=rows, next_cursor=cursor)


def _with_problems(bad: ImportBadRow, columns: int) -> list[object]:
    cells = [*bad.cells, *[""] * (columns - len(bad.cells))]
    names = ", ".join(dict.fromkeys(name for name, *_ in bad.problems if name))
    messages = "; ".join(f"{name} {text}".strip() for name, _, text, _ in bad.problems)
    if len(cells) > columns:  # beside the columns: what is too much is told with the rest
        messages = f"{messages}: {', '.join(cells[columns:])}"
    return [*cells[:columns], bad.row, names, messages]


def _bad_rows(
    tx: Transaction, request: ListImportProblems | ReadImportErrors
) -> tuple[list[ImportBadRow], str | None]:
    if tx.get(Import, request.import_id) is None:
        raise NotFound("import_not_found", str(request.import_id))
    wanted = select(ImportBadRow).where(ImportBadRow.import_id == request.import_id)
    keys = (ImportBadRow.row,)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
