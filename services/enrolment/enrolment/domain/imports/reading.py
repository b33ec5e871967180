"""From bytes to rows: encoding, delimiter, header, quotes.

What is wrong with the file as a whole is refused with a code; what is wrong with a row is told
with the row. Rows are counted as a spreadsheet does: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from enrolment.domain.csv_text import (
    DELIMITER_NAMES,
    DELIMITERS,
    HEAD_BYTES,
    UTF8_MARK,
    WIDE_MARK,
    other_file,
    plain,
    wide_encoding,
)
from headship_contracts.errors import Refused

MOST_ROWS = 10_000
LONGEST_ROW = 30_000
"""Characters of a row, all cells together."""

_DAMAGED = re.compile("[\udc80-\udcff]")
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
class Decoded:
    """A file's text. Where `damaged`, bytes that mean no letter are half surrogate pairs."""

    text: str
    encoding: str  # utf-8 | utf-16 | cp1252 | mixed
    damaged: bool = False


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
        for row, cells, quoted in _rows(self.decoded.text, self.delimiter):
            if row <= self.header_at or not any(cells):
                continue
            given += 1
            if given > MOST_ROWS:
                raise Refused("too_many_rows", f"{MOST_ROWS} rows at once are the most")
            yield Record(row, cells, self._problems(cells, quoted))

    def _problems(self, cells: list[str], quoted: bool) -> list[Problem]:
        problems = []
        if not quoted:
            told = "has something between a quotation mark that ends a cell and the next cell"
            problems.append(Problem("", "quotes_not_right", told))
        if len(cells) > len(self.header) and any(cells[len(self.header) :]):
            told = f"has {len(cells)} cells; the header has {len(self.header)}"
            problems.append(Problem("", "too_many_cells", told))
        length = sum(map(len, cells))
        if length > LONGEST_ROW:
            told = f"has {length} characters; {LONGEST_ROW} are the most"
            problems.append(Problem("", "row_too_long", told))
        if self.decoded.damaged:
            problems += self._damaged(cells)
        return problems

    def _damaged(self, cells: list[str]) -> Iterator[Problem]:
        names = {number: name for name, number in self.places.items()}
        for number, cell in enumerate(cells):
            if _DAMAGED.search(cell):
                name = names.get(number, "")
                others = "cp1252" if self.decoded.encoding == "cp1252" else "UTF-8"
                told = f"is not in the encoding of the other rows, {others}"
                yield Problem(name, "mixed_encoding", told, shown(cell))


def readable(cell: str) -> str:
    """A cell as it can be stored and sent: what means no letter is marked."""
    return _DAMAGED.sub("\N{REPLACEMENT CHARACTER}", cell)


def shown(cell: str) -> str:
    """The beginning of it."""
    return readable(cell)[:200]


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file, in the encoding given or found. Raises Refused for what is no text."""
    if not content.strip():
        raise Refused("empty_file", "the file is empty")
    head = content[:HEAD_BYTES]
    wide = wide_encoding(head) or ("utf-16-le" if encoding == "utf-16" else None)
    if wide is None and (what := other_file(head)) is not None:
        raise Refused("not_text", what)
    if wide is not None:
        return _decode_wide(content, wide)
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero byte: this is no text")
    content = content.removeprefix(UTF8_MARK)
    if encoding != "cp1252":
        try:
            return Decoded(content.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            if encoding == "utf-8" or _has_utf8(content):
                text = content.decode("utf-8", "surrogateescape")
                return Decoded(text, "mixed", damaged=True)
    try:
        return Decoded(content.decode("cp1252"), "cp1252")
    except UnicodeDecodeError:
        return Decoded(content.decode("cp1252", "surrogateescape"), "cp1252", damaged=True)


def read_table(
    decoded: Decoded,
    aliases: Mapping[str, str],
    required: Sequence[Sequence[str]],
    delimiter: str | None = None,
) -> Table:
    """The table in a text. `aliases`: plain header → field. `required`: of each, one must be there.

    Raises Refused: `no_header`, `missing_columns`, `duplicate_columns`, `wrong_delimiter`.
    """
    found = {sign: _header(decoded.text, sign) for sign in DELIMITERS}
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


def _header(text: str, delimiter: str) -> tuple[int, list[str]]:
    """The first row that is not empty, and its number."""
    try:
        for row, cells, _ in _rows(text, delimiter):
            told = delimiter.join(cells).strip()
            if told and not _EXCELS_OWN.fullmatch(told):
                return row, cells
    except Refused:
        return 1, []  # with another delimiter the quotes may be right
    return 1, []


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str], bool]]:
    """Each row's number, its cells, and whether its quotation marks are right: `"A" B` is read as
    `A B`."""
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


def _decode_wide(content: bytes, encoding: str) -> Decoded:
    try:
        text = content.decode(encoding).removeprefix(WIDE_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused("not_text", f"about line {line} the file is no UTF-16") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero character: this is no text")
    return Decoded(text, "utf-16")


def _has_utf8(content: bytes) -> bool:
    """Whether some lines are UTF-8 beyond ASCII: then those that are not were pasted in."""
    for line in content.splitlines():
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return False
