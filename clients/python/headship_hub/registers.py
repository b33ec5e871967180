"""Registers from a CSV file, with what is wrong in which row."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import HubRegisterEntry

if TYPE_CHECKING:
    from headship_hub.hub import Hub

NEEDED: Final = ("session_id", "application_id", "status")
KNOWN: Final = (*NEEDED, "minutes", "comment")
STATUSES: Final = ("present", "late", "left_early", "apologies", "absent", "excused")

AT_ONCE: Final = 1_000
"""Rows in one call at most; each call is done whole or not at all."""

BYTES_AT_ONCE: Final = 900_000
"""Of a call: the platform takes 1 MiB."""

BIGGEST: Final = 20 * 1_048_576
"""Bytes of a file."""


@dataclass(frozen=True)
class Row:
    """One row that can be read; `number` counts the file's lines, the header being 1."""

    number: int
    entry: HubRegisterEntry


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; `row` 1 is the header."""

    row: int
    field: str
    what: str


def read_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """The rows, and all problems at once. Raises OSError or ValueError for what is no CSV file."""
    if path.stat().st_size > BIGGEST:
        raise ValueError(f"{path} is larger than {BIGGEST // 1_048_576} MiB")
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return _read(csv.DictReader(file, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is no CSV file in UTF-8: {error}") from error


def record_rows(hub: "Hub", rows: Sequence[Row]) -> tuple[int, list[Problem]]:
    """Record them, up to a thousand at a time; how many were, and what was wrong with those after
    them. What was recorded stays; the same file again changes nothing of it."""
    recorded = 0
    for some in _portions(rows):
        try:
            hub.record([row.entry for row in some])
        except Invalid as error:
            return recorded, [_problem(some, field, what) for field, what in _flat(error)]
        except (NotFound, Refused) as error:
            known = _named(some, error) or [Problem(some[0].number, error.code, error.detail)]
            return recorded, known
        recorded += len(some)
    return recorded, []


def _portions(rows: Sequence[Row]) -> Iterator[list[Row]]:
    portion: list[Row] = []
    size = 0
    for row in rows:
        its = len(json.dumps(row.entry.dump())) + 2
        if portion and (len(portion) == AT_ONCE or size + its > BYTES_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += its
    if portion:
        yield portion


def _read(table: "csv.DictReader[str]") -> tuple[list[Row], list[Problem]]:
    names = table.fieldnames or []
    problems = [Problem(1, name, "this column is missing") for name in NEEDED if name not in names]
    problems += [Problem(1, str(name), "is not known") for name in names if name not in KNOWN]
    if problems:
        return [], problems
    rows: list[Row] = []
    seen: dict[tuple[object, object], int] = {}
    for told in table:
        number = table.line_num
        found, entry = _entry(number, told)
        problems += found
        if entry is None:
            continue
        key = (entry.session_id, entry.application_id)
        if key in seen:
            what = f"row {seen[key]} is about the same person and session"
            problems.append(Problem(number, "application_id", what))
        seen.setdefault(key, number)
        rows.append(Row(number, entry))
    return rows, problems


def _entry(number: int, told: dict[str, str]) -> tuple[list[Problem], HubRegisterEntry | None]:
    if None in told or None in told.values():
        return [Problem(number, "row", "it has not as many cells as the header")], None
    fields: dict[str, object] = {name: cell.strip() for name, cell in told.items() if cell.strip()}
    problems = []
    if fields.get("status") not in STATUSES:
        problems.append(Problem(number, "status", f"must be one of {', '.join(STATUSES)}"))
    minutes = fields.get("minutes")
    if isinstance(minutes, str):
        if minutes.isascii() and minutes.isdigit() and len(minutes) < 6:
            fields["minutes"] = int(minutes)
        else:
            problems.append(Problem(number, "minutes", "must be a whole number"))
    if problems:
        return problems, None
    try:
        return [], HubRegisterEntry.load(fields)
    except Invalid as error:
        return [Problem(number, field, what) for field, what in _flat(error)], None


def _flat(error: Invalid) -> list[tuple[str, str]]:
    if not error.fields:
        return [(error.code, error.detail)]
    return [(field, "; ".join(problems)) for field, problems in error.fields.items()]


def _problem(rows: Sequence[Row], field: str, what: str) -> Problem:
    """`entries.7.status` is the eighth row's."""
    parts = field.split(".")
    if len(parts) > 2 and parts[0] == "entries" and parts[1].isdigit():
        return Problem(rows[int(parts[1])].number, parts[2], what)
    return Problem(rows[0].number, field, what)


def _named(rows: Sequence[Row], error: NotFound | Refused) -> list[Problem]:
    """The rows whose ids the platform's answer names."""
    return [
        Problem(row.number, error.code, error.detail)
        for row in rows
        if str(row.entry.session_id) in error.detail
        or str(row.entry.application_id) in error.detail
    ]
