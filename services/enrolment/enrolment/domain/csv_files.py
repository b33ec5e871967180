"""CSV as people have it: any usual delimiter and encoding, read as a stream, row by row.

Each line is decoded by itself: as UTF-8 where it is that, else as Windows-1252, which is what GIAS
and old spreadsheets write. So a file that mixes both is read rightly, and none is held in memory.
UTF-16, which Excel calls Unicode text, is known by its mark or by its zero bytes.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader, StringIO, TextIOWrapper
from typing import IO, Any, BinaryIO, cast

from headship_contracts.csv_text import (
    DELIMITERS,
    HEAD_BYTES,
    UTF8_MARK,
    WIDE_MARK,
    other_file,
    plain,
    wide_encoding,
)

LONGEST_LINE = 1_000_000
"""Bytes. A file without line ends would otherwise be read whole."""

UNREADABLE = "�"


class NotCsv(ValueError):
    """The file cannot be read as CSV at all. `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Record:
    """One record: its number, where the header is 1; its cells; its text as it was."""

    row: int
    cells: Sequence[str]
    text: str


class CsvFile:
    """A file's header and delimiter; iterated once, its records. Empty ones are left out.

    Raises NotCsv: not_text, line_too_long, no_header, broken_quotes.
    """

    def __init__(self, stream: BinaryIO | StringIO) -> None:
        self._lines = _Lines(stream)
        try:
            first = next(self._lines)
        except StopIteration:
            raise NotCsv("no_header", "the file is empty") from None
        self.delimiter = delimiter_of(first)
        self._lines.give_again(first)
        self._reader = csv.reader(self._lines, delimiter=self.delimiter)
        self.header = self._next_cells() or []
        self.header_text = self._lines.taken()
        if not any(cell.strip() for cell in self.header):
            raise NotCsv("no_header", "the first line names no columns")

    def __iter__(self) -> Iterator[Record]:
        row = 1
        while (cells := self._next_cells()) is not None:
            row += 1
            text = self._lines.taken()
            if any(cell.strip() for cell in cells):
                yield Record(row, cells, text)

    def _next_cells(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            where = f"about line {self._reader.line_num}"
            raise NotCsv("broken_quotes", f"{where}: {error}") from error


class _Lines:
    """Decoded lines, which remember what was taken since they were asked last."""

    def __init__(self, stream: BinaryIO | StringIO) -> None:
        self._stream = stream if isinstance(stream, StringIO) else _text_or_bytes(stream)
        self._again: list[str] = []
        self._taken: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        if not line:
            raise StopIteration
        self._taken.append(line)
        return line

    def give_again(self, line: str) -> None:
        self._again.append(line)
        self._taken.clear()

    def taken(self) -> str:
        text = "".join(self._taken)
        self._taken.clear()
        return text

    def _read(self) -> str:
        self._number += 1
        try:
            raw = self._stream.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError as error:
            where = f"about line {self._number}"
            raise NotCsv("not_text", f"{where} the file is no UTF-16") from error
        if len(raw) > LONGEST_LINE:
            raise NotCsv("line_too_long", f"line {self._number} is over {LONGEST_LINE} bytes long")
        if isinstance(raw, bytes):
            raw = raw.removeprefix(UTF8_MARK) if self._number == 1 else raw
            if b"\x00" in raw:
                raise NotCsv("not_text", f"line {self._number} holds a zero byte: this is no text")
            return decoded(raw)
        return raw.removeprefix(WIDE_MARK) if self._number == 1 else raw


def _text_or_bytes(stream: BinaryIO) -> IO[str] | IO[bytes]:
    """UTF-16 as text, all else as bytes; a file that is none of it is refused."""
    buffered: Any = (
        stream if isinstance(stream, BufferedReader) else BufferedReader(cast(Any, stream))
    )
    head = buffered.peek(HEAD_BYTES)[:HEAD_BYTES]
    wide = wide_encoding(head)
    if wide is not None:
        return TextIOWrapper(buffered, encoding=wide, newline="")
    what = other_file(head)
    if what is not None:
        raise NotCsv("not_text", what)
    return cast(BinaryIO, buffered)


def decoded(line: bytes) -> str:
    """UTF-8 or else Windows-1252; what is neither is marked as unreadable."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def delimiter_of(line: str) -> str:
    """The one that stands most often in the header, outside of quotes; a comma if none does."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=lambda delimiter: (bare.count(delimiter), delimiter == ","))


def columns(header: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Field → its column. Names match in any case, and with any signs between their letters.

    `aliases`: field → names, the best first. Raises NotCsv: column_twice.
    """
    places: dict[str, list[int]] = {}
    for number, cell in enumerate(header):
        places.setdefault(plain(cell), []).append(number)
    found = {}
    for field, names in aliases.items():
        for name in (*names, field):
            there = places.get(plain(name), [])
            if len(there) > 1:
                raise NotCsv("column_twice", f"{header[there[0]]!r} heads two columns")
            if there:
                found[field] = there[0]
                break
    return found


def fields(record: Record, places: Mapping[str, int]) -> dict[str, str]:
    """The record's cells by field, trimmed; a cell that is not there is empty."""
    cells = record.cells
    return {
        field: cells[number].strip() if number < len(cells) else ""
        for field, number in places.items()
    }


def pieces(file: CsvFile, *, rows: int, characters: int) -> Iterator[tuple[int, str]]:
    """Whole records as text, a few at a time, each with the number of its first record.

    Within a piece the numbers go on without a gap: where an empty record was left out, a new
    piece begins. Raises NotCsv: row_too_long.
    """
    first, next_row, text = 0, 0, ""
    held = 0
    for record in file:
        if len(record.text) > characters:
            raise NotCsv("row_too_long", f"row {record.row} is over {characters} characters long")
        full = held >= rows or len(text) + len(record.text) > characters
        if held and (full or record.row != next_row):
            yield first, text
            held, text = 0, ""
        if not held:
            first = record.row
        held, next_row = held + 1, record.row + 1
        text += record.text if record.text.endswith("\n") else record.text + "\n"
    if held:
        yield first, text


def read_piece(header: str, content: str, first_row: int) -> tuple[CsvFile, Iterable[Record]]:
    """The records of a piece, numbered as in their file. Raises NotCsv."""
    ended = header if header.endswith("\n") else header + "\n"
    file = CsvFile(StringIO(ended + content, newline=""))
    return file, (Record(r.row + first_row - 2, r.cells, r.text) for r in file)
