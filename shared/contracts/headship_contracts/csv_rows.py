"""From the text of a CSV file to its rows, and what is wrong with a row whatever it is about.

Rows are counted as a spreadsheet does: the first is row 1.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from headship_contracts.errors import Refused

MOST_ROWS = 10_000
LONGEST_ROW = 30_000
"""Characters of a row, all cells together."""

_EXCELS_OWN = re.compile("sep=.?", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field of a row; `field` is empty where it is the row itself."""

    field: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True)
class Record:
    """A row: its number, its cells as they came, and what is wrong with it so far."""

    row: int
    cells: list[str]
    problems: list[Problem] = field(default_factory=list)


def header_of(text: str, delimiter: str) -> tuple[int, list[str]]:
    """The first row that is not empty, and its number; Excel's own `sep=;` is none."""
    try:
        for row, cells, _ in rows_of(text, delimiter):
            told = delimiter.join(cells).strip()
            if told and not _EXCELS_OWN.fullmatch(told):
                return row, cells
    except Refused:
        return 1, []  # with another delimiter the quotes may be right
    return 1, []


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str], bool]]:
    """Each row's number, its cells, and whether its quotation marks are right: `"A" B` is read as
    `A B`. Raises Refused `row_too_long` or `unbalanced_quotes`, naming the row.
    """
    lines, taken, line = io.StringIO(text, newline=""), [], 0

    def noting() -> Iterator[str]:
        for one in lines:
            taken.append(one)
            yield one

    reader = csv.reader(noting(), delimiter=delimiter, strict=True)
    for row in count(1):
        taken.clear()
        quoted = True
        try:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if "expected after" not in str(error):
                    raise
                quoted, again = False, chain(tuple(taken), noting(), _no_more())
                cells = next(csv.reader(again, delimiter=delimiter))
        except csv.Error as error:
            code = "row_too_long" if "field limit" in str(error) else "unbalanced_quotes"
            where = f"row {row}, which begins on line {line + 1}"
            raise Refused(code, f"{where}: {error}") from error
        if cells is None:
            return
        line += len(taken)
        yield row, cells, quoted


def _no_more() -> Iterator[str]:
    """Behind the last line, for a cell that has not ended there."""
    raise csv.Error("unexpected end of data")
    yield ""


def problems_of(cells: Sequence[str], width: int, *, quoted: bool) -> list[Problem]:
    """What is wrong with a row as such, below a header of so many cells."""
    problems = []
    if not quoted:
        told = "has something between a quotation mark that ends a cell and the next cell"
        problems.append(Problem("", "quotes_not_right", told))
    if any(cells[width:]):
        told = f"has {len(cells)} cells; the header has {width}"
        problems.append(Problem("", "too_many_cells", told))
    length = sum(map(len, cells))
    if length > LONGEST_ROW:
        told = f"has {length} characters; {LONGEST_ROW} are the most"
        problems.append(Problem("", "row_too_long", told))
    return problems
