"""From the text of a CSV file to its rows: delimiter, header, quotes.

What is wrong with the file as a whole is refused with a code; what is wrong with a row is told with
the row. Rows are counted as a spreadsheet does: the header is row 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headship_contracts.csv_rows import MOST_ROWS, Problem, Record, header_of, problems_of, rows_of
from headship_contracts.csv_text import DELIMITER_NAMES, DELIMITERS, Decoded, is_damaged, shown
from headship_contracts.errors import Refused
from notifications.domain.placeholders import key_of


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
        for row, cells, quoted in rows_of(self.decoded.text, self.delimiter):
            if row <= self.header_at or not any(cell.strip() for cell in cells):
                continue
            given += 1
            if given > MOST_ROWS:
                raise Refused("too_many_rows", f"{MOST_ROWS} rows at once are the most")
            problems = problems_of(cells, len(self.header), quoted=quoted)
            if self.decoded.damaged:
                problems += self._damaged(cells)
            yield Record(row, cells, problems)

    def _damaged(self, cells: Sequence[str]) -> Iterator[Problem]:
        for name, cell in zip(self.header, cells, strict=False):
            if is_damaged(cell):
                told = "is not in the encoding of the other rows"
                yield Problem(name, "mixed_encoding", told, shown(cell))


def read_sheet(decoded: Decoded, known: Mapping[str, str], delimiter: str | None = None) -> Sheet:
    """The sheet in a text. `known`: key → name of the columns that mean something, by which the
    delimiter is found. Raises Refused `no_header` or `wrong_delimiter`.
    """
    headers = {sign: header_of(decoded.text, sign) for sign in DELIMITERS}
    hits = {
        sign: sum(key_of(cell) in known for cell in cells) for sign, (_, cells) in headers.items()
    }
    best = max(DELIMITERS, key=lambda sign: hits[sign])
    if not hits[best]:
        names = ", ".join(dict.fromkeys(known.values()))
        raise Refused("no_header", f"the first row names no known column, such as {names}")
    if delimiter is not None and hits.get(delimiter, 0) < hits[best]:
        told = f"the columns are apart by {DELIMITER_NAMES[best]}, not by {delimiter!r}"
        raise Refused("wrong_delimiter", told)
    at, header = headers[best]
    return Sheet(decoded, best, [shown(cell).strip() for cell in header], at)
