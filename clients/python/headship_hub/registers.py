"""Registers from a CSV file, with what is wrong in which row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headship_contracts.csv_rows import header_of, problems_of, rows_of
from headship_contracts.csv_text import DELIMITERS, FORMULA_MARKS, decode, is_damaged, plain
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import HubRegisterEntry

if TYPE_CHECKING:
    from headship_hub.hub import Hub

NEEDED: Final = ("session_id", "application_id", "status")
KNOWN: Final = (*NEEDED, "minutes", "comment")
BESIDE: Final = ("participant_id", "full_name", "counts")
"""Columns of `headship-hub register` that say nothing to record."""

STATUSES: Final = ("present", "late", "left_early", "apologies", "absent", "excused")
CAUGHT_UP: Final = ("catch_up_pending", "catch_up_approved")
"""What a register shows of who missed the session, and cannot be recorded."""

AT_ONCE: Final = 1_000
"""Rows in one call at most; each call is done whole or not at all."""

BYTES_AT_ONCE: Final = 900_000
"""Of a call: the platform takes 1 MiB."""

BIGGEST: Final = 20 * 1_048_576
"""Bytes of a file."""


@dataclass(frozen=True)
class Row:
    """One row that can be read; `number` counts the rows as a spreadsheet does, from 1."""

    number: int
    entry: HubRegisterEntry


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; the header is one, too."""

    row: int
    field: str
    what: str


def read_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """The rows that say something, and all problems at once. Where nobody has written anything yet,
    or a register shows a catch-up, nothing is said. Raises OSError, or ValueError or Refused for
    what is no CSV file."""
    if path.stat().st_size > BIGGEST:
        raise ValueError(f"{path} is larger than {BIGGEST // 1_048_576} MiB")
    return _read(decode(path.read_bytes()).text)


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


def _read(text: str) -> tuple[list[Row], list[Problem]]:
    headers = {sign: header_of(text, sign) for sign in DELIMITERS}
    sign = max(DELIMITERS, key=lambda one: sum(_name(cell) in KNOWN for cell in headers[one][1]))
    at, header = headers[sign]
    names = [_name(cell) for cell in header]
    if problems := list(_wrong_columns(at, names)):
        return [], problems
    rows: list[Row] = []
    seen: dict[tuple[object, object], int] = {}
    for number, cells, quoted in rows_of(text, sign):
        if number <= at or not any(cell.strip() for cell in cells):
            continue
        wrong = [one.message for one in problems_of(cells, len(names), quoted=quoted)]
        if any(cell.strip() for name, cell in zip(names, cells, strict=False) if not name):
            wrong.append("has something in a column without a name")
        if wrong:
            problems += [Problem(number, "row", what) for what in wrong]
            continue
        found, entry = _entry(number, dict(zip(names, cells, strict=False)))
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


def _name(cell: str) -> str:
    """`Session ID` is the column session_id."""
    return plain(cell).replace(" ", "_")


def _wrong_columns(row: int, names: Sequence[str]) -> Iterator[Problem]:
    for name in NEEDED:
        if name not in names:
            yield Problem(row, name, "this column is missing")
    for name in dict.fromkeys(filter(None, names)):
        if name not in KNOWN + BESIDE:
            yield Problem(row, name, "is not known")
        elif names.count(name) > 1:
            yield Problem(row, name, "there are several columns of this name")


def _entry(number: int, told: dict[str, str]) -> tuple[list[Problem], HubRegisterEntry | None]:
    fields: dict[str, object] = {name: _said(told[name]) for name in KNOWN if _said(told.get(name))}
    problems = [
        Problem(number, name, "holds what is no letter: save the file as CSV in UTF-8")
        for name, cell in fields.items()
        if is_damaged(str(cell))
    ]
    status = fields["status"] = _name(str(fields.get("status", "")))
    says_nothing = not (status or "minutes" in fields or "comment" in fields)
    if says_nothing or status in CAUGHT_UP:
        return [], None
    if status not in STATUSES:
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


def _said(cell: str | None) -> str:
    """What a cell says, without the apostrophe before what is no formula."""
    told = (cell or "").strip()
    return told[1:] if told.startswith("'") and told[1:].startswith(FORMULA_MARKS) else told


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
