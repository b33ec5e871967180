"""Term dates in CSV: which rows are right, and what is wrong with the others, row by row.

A row is of one local authority or of one school, and tells of a term, a holiday or INSET days.
"""

import csv
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import StringIO

from headship_contracts.errors import Refused
from sessions.domain.csv_start import from_first_row
from sessions.domain.london import YEARS
from sessions.domain.terms import Span, authority_key

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "local_authority": ("local authority", "authority", "la", "la name"),
    "school_urn": ("school urn", "urn", "school"),
    "kind": ("kind", "type"),
    "name": ("name", "description", "term"),
    "first_day": ("first day", "starts on", "start", "start date", "from", "opens"),
    "last_day": ("last day", "ends on", "end", "end date", "until", "to", "closes"),
}
"""Field → what its column may be headed, in small letters and with a space for any sign."""

KINDS = {
    "term": "term",
    "half term": "holiday",
    "holiday": "holiday",
    "break": "holiday",
    "inset": "inset",
    "inset day": "inset",
    "inset days": "inset",
    "training day": "inset",
}
LONGEST = {"term": 130, "holiday": 60, "inset": 5}
"""Days. A longer one is most often a slip in the year."""

LONGEST_NAME = 100
MOST_ROWS = 50_000
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")


@dataclass(frozen=True)
class Owner:
    """Whose dates they are: an authority, by its key, or a school, by its URN."""

    kind: str  # authority | school
    key: str


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a field of a row; rows are counted as a spreadsheet does."""

    row: int
    field: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True)
class TermRow:
    """A row that is right by itself."""

    row: int
    owner: Owner
    name: str  # of the owner, as written
    span: Span


@dataclass(frozen=True)
class TermFile:
    """What a file holds: of how many rows, those that are right, and every problem.

    `owners_of_bad`: whose the bad rows are, as far as they tell.
    """

    rows: int
    right: list[TermRow]
    problems: list[RowProblem]
    owners_of_bad: list[Owner]


def read_terms(text: str) -> TermFile:
    """Each row is looked at by itself; `overlaps` looks at them together.

    Raises Refused for what is no such table at all: no_header, missing_columns,
    duplicate_columns, broken_quotes, too_many_rows.
    """
    lines = from_first_row(text).splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t|", key=lambda sign: (first.count(sign), sign == ","))
    records = csv.reader(StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True)
    places: dict[str, int] | None = None
    found = TermFile(0, [], [], [])
    rows = 0
    try:
        for number, cells in enumerate(records, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _places(cells)
                continue
            rows += 1
            if rows > MOST_ROWS:
                raise Refused("too_many_rows", f"{MOST_ROWS} rows at once are the most")
            fields = {
                field: cells[at].strip() if at < len(cells) else "" for field, at in places.items()
            }
            row = _row(number, fields, found)
            if row is not None:
                found.right.append(row)
    except csv.Error as error:
        raise Refused("broken_quotes", f"about line {records.line_num}: {error}") from error
    if places is None:
        raise Refused("no_header", "the file is empty: its first row must name the columns")
    return replace(found, rows=rows)


def overlaps(rows: Iterable[TermRow], stored: Iterable[TermRow] = ()) -> list[RowProblem]:
    """Each row that overlaps an earlier one of its owner and kind, with both rows' dates.

    `stored` are dates that are known already and stay: they count as earlier than all rows.
    """
    known = list(stored)
    stays = {id(row) for row in known}
    kept: dict[tuple[Owner, str], list[TermRow]] = defaultdict(list)
    problems = []
    for row in [*known, *sorted(rows, key=lambda row: row.row)]:
        theirs = kept[row.owner, row.span.kind]
        at = bisect_right(theirs, row.span.first, key=lambda other: other.span.first)
        beside = theirs[max(0, at - 1) : at + 1]
        clash = [
            other
            for other in beside
            if other.span.first <= row.span.last and row.span.first <= other.span.last
        ]
        if clash and id(row) not in stays:
            earlier = clash[0]
            problems.append(_overlap(row, earlier, known=id(earlier) in stays))
        else:
            theirs.insert(at, row)
    return problems


def _overlap(later: TermRow, earlier: TermRow, *, known: bool) -> RowProblem:
    other = "what is known already" if known else f"row {earlier.row}"
    dates = f"{earlier.span.first} to {earlier.span.last}"
    told = f"this {later.span.kind} of {later.name} overlaps {other} ({_named(earlier)}{dates})"
    value = f"{later.span.first} to {later.span.last}"
    return RowProblem(later.row, "first_day", "overlap", told, value)


def _named(row: TermRow) -> str:
    return f"{row.span.name}, " if row.span.name else ""


def _places(header: list[str]) -> dict[str, int]:
    plain = [re.sub(r"[\W_]+", " ", cell.casefold()).strip() for cell in header]
    places: dict[str, int] = {}
    for field, names in COLUMNS.items():
        there = [number for number, cell in enumerate(plain) if cell in names]
        if len(there) > 1:
            named = ", ".join(header[number] for number in there)
            raise Refused("duplicate_columns", f"columns that mean the same: {named}")
        if there:
            places[field] = there[0]
    needed = {"kind", "first_day", "last_day"} - set(places)
    if not {"local_authority", "school_urn"} & set(places):
        needed.add("local_authority or school_urn")
    if needed:
        raise Refused("missing_columns", f"there is no column {', '.join(sorted(needed))}")
    return places


def _row(number: int, fields: Mapping[str, str], file: TermFile) -> TermRow | None:
    problems, before = file.problems, len(file.problems)

    def problem(field: str, code: str, message: str) -> None:
        problems.append(RowProblem(number, field, code, message, fields.get(field, "")[:100]))

    owner = _owner(fields, problem)
    kind = KINDS.get(re.sub(r"[\W_]+", " ", fields["kind"].casefold()).strip())
    if kind is None:
        problem("kind", "unknown_kind", "must be term, holiday or inset")
    first = _day(fields["first_day"])
    if first is None:
        problem("first_day", "not_a_date", "must be a day such as 2026-09-01 or 01/09/2026")
    only_one = kind == "inset" and not fields["last_day"]
    last = first if only_one else _day(fields["last_day"])
    if last is None and not only_one:
        problem("last_day", "not_a_date", "must be a day such as 2026-12-18 or 18/12/2026")
    if first and last and kind:
        length = (last - first).days + 1
        if length < 1:
            problem("last_day", "ends_before_it_starts", f"is before the first day, {first}")
        elif length > LONGEST[kind]:
            told = f"makes it {length} days long; {LONGEST[kind]} are the most for a {kind}"
            problem("last_day", "too_long", told)
        elif kind == "inset" and first.weekday() > 4:
            problem("first_day", "weekend", f"is a {first:%A}")
    if owner is None or not (first and last and kind) or len(problems) > before:
        file.owners_of_bad.extend([owner] if owner else [])
        return None
    name = fields.get("school_urn") or fields["local_authority"]
    return TermRow(
        number, owner, name, Span(first, last, kind, fields.get("name", "")[:LONGEST_NAME])
    )


def _owner(fields: Mapping[str, str], problem: Callable[[str, str, str], None]) -> Owner | None:
    authority, urn = fields.get("local_authority", ""), fields.get("school_urn", "")
    if bool(authority) == bool(urn):
        told = "give one of local_authority and school_urn" + (", not both" if urn else "")
        problem("school_urn" if urn else "local_authority", "whose", told)
        return None
    if urn:
        if re.fullmatch(r"\d{6}", urn) is None:
            problem("school_urn", "not_a_urn", "must be six digits")
            return None
        return Owner("school", urn)
    if len(authority) > LONGEST_NAME:
        problem("local_authority", "too_long", f"{LONGEST_NAME} characters are the most")
        return None
    return Owner("authority", authority_key(authority))


def _day(value: str) -> date | None:
    for form in _DATES:
        try:
            day = datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None
