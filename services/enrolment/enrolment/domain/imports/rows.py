"""What the columns of a file mean, and from a row's cells to its values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enrolment.domain.imports import cells
from enrolment.domain.imports.cells import Reader, Value, Wrong, bare
from enrolment.domain.imports.reading import Table
from headship_contracts.csv_rows import Problem, Record
from headship_contracts.csv_text import plain, shown

APPLICATIONS, STEPS = "applications", "admission_steps"


@dataclass(frozen=True)
class Column:
    """A field of a file: how it is read, what it is when it is empty, and its other names."""

    name: str
    read: Reader
    also: Sequence[str] = ()
    default: Value = None
    needed: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of file. `required`: of each group, one column must be there."""

    name: str
    columns: Sequence[Column]
    required: Sequence[Sequence[str]]

    def aliases(self) -> dict[str, str]:
        """Plain header → field."""
        return {
            plain(name): column.name
            for column in self.columns
            for name in (column.name, *column.also)
        }


KINDS = {
    APPLICATIONS: Kind(
        APPLICATIONS,
        (
            Column("application_id", cells.identifier),
            Column("reference", cells.text_of(100), ("id", "external id", "your reference")),
            Column("full_name", cells.text_of(200), ("name", "applicant", "applicant name")),
            Column("first_name", cells.text_of(100), ("forename", "given name", "forenames")),
            Column("last_name", cells.text_of(100), ("surname", "family name")),
            Column("email", cells.email, ("e-mail", "email address", "mail", "e-mail address")),
            Column(
                "teacher_reference_number",
                cells.trn,
                ("trn", "teacher ref", "dfe number", "ref no"),
            ),
            Column("date_of_birth", cells.day, ("dob", "birth date", "born")),
            Column("course", cells.course, ("npq", "course identifier", "programme"), needed=True),
            Column("cohort", cells.cohort, ("intake",), needed=True),
            Column("works_in_england", cells.yes_or_no, ("in england", "england"), default=True),
            Column(
                "work_setting",
                cells.one_of(*cells.WORK_SETTINGS),
                ("setting",),
                default="a_school",
            ),
            Column("school_urn", cells.urn, ("urn", "school", "school reference number")),
            Column("employment_type", cells.one_of(*cells.EMPLOYMENT_TYPES), ("employment",)),
            Column(
                "referred_by_return_to_teaching_adviser",
                cells.yes_or_no,
                ("referred", "return to teaching"),
                default=False,
            ),
        ),
        (("full_name", "last_name"), ("course",), ("cohort",)),
    ),
    STEPS: Kind(
        STEPS,
        (
            Column("application_id", cells.identifier),
            Column("reference", cells.text_of(100), ("id", "external id", "your reference")),
            Column("step", cells.one_of("statement", "endorsement", "suitability"), needed=True),
            Column("outcome", cells.one_of("met", "not_met"), ("result",), needed=True),
            Column("answer", cells.text_of(10_000), ("text", "statement", "comment")),
            Column("given_by", cells.text_of(200), ("endorser", "by", "signed by")),
        ),
        (("application_id", "reference"), ("step",), ("outcome",)),
    ),
}

Values = dict[str, Any]


class RowReader:
    """Reads the rows of one table. What cells say is remembered: files repeat themselves."""

    def __init__(self, kind: Kind, table: Table) -> None:
        self._kind = kind
        self._columns = [(c, table.places.get(c.name)) for c in kind.columns]
        self._known: dict[tuple[str, str], Value] = {}

    def read(self, record: Record) -> tuple[Values, list[Problem]]:
        """Its values by field, and all that is wrong with it."""
        problems = list(record.problems)
        values: Values = {}
        told = record.cells
        for column, place in self._columns:
            cell = bare(told[place]) if place is not None and place < len(told) else ""
            values[column.name] = column.default
            if not cell:
                if column.needed:
                    problems.append(Problem(column.name, "missing", "is missing"))
                continue
            key = (column.name, cell)
            try:
                if key not in self._known:
                    self._known[key] = column.read(cell)
            except Wrong as wrong:
                problems.append(Problem(column.name, wrong.code, str(wrong), shown(cell)))
                continue
            values[column.name] = self._known[key]
        if self._kind.name == APPLICATIONS:
            _one_name(values, problems)
        elif not values["application_id"] and not values["reference"]:
            problems.append(Problem("application_id", "missing", "or the reference is missing"))
        damaged = {problem.field for problem in problems if problem.code == "mixed_encoding"}
        return values, [p for p in problems if p.code == "mixed_encoding" or p.field not in damaged]


def digest(values: Mapping[str, Any]) -> str:
    """What a row says, as a hash: the same row is imported once. Ids of ours say nothing new."""
    told = {name: value for name, value in values.items() if name != "application_id"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def name_key(full_name: str) -> str:
    """Names that differ in case or spaces only are the same."""
    return " ".join(full_name.split()).casefold()


def _one_name(values: Values, problems: list[Problem]) -> None:
    first, last = values.pop("first_name"), values.pop("last_name")
    if not values["full_name"]:
        values["full_name"] = " ".join(part for part in (first, last) if part) or None
    if values["full_name"]:
        values["full_name"] = " ".join(values["full_name"].split())
        if len(values["full_name"]) > 200:
            problems.append(Problem("full_name", "too_long", "has over 200 characters"))
    elif not any(problem.field in ("full_name", "last_name") for problem in problems):
        problems.append(Problem("full_name", "missing", "is missing"))
