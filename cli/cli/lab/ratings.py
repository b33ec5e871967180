"""A table of ratings from a CSV file: a unit in each row, a rater in each column.

Rows are counted as a spreadsheet does: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from assessment.domain.reliability.table import Table, table_of
from cli.errors import CommandError

DELIMITERS = ",;\t|"
MOST_RATERS = 200
MOST_CELLS = 1_000_000
LARGEST = 1e100

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Cell = tuple[int, str, str]
"""Row, column and what stands there."""


def read_ratings(path: Path, *, as_texts: bool = False) -> Table:
    """The table in a file. Raises CommandError naming row and column of what is wrong.

    Values are numbers when all of them are; `as_texts` takes them as names of categories. A
    comma is a decimal point where it does not part the cells.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error}") from error
    header, rows, delimiter = _rows(_decoded(content, path), path)
    raters = _raters(header, rows)
    units = _units(rows, header[0] or "unit")
    texts = [_cells(row, cells, raters) for row, cells in rows]
    if len(texts) * len(raters) > MOST_CELLS:
        raise CommandError(f"{path} holds more than {MOST_CELLS:,} cells")
    given = [
        (row, rater, cell)
        for (row, _), cells in zip(rows, texts, strict=True)
        for rater, cell in zip(raters, cells, strict=True)
        if cell
    ]
    if not given:
        raise CommandError(f"{path} holds no ratings: every cell is blank")
    if as_texts or not any(_number(cell, delimiter) is not None for _, _, cell in given):
        return table_of(units, raters, [[cell or None for cell in cells] for cells in texts])
    _require_numbers(given, delimiter)
    numbers = [[_number(cell, delimiter) if cell else None for cell in cells] for cells in texts]
    return table_of(units, raters, numbers)


def _decoded(content: bytes, path: Path) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise CommandError(f"{path} is a spreadsheet or an archive: save it as CSV")
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise CommandError(f"{path} is no text: it holds zero bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str, path: Path) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    """Header, numbered rows that are not blank, and what parts the cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = max(DELIMITERS, key=bare.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(n, [cell.strip() for cell in row]) for n, row in enumerate(reader, start=1)]
    except csv.Error as error:
        raise CommandError(f"{path}, line {reader.line_num}: {error}") from error
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise CommandError(f"{path} is empty: it needs a header such as unit,rater 1,rater 2")
    return filled[0][1], filled[1:], delimiter


def _raters(header: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Their names, each once: a name that comes again gets a number."""
    named: list[str] = []
    last = max((n for n, name in enumerate(header) if name), default=0)
    for position, name in enumerate(header[1 : last + 1], start=2):
        if not name:
            raise CommandError(f"row 1, column {position}: the rater has no name")
        again = 1 + sum(other == name or other.startswith(f"{name} (") for other in named)
        named.append(name if name not in named else f"{name} ({again})")
    if len(named) < 2:
        raise CommandError(
            f"row 1: a unit and two raters at least are needed, such as unit,rater 1,rater 2; "
            f"there is {'one rater' if named else 'no rater'}"
        )
    if len(named) > MOST_RATERS:
        raise CommandError(f"row 1: {len(named)} raters; {MOST_RATERS} are the most")
    if not rows:
        raise CommandError("there is no row below the header")
    return named


def _units(rows: Sequence[tuple[int, list[str]]], column: str) -> list[str]:
    seen: dict[str, int] = {}
    for row, cells in rows:
        if not cells[0]:
            raise CommandError(f"row {row}, column {column}: the unit has no name")
        if cells[0] in seen:
            raise CommandError(
                f"row {row}, column {column}: {cells[0]!r} stands in row {seen[cells[0]]} already"
            )
        seen[cells[0]] = row
    return list(seen)


def _cells(row: int, cells: Sequence[str], raters: Sequence[str]) -> list[str]:
    expected = len(raters) + 1
    if len(cells) < expected:
        # not taken for blanks: a row that lost a comma in its middle is as short, and all ratings
        # after it would be another rater's
        missing = raters[len(cells) - 1]
        raise CommandError(
            f"row {row}, column {missing}: the row ends before it; it has {len(cells)} cells, "
            f"the header {expected}"
        )
    if any(cells[expected:]):
        extra = next(n for n, cell in enumerate(cells[expected:], start=expected + 1) if cell)
        raise CommandError(
            f"row {row}, column {extra}: {cells[extra - 1]!r} stands beyond the header's "
            f"{expected} columns"
        )
    return list(cells[1:expected])


def _number(cell: str, delimiter: str) -> float | None:
    plain = cell.replace("\N{MINUS SIGN}", "-")
    if delimiter != ",":
        plain = plain.replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _require_numbers(given: Sequence[Cell], delimiter: str) -> None:
    numbers = 0
    first: Cell | None = None
    for row, column, cell in given:
        number = _number(cell, delimiter)
        if number is None:
            first = first or (row, column, cell)
        elif abs(number) > LARGEST:
            raise CommandError(f"row {row}, column {column}: {cell} is too large a number")
        else:
            numbers += 1
    if first is not None:
        row, column, cell = first
        raise CommandError(
            f"row {row}, column {column}: {cell!r} is no number, while {numbers} of "
            f"{len(given)} values are. Leave it blank if it is missing; give --text if all "
            "values are names of categories"
        )
