"""Builders for the tests of imports: files of made-up people, and their way up."""

import base64
import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from enrolling import COHORT, Enrolling

from headship_contracts.enrolment.imports import (
    ApplyImport,
    BeginImport,
    ExportApplications,
    ImportRecord,
    ListImportProblems,
    PutImportPiece,
    ReadImportErrors,
    ValidateImport,
)
from headship_contracts.enrolment.people import People
from headship_contracts.files import RowProblem

HEADER = ("reference", "full_name", "email", "trn", "course", "cohort", "school_urn")


def a_row(number: int = 1, **told: Any) -> dict[str, str]:
    """A person as another system has them."""
    return {
        "reference": f"EXT-{number}",
        "full_name": f"Person {number} Example",
        "email": f"person{number}@example.org",
        "trn": "",
        "course": "npq-headship",
        "cohort": COHORT,
        "school_urn": "100002",
        **told,
    }


def a_file(
    rows: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER, **options: Any
) -> bytes:
    """The rows as CSV; options are those of csv.writer, and the encoding."""
    encoding = options.pop("encoding", "utf-8")
    told = io.StringIO(newline="")
    writer = csv.DictWriter(told, header, extrasaction="ignore", **options)
    writer.writeheader()
    writer.writerows(rows)
    return told.getvalue().encode(encoding)


def put(
    enrolling: Enrolling, content: bytes, *, piece: int = 300_000, **options: Any
) -> ImportRecord:
    """The file is up."""
    begun = enrolling.call(BeginImport(size=len(content), **options))
    for number, at in enumerate(range(0, len(content), piece)):
        body = content[at : at + piece]
        enrolling.call(
            PutImportPiece(
                import_id=begun.import_id,
                number=number,
                content=base64.b64encode(body).decode(),
                sha256=hashlib.sha256(body).hexdigest(),
            )
        )
    return begun


def validated(enrolling: Enrolling, content: bytes, **options: Any) -> ImportRecord:
    begun = put(enrolling, content, **options)
    return enrolling.call(ValidateImport(import_id=begun.import_id))


def applied(
    enrolling: Enrolling, content: bytes, mode: str = "valid_rows", **options: Any
) -> ImportRecord:
    begun = put(enrolling, content, **options)
    return enrolling.call(ApplyImport(import_id=begun.import_id, mode=mode))


def problems(enrolling: Enrolling, about: ImportRecord) -> list[RowProblem]:
    return enrolling.call(ListImportProblems(import_id=about.import_id, limit=500)).items


def named(enrolling: Enrolling, about: ImportRecord) -> set[tuple[int, str, str]]:
    """Row, field and code of each problem."""
    return {(p.row, p.field, p.code) for p in problems(enrolling, about)}


def errors_file(enrolling: Enrolling, about: ImportRecord, limit: int = 500) -> str:
    return everything(enrolling, ReadImportErrors(import_id=about.import_id, limit=limit))


def exported(enrolling: Enrolling, limit: int = 500, **filters: Any) -> str:
    return everything(enrolling, ExportApplications(limit=limit, **filters))


def everything(enrolling: Enrolling, request: Any) -> str:
    told, cursor = "", None
    while True:
        page = enrolling.call(type(request)(**{**request.dump(), "cursor": cursor}))
        told, cursor = told + page.csv, page.next_cursor
        if cursor is None:
            return told


def as_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def names(enrolling: Enrolling) -> set[str]:
    """Of all who applied."""
    people = [application.participant_id for application in enrolling.applications()]
    return {person.full_name for person in enrolling.call(People(ids=people)).people}
