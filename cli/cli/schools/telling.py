"""A file in pieces: read as a stream, told piece by piece, its bad rows written down."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from cli.calling import Ask
from cli.errors import CommandError
from enrolment.domain.csv_files import CsvFile, NotCsv, pieces
from headship_contracts.csv_text import FORMULA_MARKS
from headship_contracts.enrolment.schools import MOST_CHARACTERS, MOST_ROWS

OnProblem = Callable[[dict[str, Any]], None]


@dataclass
class Told:
    """What became of a file's rows."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    dropped: int | None = None

    def add(self, report: Mapping[str, Any]) -> None:
        """A piece's report."""
        for name in ("rows", "added", "changed", "unchanged", "bad"):
            setattr(self, name, getattr(self, name) + int(report[name]))

    def as_dict(self) -> dict[str, int]:
        """The numbers that there are."""
        return {name: number for name, number in vars(self).items() if number is not None}


def tell(
    ask: Ask, path: Path, fields: Mapping[str, Any], on_problem: OnProblem, errors: Path | None
) -> Told:
    """Tell a file, and each problem as it comes. With `errors` the bad rows go there, as they were
    but for what a spreadsheet would take for a formula, with a column that says what is wrong.

    Raises CommandError where the file is no CSV, or ServiceError.
    """
    told = Told()
    with ExitStack() as opened:
        stream = opened.enter_context(path.open("rb"))
        try:
            file = CsvFile(stream)
            bad = None
            if errors is not None:
                written = opened.enter_context(errors.open("w", encoding="utf-8-sig", newline=""))
                bad = csv.writer(written)
                bad.writerow([*file.header, "what is wrong"])
            for first, text in _pieces_or_one(file):
                piece = {"header": file.header_text, "content": text, "first_row": first}
                report = ask({**fields, **piece}, None)
                told.add(report)
                for problem in report["problems"]:
                    on_problem(problem)
                if bad is not None and report["problems"]:
                    _write_bad(bad, file, first, text, report["problems"])
        except NotCsv as error:
            raise CommandError(f"{path} is no CSV that can be read: {error}") from error
    return told


def _pieces_or_one(file: CsvFile) -> Iterator[tuple[int, str]]:
    """A file without rows is told as well: its header may be wrong."""
    told = False
    for piece in pieces(file, rows=MOST_ROWS, characters=MOST_CHARACTERS):
        told = True
        yield piece
    if not told:
        yield 2, ""


def edition_of(path: Path) -> str:
    """A file's edition: the same for the same content."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    return digest.hexdigest()[:32]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell


def _write_bad(
    writer: Any, file: CsvFile, first: int, text: str, problems: list[dict[str, Any]]
) -> None:
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem["row"], []).append(f"{problem['field']} {problem['message']}")
    records = csv.reader(StringIO(text, newline=""), delimiter=file.delimiter)
    for row, cells in enumerate(records, start=first):
        if row in wrong:
            writer.writerow([harmless(cell) for cell in [*cells, "; ".join(wrong[row])]])
