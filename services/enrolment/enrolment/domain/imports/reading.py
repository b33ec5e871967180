"""From a CSV's text to a table: delimiter, header, columns.

What is wrong with the file as a whole is refused with a code; what is wrong with a row is told
with the row. Rows are counted as a spreadsheet does: the header is row 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headship_contracts.csv_rows import MOST_ROWS, Problem, Record, header_of, problems_of, rows_of
from headship_contracts.csv_text import (
    DELIMITER_NAMES,
    DELIMITERS,
    Decoded,
    is_damaged,
    plain,
    shown,
)
from headship_contracts.errors import Refused


@dataclass(frozen=True)
class Table:
    """A file that can be read: its header, where each known field is, and what is ignored."""

    decoded: Decoded
    delimiter: str
    header: list[str]
    header_at: int
    places: Mapping[str, int]
    ignored: list[str]

    def records(self) -> Iterator[Record]:
        """The rows below the header; empty ones are counted, but left out.

        Raises Refused `unbalanced_quotes`, `row_too_long` or `too_many_rows`, naming the row.
        """
        given = 0
        for row, cells, quoted in rows_of(self.decoded.text, self.delimiter):
            if row <= self.header_at or not any(cells):
                continue
            given += 1
            if given > MOST_ROWS:
                raise Refused("too_many_rows", f"{MOST_ROWS} rows at once are the most")
            problems = problems_of(cells, len(self.header), quoted=quoted)
            if self.decoded.damaged:
                problems += self._damaged(cells)
            yield Record(row, cells, problems)

    def _damaged(self, cells: list[str]) -> Iterator[Problem]:
        names = {number: name for name, number in self.places.items()}
        for number, cell in enumerate(cells):
            if is_damaged(cell):
                name = names.get(number, "")
                others = "cp1252" if self.decoded.encoding == "cp1252" else "UTF-8"
                told = f"is not in the encoding of the other rows, {others}"
                yield Problem(name, "mixed_encoding", told, shown(cell))


def read_table(
    decoded: Decoded,
    aliases: Mapping[str, str],
    required: Sequence[Sequence[str]],
    delimiter: str | None = None,
) -> Table:
    """The table in a text. `aliases`: plain header → field. `required`: of each, one must be there.

    Raises Refused: `no_header`, `missing_columns`, `duplicate_columns`, `wrong_delimiter`.
    """
    found = {sign: header_of(decoded.text, sign) for sign in DELIMITERS}
    known = {
        sign: sum(plain(cell) in aliases for cell in cells) for sign, (_, cells) in found.items()
    }
    best = max(DELIMITERS, key=lambda sign: (known[sign], -DELIMITERS.index(sign)))
    if delimiter is not None and known.get(delimiter, 0) < known[best]:
        told = f"the columns are apart by {DELIMITER_NAMES[best]}"
        raise Refused("wrong_delimiter", f"{told}, not by {delimiter!r}")
    if not known[best]:
        names = ", ".join(sorted({one for group in required for one in group}))
        raise Refused("no_header", f"the first row names no known column, such as {names}")
    at, header = found[best]
    places: dict[str, list[int]] = {}
    for number, cell in enumerate(header):
        name = aliases.get(plain(cell))
        if name is not None:
            places.setdefault(name, []).append(number)
    twice = {name: [header[n] for n in numbers] for name, numbers in places.items() if numbers[1:]}
    if twice:
        told = "; ".join(f"{name}: {', '.join(cells)}" for name, cells in twice.items())
        raise Refused("duplicate_columns", f"columns that mean the same: {told}")
    missing = [group for group in required if not any(name in places for name in group)]
    if missing:
        told = ", ".join(" or ".join(group) for group in missing)
        raise Refused("missing_columns", f"there is no column {told}")
    ignored = [shown(cell) for cell in header if cell.strip() and plain(cell) not in aliases]
    only = {name: numbers[0] for name, numbers in places.items()}
    return Table(decoded, best, [shown(cell) for cell in header], at, only, ignored)
