"""A whole file: read, checked page by page, and written in the same pages, in one transaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Table, delete

from enrolment import metrics
from enrolment.domain.imports import reading
from enrolment.domain.imports.reading import read_table
from enrolment.domain.imports.rows import APPLICATIONS, KINDS, RowReader, Values
from enrolment.domain.places import NONE
from enrolment.imports import steps, uploads
from enrolment.imports.checking import ApplicationChecker, Checked
from enrolment.models import Application, Base, Import, ImportBadRow, ImportedRow, Participant
from enrolment.traffic.writes import wall
from headship_contracts.csv_rows import Problem, Record
from headship_contracts.csv_text import decode, readable
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.enrolment.imports import ApplyImport, ImportRecord, ValidateImport
from headship_contracts.errors import Refused
from headship_contracts.records import APPLICATION
from kit import Transaction
from kit.audit.trail import CHANGE
from kit.clock import LONDON
from kit.db.bulk import insert_rows

PAGE = 250
"""Rows at a time: other work goes on while the database is asked."""

MOST_TOLD = 20
"""Bad rows that a refusal names."""

ANSWERS = (
    "date_of_birth",
    "work_setting",
    "employment_type",
    "referred_by_return_to_teaching_adviser",
)
"""What an import says that no column of ours keeps."""

TABLES: dict[type[Base], Table] = {
    model: Base.metadata.tables[model.__tablename__]
    for model in (Participant, Application, ImportedRow, ImportBadRow)
}

Row = tuple[Record, Values, list[Problem]]


class Checker(Protocol):
    """Finds what is wrong with rows."""

    def check(self, tx: Transaction, page: Sequence[Row]) -> list[Checked]: ...


def validate(tx: Transaction, request: ValidateImport) -> ImportRecord:
    """Check every row; what is wrong is kept until the file is put again or applied."""
    found = uploads.lock(tx, request.import_id)
    uploads.check_open(found)
    _begin(tx, found)
    for page in _pages(tx, found):
        _keep_bad(tx, found, page)
    found.state = "validated"
    return _done(tx, found)


def apply(tx: Transaction, request: ApplyImport) -> ImportRecord:
    """Import what is good: all of it, or nothing where one row is bad and all were asked for."""
    found = uploads.lock(tx, request.import_id)
    if found.state == "applied":
        return uploads.record(tx, found)
    _begin(tx, found)
    write = write_applications if found.kind == APPLICATIONS else steps.write
    told: dict[str, list[str]] = {}
    for page in _pages(tx, found):
        _keep_bad(tx, found, page)
        _tell_bad(told, page)
        good = [row for row in page if not row.problems and not row.unchanged]
        if good and not (found.bad and request.mode == "all_or_nothing"):
            write(tx, good)
            tx.audit((CHANGE, APPLICATION, row.application_id) for row in good)
    if found.bad and request.mode == "all_or_nothing":
        most = f"; these are the first {MOST_TOLD}" if found.bad > MOST_TOLD else ""
        which = f"{found.bad} of {found.rows} rows{most}: validate the import to keep them all"
        raise Refused("rows_not_right", which, told)
    found.state, found.applied, found.finished_at = "applied", found.good, tx.at
    uploads.forget(tx, found)
    tx.count(metrics.rows_imported.labels(kind=found.kind), found.applied)
    return _done(tx, found)


def write_applications(tx: Transaction, rows: Sequence[Checked]) -> None:
    """People, their applications, and what tells of them."""
    people = {row.participant_id: _participant(row) for row in rows if row.new_participant}
    insert_rows(tx, TABLES[Participant], list(people.values()))
    told: list[ApplicationReceived] = []
    applications = []
    for row in rows:
        revision = tx.next_revision(None)
        applications.append(_application(tx, row, revision))
        told.append(_received(row, revision))
    insert_rows(tx, TABLES[Application], applications)
    insert_rows(tx, TABLES[ImportedRow], [_imported(tx, row) for row in rows])
    for event in told:
        tx.emit(event)


def _pages(tx: Transaction, found: Import) -> Iterator[list[Checked]]:
    """The checked rows of the file, some at a time."""
    kind = KINDS[found.kind]
    decoded = decode(uploads.content(tx, found), found.encoding)
    table = read_table(decoded, kind.aliases(), kind.required, found.delimiter)
    found.encoding, found.delimiter = table.decoded.encoding, table.delimiter
    found.header, found.ignored_columns = table.header, table.ignored
    checker: Checker = (
        ApplicationChecker(tx, _today(tx)) if kind.name == APPLICATIONS else steps.StepChecker()
    )
    rows = _rows(RowReader(kind, table), table)
    while page := list(islice(rows, PAGE)):
        yield checker.check(tx, page)
    if not found.rows:
        raise Refused("empty_file", "there is no row below the header")


def _rows(reader: RowReader, table: reading.Table) -> Iterator[Row]:
    for record in table.records():
        yield record, *reader.read(record)


def _begin(tx: Transaction, found: Import) -> None:
    tx.execute(delete(ImportBadRow).where(ImportBadRow.import_id == found.id))
    found.rows = found.good = found.bad = found.unchanged = found.applied = 0


def _keep_bad(tx: Transaction, found: Import, page: Sequence[Checked]) -> None:
    bad = [row for row in page if row.problems]
    unchanged = sum(row.unchanged for row in page if not row.problems)
    found.rows += len(page)
    found.bad += len(bad)
    found.unchanged += unchanged
    found.good += len(page) - len(bad) - unchanged
    if bad:
        kept = [
            {
                "import_id": found.id,
                "row": row.record.row,
                "cells": [readable(cell) for cell in row.record.cells],
                "problems": [[p.field, p.code, p.message, p.value] for p in row.problems],
            }
            for row in bad
        ]
        insert_rows(tx, TABLES[ImportBadRow], kept)


def _tell_bad(told: dict[str, list[str]], page: Sequence[Checked]) -> None:
    """The first bad rows, for who wanted all or nothing: without values, which may be personal."""
    for row in page:
        if row.problems and len(told) < MOST_TOLD:
            told[f"row {row.record.row}"] = [f"{p.field} {p.message}".strip() for p in row.problems]


def _done(tx: Transaction, found: Import) -> ImportRecord:
    found.revision = tx.next_revision(found.revision)
    return uploads.record(tx, found)


def _participant(row: Checked) -> dict[str, Any]:
    values = row.values
    born = values["date_of_birth"]
    return {
        "id": row.participant_id,
        "full_name": values["full_name"],
        "email": values["email"],
        "email_set_at": wall(),
        "trn": values["teacher_reference_number"],
        "trn_verified": False,
        "date_of_birth": date.fromisoformat(born) if born else None,
    }


def _application(tx: Transaction, row: Checked, revision: int) -> dict[str, Any]:
    values = row.values
    return {
        "id": row.application_id,
        "reference": values["reference"] or f"csv:{row.sha256[:32]}",
        "source": "import",
        "participant_id": row.participant_id,
        "course": values["course"],
        "cohort": values["cohort"],
        "status": "pending",
        "place": NONE,
        "in_england": values["works_in_england"],
        "school_urn": values["school_urn"],
        "eligible_for_funding": row.funding == "funded",
        "funding_prediction": row.funding,
        "created_at": tx.at,
        "revision": revision,
    }


def _received(row: Checked, revision: int) -> ApplicationReceived:
    values, school = row.values, row.school
    return ApplicationReceived(
        application_id=row.application_id,
        revision=revision,
        participant_id=row.participant_id,
        status="pending",
        course=values["course"],
        cohort=values["cohort"],
        school_urn=values["school_urn"],
        trust_id=school.trust_id if school else None,
        local_authority=school.local_authority if school else None,
        phase=school.phase if school else None,
        place=NONE,
    )


def _imported(tx: Transaction, row: Checked) -> dict[str, Any]:
    return {
        "kind": APPLICATIONS,
        "sha256": row.sha256,
        "application_id": row.application_id,
        "answers": {name: row.values[name] for name in ANSWERS},
        "imported_at": tx.at,
    }


def _today(tx: Transaction) -> date:
    return tx.at.astimezone(LONDON).date()
