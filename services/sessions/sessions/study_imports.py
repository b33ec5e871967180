"""Taking in what a learning platform exports: what is right is recorded, the rest told by row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from headship_contracts.records import APPLICATION
from headship_contracts.sessions.study import (
    ImportStudy,
    StudyEntry,
    StudyImportReport,
    StudyRowProblem,
)
from kit import Caller, Transaction
from kit.audit.trail import CHANGE
from kit.db import ServiceDatabase
from sessions import queries, statements, study, study_corrections
from sessions.domain.study_files.csv_files import read_csv
from sessions.domain.study_files.rows import MOST_MINUTES, StudyFile, StudyRow
from sessions.domain.study_files.xapi import read_xapi
from sessions.models import Enrolment, StudyStatement, VoidedStatement
from sessions.settings import SessionsSettings

ROWS_AT_ONCE = 500
"""Rows in one transaction: those that are done stay done if a later one fails."""

PROBLEMS_TOLD = 500


def take_in(
    db: ServiceDatabase, request: ImportStudy, settings: SessionsSettings, caller: Caller
) -> StudyImportReport:
    """Read all of it, and record it some rows at a time; the same again changes nothing."""
    file = read_csv(request.content) if request.format == "csv" else read_xapi(request.content)
    activities = {one.activity: one.unit_code for one in request.activities}
    recorded = unchanged = 0
    for start in range(0, len(file.voided), ROWS_AT_ONCE):
        with db.transaction(caller=caller) as tx:
            some = file.voided[start : start + ROWS_AT_ONCE]
            done = 0 if request.only_check else statements.take_back(tx, some, settings)
            recorded, unchanged = recorded + done, unchanged + len(some) - done
    for start in range(0, len(file.rows), ROWS_AT_ONCE):
        rows = file.rows[start : start + ROWS_AT_ONCE]
        with db.transaction(caller=caller) as tx:
            done, same = _take_in(tx, rows, request, activities, file, settings)
            recorded, unchanged = recorded + done, unchanged + same
    told = sorted(file.problems, key=lambda problem: (problem.row, problem.field))
    return StudyImportReport(
        rows=file.number,
        recorded=recorded,
        unchanged=unchanged,
        refused=len({problem.row for problem in told}),
        problems=[StudyRowProblem(**asdict(problem)) for problem in told[:PROBLEMS_TOLD]],
    )


def _take_in(
    tx: Transaction,
    rows: Sequence[StudyRow],
    request: ImportStudy,
    activities: Mapping[str, str],
    file: StudyFile,
    settings: SessionsSettings,
) -> tuple[int, int]:
    """How many rows of these told something new, and how many nothing new."""
    whose = _whose(tx, rows, request.course, file)
    people = queries.lock_enrolments(tx, set(whose.values()))
    known = [row for row in rows if row.number in whose]
    entries = [_entry(row, whose[row.number], activities) for row in known]
    wrong = study.check(tx, entries, people)
    refused: set[int] = set()
    for place, messages in wrong.items():
        _, index, field = place.split(".")
        row = known[int(index)]
        if field == "minutes" and row.statement_id is not None:
            continue  # its seconds are added up below
        refused.add(row.number)
        shown = row.unit if field == "unit_code" else ""
        file.problem(row.number, field, "not_right", messages[0], shown)
    right = [
        (row, entry) for row, entry in zip(known, entries, strict=True) if row.number not in refused
    ]
    if request.only_check or not right:
        return 0, len(right)
    tx.audit((CHANGE, APPLICATION, entry.application_id) for _, entry in right)
    if request.format == "xapi":
        return _keep_statements(tx, right, people, settings)
    corrected = study_corrections.latest(tx, people)
    new = [
        entry
        for _, entry in right
        if not study_corrections.tells_the_same(
            entry, corrected.get((entry.application_id, entry.unit_code))
        )
    ]
    report = study.keep(tx, new, people, settings)
    return report.recorded, len(right) - report.recorded


def _keep_statements(
    tx: Transaction,
    right: Sequence[tuple[StudyRow, StudyEntry]],
    people: dict[UUID, Enrolment],
    settings: SessionsSettings,
) -> tuple[int, int]:
    """Add up the new ones with those taken in before: a platform tells each only for itself."""
    ids = {row.statement_id for row, _ in right}
    taken = {
        statement_id
        for table in (StudyStatement, VoidedStatement)
        for statement_id in tx.scalars(
            select(table.statement_id).where(table.statement_id.in_(ids))
        )
    }
    new: dict[UUID, tuple[StudyRow, StudyEntry]] = {}
    for row, entry in right:
        assert row.statement_id is not None
        if row.statement_id not in taken:
            new.setdefault(row.statement_id, (row, entry))
    tx.add_all(
        StudyStatement(
            statement_id=statement_id,
            application_id=entry.application_id,
            unit_code=entry.unit_code,
            seconds=row.seconds,
            finished=entry.finished,
            taken_at=tx.at,
        )
        for statement_id, (row, entry) in new.items()
    )
    tx.flush()
    totals = statements.minutes_so_far(tx, people)
    entries = [
        StudyEntry(
            application_id=entry.application_id,
            unit_code=entry.unit_code,
            minutes=min(MOST_MINUTES, totals[entry.application_id, entry.unit_code]),
            finished=entry.finished,
            worked_on=entry.worked_on,
        )
        for _, entry in sorted(new.values(), key=_worked_on, reverse=True)
    ]
    if entries:
        study.keep(tx, entries, people, settings)
    return len(new), len(right) - len(new)


def _entry(row: StudyRow, application_id: UUID, activities: Mapping[str, str]) -> StudyEntry:
    """A unit is named by its code, or at the end of the activity's address, or as was told."""
    last = row.unit.rstrip("/#").replace("#", "/").rpartition("/")[2]
    return StudyEntry(
        application_id=application_id,
        unit_code=activities.get(row.unit, activities.get(last, last))[:64],
        minutes=row.minutes if row.statement_id is None else row.seconds // 60,
        finished=row.finished,
        worked_on=row.worked_on,
    )


def _worked_on(told: tuple[StudyRow, StudyEntry]) -> date:
    """The latest goes first: it brings the minutes of all, and the others bring their days."""
    return told[1].worked_on or date.max


def _whose(
    tx: Transaction, rows: Sequence[StudyRow], course: str | None, file: StudyFile
) -> dict[int, UUID]:
    """Row → the application that it is about: of a participant's several the one in training. The
    others become problems."""
    ids = {row.person for row in rows}
    wanted = select(
        Enrolment.application_id,
        Enrolment.participant_id,
        Enrolment.course,
        Enrolment.status,
        Enrolment.training_status,
    ).where(or_(Enrolment.application_id.in_(ids), Enrolment.participant_id.in_(ids)))
    applications, theirs, in_training = set(), defaultdict(list), set()
    for application_id, participant_id, of_course, status, training_status in tx.execute(wanted):
        applications.add(application_id)
        if status == "accepted" and course in {None, of_course}:
            theirs[participant_id].append(application_id)
            if training_status == "active":
                in_training.add(application_id)
    found = {}
    for row in rows:
        several = theirs[row.person]
        meant = [one for one in several if one in in_training] or several
        if row.person in applications:
            found[row.number] = row.person
        elif len(meant) == 1:
            found[row.number] = meant[0]
        elif several:
            told = "has more than one application: say for which course"
            file.problem(row.number, "person", "course_needed", told, row.person)
        else:
            told = "is no application or participant known here"
            file.problem(row.number, "person", "not_known", told, row.person)
    return found
