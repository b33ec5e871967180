"""A row of study as it was read, and how its cells are read."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sessions.domain.london import today

MOST_MINUTES = 1_440

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_DURATION = re.compile(
    r"P(?:0+Y)?(?:0+M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_IN_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}

YES = frozenset({"yes", "y", "true", "1", "completed", "complete", "passed", "finished", "done"})
_NOT_BEGUN = ("", "not started", "not yet started", "not attempted", "unknown")
_NOT_DONE = ("no", "n", "false", "0", "incomplete", "not completed", "in progress", "failed")
NO = frozenset({*_NOT_BEGUN, *_NOT_DONE, "browsed"})
"""In small letters, with a space for any sign."""


@dataclass(frozen=True)
class StudyRow:
    """How far somebody is with a unit, by one row; `statement_id` and `seconds` are xAPI's.

    `minutes` are all told so far; `seconds` are of this statement alone.
    """

    number: int
    person: UUID
    unit: str
    minutes: int | None = None
    finished: bool = False
    worked_on: date | None = None
    statement_id: UUID | None = None
    seconds: int = 0


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row: in which field, as a stable code and in words."""

    row: int
    field: str
    code: str
    message: str
    value: str = ""


@dataclass
class StudyFile:
    """All that a file says, and all that is wrong with it."""

    number: int = 0
    rows: list[StudyRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)  # statements that are taken back

    def problem(self, row: int, where: str, code: str, message: str, value: object = "") -> None:
        self.problems.append(RowProblem(row, where, code, message, _printable(str(value))[:200]))


def _printable(text: str) -> str:
    """Zero bytes and half surrogate pairs spelt out, which no report may hold."""
    return text.encode(errors="backslashreplace").decode().replace("\x00", r"\x00")


def as_id(text: str) -> UUID | None:
    """The id in a text, if it is one; also within an address, as some platforms name people."""
    try:
        return UUID(text.strip().rpartition("/")[2])
    except ValueError:
        return None


def as_seconds(text: str) -> int | None:
    """The whole seconds of an ISO 8601 duration (PT1H30M), or None. Parts are rounded down."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    total = Decimal(0)
    try:
        for name, seconds in _IN_SECONDS.items():
            if value := found[name]:
                total += Decimal(value.replace(",", ".")) * seconds
    except ArithmeticError:
        return None
    return int(total)


def as_minutes(text: str) -> int | None:
    """Whole minutes of `45`, `45.5`, `45 min`, `0:45`, `00:45:30` or `PT45M`; or None."""
    told = re.sub(r"\s*(minutes?|mins?)$", "", text.strip(), flags=re.IGNORECASE)
    if clock := _CLOCK.fullmatch(told):
        return int(clock[1]) * 60 + int(clock[2])
    if (seconds := as_seconds(told)) is not None:
        return seconds // 60
    try:
        minutes = Decimal(told)
    except InvalidOperation:
        return None
    return int(minutes) if minutes.is_finite() and -(10**9) < minutes < 10**9 else None


def as_day(text: str) -> date | None:
    """The day in London of `2027-01-31`, `31/01/2027`, or either with a time; or None."""
    told = text.strip()
    try:
        at = datetime.fromisoformat(told)
        return today(at) if at.tzinfo else at.date()
    except (ValueError, OverflowError):  # year 1 begins later in London
        pass
    parts = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]|$)", told)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else None
    except ValueError:
        return None
