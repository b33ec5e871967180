"""From the text of a CSV file to its rows: delimiter, header, quotes.

What is wrong with the file as a whole is refused with a code; what is wrong with a row is told with
the row. Rows are counted as a spreadsheet does: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from headship_contracts.errors import Refused
from notifications.domain.mailings.text import Decoded, is_damaged, shown
from notifications.domain.placeholders import key_of

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
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


@dataclass(frozen=True)
class Sheet:
    """A file that can be read, and its header; `header_at` is the header's row."""

    decoded: Decoded
    delimiter: str
    header: list[str]
    header_at: int

    def records(self) -> Iterator[Record]:
        """The rows below the header; empty ones are counted, but left out.

        Raises Refused `unbalanced_quotes`, `row_too_long` or `too_many_rows`, naming the row.
        """
        given = 0
        for row, cells, quoted in _rows(self.decoded.text, self.delimiter):
            if row <= self.header_at or not any(cell.strip() for cell in cells):
                continue
            given += 1
            if given > MOST_ROWS:
                raise Refused("too_many_rows", f"{MOST_ROWS} rows at once are the most")
            yield Record(row, cells, list(self._problems(cells, quoted)))

    def _problems(self, cells: Sequence[str], quoted: bool) -> Iterator[Problem]:
        if not quoted:
            told = "has something between a quotation mark that ends a cell and the next cell"
            yield Problem("", "quotes_not_right", told)
        if any(cells[len(self.header) :]):
            told = f"has {len(cells)} cells; the header has {len(self.header)}"
            yield Problem("", "too_many_cells", told)
        length = sum(map(len, cells))
        if length > LONGEST_ROW:
            told = f"has {length} characters; {LONGEST_ROW} are the most"
            yield Problem("", "row_too_long", told)
        if self.decoded.damaged:
            for name, cell in zip(self.header, cells, strict=False):
                if is_damaged(cell):
                    told = "is not in the encoding of the other rows"
                    yield Problem(name, "mixed_encoding", told, shown(cell))


def read_sheet(decoded: Decoded, known: Mapping[str, str], delimiter: str | None = None) -> Sheet:
    """The sheet in a text. `known`: key → name of the columns that mean something, by which the
    delimiter is found. Raises Refused `no_header` or `wrong_delimiter`.
    """
    headers = {sign: _header(decoded.text, sign) for sign in DELIMITERS}
    hits = {
        sign: sum(key_of(cell) in known for cell in cells) for sign, (_, cells) in headers.items()
    }
    best = max(DELIMITERS, key=lambda sign: hits[sign])
    if not hits[best]:
        names = ", ".join(dict.fromkeys(known.values()))
        raise Refused("no_header", f"the first row names no known column, such as {names}")
    if delimiter is not None and hits.get(delimiter, 0) < hits[best]:
        told = f"the columns are apart by {DELIMITERS[best]}, not by {delimiter!r}"
        raise Refused("wrong_delimiter", told)
    at, header = headers[best]
    return Sheet(decoded, best, [shown(cell).strip() for cell in header], at)


def _header(text: str, delimiter: str) -> tuple[int, list[str]]:
    """The first row that is not empty, and its number."""
    try:
        for row, cells, _quoted in _rows(text, delimiter):
            told = delimiter.join(cells).strip()
            if told and not _EXCELS_OWN.fullmatch(told):
                return row, cells
    except Refused:
        return 1, []  # with another delimiter the quotes may be right
    return 1, []


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str], bool]]:
    """Each row's number, its cells, and whether its quotation marks are right: `"A" B` is read as
    `A B`.
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
