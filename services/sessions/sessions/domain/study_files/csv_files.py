"""A CSV export of a learning platform: one row for each person and unit, totals so far."""

import csv
import re
from collections.abc import Mapping
from io import StringIO

from sessions.domain.csv_start import from_first_row
from sessions.domain.study_files.rows import (
    MOST_MINUTES,
    NO,
    YES,
    StudyFile,
    StudyRow,
    as_day,
    as_id,
    as_minutes,
)

ALIASES: Mapping[str, tuple[str, ...]] = {
    "person": (
        "application id",
        "participant id",
        "id number",
        "idnumber",
        "username",
        "user id",
        "learner id",
        "person",
    ),
    "unit": ("unit code", "unit", "activity", "activity id", "module", "course module", "item"),
    "minutes": (
        "minutes",
        "minutes spent",
        "time spent minutes",
        "time spent",
        "total time",
        "duration",
    ),
    "finished": ("finished", "completed", "completion", "completion status", "complete", "status"),
    "worked_on": (
        "worked on",
        "date",
        "completed on",
        "completion date",
        "completed at",
        "last access",
        "timestamp",
    ),
}
"""Field → names of its column, the best first, in any case and with any signs between words."""

DELIMITERS = ",;\t|"


def read_csv(text: str) -> StudyFile:
    """Every row that can be read, and what is wrong with the others; row 1 is the header."""
    found = StudyFile()
    text = from_first_row(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, [])
        columns = _columns(header, found)
        if found.problems:
            return found
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                found.number += 1
                _read_row(found, number, _fields(cells, columns))
    except csv.Error as error:
        found.problem(reader.line_num, "file", "broken_csv", f"about this line: {error}")
    return found


def _read_row(found: StudyFile, number: int, cells: Mapping[str, str]) -> None:
    before = len(found.problems)
    person, minutes, worked_on = as_id(cells["person"]), None, None
    if person is None:
        told = "is no id of an application or participant"
        found.problem(number, "person", "not_an_id", told, cells["person"])
    if not cells["unit"]:
        found.problem(number, "unit", "missing", "names no unit")
    if told_minutes := cells.get("minutes", ""):
        minutes = as_minutes(told_minutes)
        if minutes is None or not 0 <= minutes <= MOST_MINUTES:
            told = f"must be minutes from 0 to {MOST_MINUTES}, or a time such as 0:45 or PT45M"
            found.problem(number, "minutes", "not_minutes", told, told_minutes)
    told_finished = cells.get("finished", "")
    finished = _plain(told_finished)
    if finished not in YES | NO:
        found.problem(number, "finished", "not_yes_or_no", "must be yes or no", told_finished)
    if told_day := cells.get("worked_on", ""):
        worked_on = as_day(told_day)
        if worked_on is None:
            told = "must be a day such as 2027-01-31 or 31/01/2027"
            found.problem(number, "worked_on", "not_a_day", told, told_day)
    if len(found.problems) == before and person is not None:
        if minutes is None and finished not in YES:
            return  # listed, and not begun
        row = StudyRow(number, person, cells["unit"], minutes, finished in YES, worked_on)
        found.rows.append(row)


def _columns(header: list[str], found: StudyFile) -> dict[str, int]:
    names = [_plain(cell) for cell in header]
    columns = {}
    for field, aliases in ALIASES.items():
        for alias in aliases:
            if names.count(alias) > 1:
                found.problem(1, field, "column_twice", f"{alias!r} heads two columns")
            if alias in names:
                columns[field] = names.index(alias)
                break
    for field in ("person", "unit"):
        if field not in columns:
            told = f"no column names it; such as {', '.join(ALIASES[field][:3])}"
            found.problem(1, field, "column_missing", told)
    if not {"minutes", "finished"} & set(columns):
        told = "no column tells minutes, or whether it is finished"
        found.problem(1, "minutes", "column_missing", told)
    return columns


def _fields(cells: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {
        field: cells[number].strip() if number < len(cells) else ""
        for field, number in columns.items()
    }


def _delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    return max(DELIMITERS, key=lambda one: (header.count(one), one == ","))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()
