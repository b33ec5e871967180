"""Schedules as CSV: a row for each milestone, checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO

from enrolment.domain.csv_files import CsvFile, NotCsv, columns, fields
from enrolment.domain.declarations import Milestone
from enrolment.domain.schedules import check_schedule
from headship_contracts.errors import Invalid

COLUMNS: dict[str, tuple[str, ...]] = {
    "cohort": (),
    "schedule": ("schedule_identifier",),
    "starts_on": ("applies_from",),
    "declaration_type": ("milestone",),
    "opens_on": (),
    "deadline_on": ("deadline", "milestone_date"),
    "paid_on": ("payment_date",),
}
OPTIONAL = ("opens_on", "paid_on")
MOST_ROWS = 10_000


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row; the header is row 1."""

    row: int
    field: str
    message: str


@dataclass
class ScheduleDates:
    """A schedule's dates, as they stand in the file from a row on."""

    cohort: str
    schedule: str
    starts_on: date
    row: int
    milestones: list[Milestone] = field(default_factory=list)
    paid_on: dict[str, date] = field(default_factory=dict)


def read_schedules(text: str) -> tuple[list[ScheduleDates], list[RowProblem]]:
    """The schedules of a file and all that is wrong with it."""
    try:
        return _read(CsvFile(StringIO(text, newline="")))
    except NotCsv as error:
        return [], [RowProblem(1, "csv", str(error))]


def _read(file: CsvFile) -> tuple[list[ScheduleDates], list[RowProblem]]:
    places = columns(file.header, COLUMNS)
    missing = [name for name in COLUMNS if name not in places and name not in OPTIONAL]
    if missing:
        return [], [RowProblem(1, name, "no column has this name") for name in missing]
    found: dict[tuple[str, str], ScheduleDates] = {}
    problems: list[RowProblem] = []
    for record in file:
        if record.row > MOST_ROWS + 1:
            return [], [RowProblem(record.row, "csv", f"more than {MOST_ROWS} rows")]
        problems += _take(found, record.row, fields(record, places))
    if not problems:
        for dates in found.values():
            problems += _check(dates)
    return list(found.values()), problems


def _take(
    found: dict[tuple[str, str], ScheduleDates], row: int, cells: Mapping[str, str]
) -> list[RowProblem]:
    days, problems = _days(row, cells)
    for name in ("cohort", "schedule", "declaration_type"):
        if not cells[name]:
            problems.append(RowProblem(row, name, "is empty"))
    starts_on, deadline_on = days.get("starts_on"), days.get("deadline_on")
    if problems or starts_on is None or deadline_on is None:
        return problems
    key = (cells["cohort"], cells["schedule"])
    dates = found.setdefault(key, ScheduleDates(*key, starts_on, row))
    if dates.starts_on != starts_on:
        return [RowProblem(row, "starts_on", f"is {dates.starts_on} in row {dates.row}")]
    before = dates.milestones[-1].deadline_on + timedelta(days=1) if dates.milestones else starts_on
    kind = cells["declaration_type"]
    dates.milestones.append(
        Milestone(
            declaration_type=kind,
            opens_on=days.get("opens_on", before),
            deadline_on=deadline_on,
        )
    )
    if "paid_on" in days:
        dates.paid_on[kind] = days["paid_on"]
    return []


def _days(row: int, cells: Mapping[str, str]) -> tuple[dict[str, date], list[RowProblem]]:
    days, problems = {}, []
    for name in ("starts_on", "opens_on", "deadline_on", "paid_on"):
        written = cells.get(name, "")
        if not written and name in OPTIONAL:
            continue
        try:
            days[name] = date.fromisoformat(written)
        except ValueError:
            problems.append(RowProblem(row, name, f"{written!r} is no date such as 2026-10-01"))
    return days, problems


def _check(dates: ScheduleDates) -> list[RowProblem]:
    try:
        check_schedule(dates.schedule, dates.starts_on, dates.milestones)
    except Invalid as error:
        return [
            RowProblem(dates.row, name, told)
            for name, messages in error.fields.items()
            for told in messages
        ]
    return []
