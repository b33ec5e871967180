"""Statements of learning platforms: what they come to, and what follows when one is taken back."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, or_, select

from kit import Transaction
from sessions import engagement, queries, study_corrections
from sessions.domain.study_files.rows import MOST_MINUTES
from sessions.models import (
    Enrolment,
    StudyCorrection,
    StudyProgress,
    StudyStatement,
    VoidedStatement,
)
from sessions.settings import SessionsSettings
from sessions.study_corrections import Unit


def minutes_so_far(tx: Transaction, people: Mapping[UUID, Enrolment]) -> dict[Unit, int]:
    """Whole minutes of all statements; where staff have put a unit right, theirs and those of the
    statements taken in since."""
    corrected = study_corrections.latest(tx, people)
    put_right = (
        select(
            StudyCorrection.application_id,
            StudyCorrection.unit_code,
            func.max(StudyCorrection.at).label("at"),
        )
        .group_by(StudyCorrection.application_id, StudyCorrection.unit_code)
        .subquery()
    )
    wanted = (
        select(
            StudyStatement.application_id,
            StudyStatement.unit_code,
            func.sum(StudyStatement.seconds),
        )
        .outerjoin(
            put_right,
            (put_right.c.application_id == StudyStatement.application_id)
            & (put_right.c.unit_code == StudyStatement.unit_code),
        )
        .where(
            StudyStatement.application_id.in_(list(people)),
            or_(put_right.c.at.is_(None), StudyStatement.taken_at > put_right.c.at),
        )
        .group_by(StudyStatement.application_id, StudyStatement.unit_code)
    )
    found = {unit: row.minutes for unit, row in corrected.items()}
    for application_id, code, seconds in tx.execute(wanted):
        unit = application_id, code
        found[unit] = found.get(unit, 0) + int(seconds) // 60
    return found


def take_back(tx: Transaction, voided: Sequence[UUID], settings: SessionsSettings) -> int:
    """Let these statements count no more, nor when they come later; how many of them are new.

    Progress goes back to what the others say, but for minutes that something else has told since.
    """
    known = select(VoidedStatement.statement_id).where(VoidedStatement.statement_id.in_(voided))
    new = set(voided) - set(tx.scalars(known))
    tx.add_all(VoidedStatement(statement_id=one, taken_at=tx.at) for one in sorted(new))
    whose = select(StudyStatement.application_id).where(StudyStatement.statement_id.in_(new))
    people = queries.lock_enrolments(tx, set(tx.scalars(whose)))
    gone = list(tx.scalars(select(StudyStatement).where(StudyStatement.statement_id.in_(new))))
    if gone:
        before = minutes_so_far(tx, people)
        tx.execute(delete(StudyStatement).where(StudyStatement.statement_id.in_(new)))
        _go_back(tx, people, gone, before)
        engagement.refresh(tx, list(people.values()), settings)
    tx.flush()
    return len(new)


def _go_back(
    tx: Transaction,
    people: Mapping[UUID, Enrolment],
    gone: Collection[StudyStatement],
    before: Mapping[Unit, int],
) -> None:
    after = minutes_so_far(tx, people)
    finished = _finished(tx, people)
    units = {(one.application_id, one.unit_code) for one in gone}
    unfinished = {(one.application_id, one.unit_code) for one in gone if one.finished} - finished
    progress = queries.study_of(tx, people, {code for _, code in units})
    for unit in units & progress.keys():
        row: StudyProgress = progress[unit]
        if row.minutes == min(MOST_MINUTES, before[unit]):
            row.minutes = min(MOST_MINUTES, after.get(unit, 0))
        row.finished = row.finished and unit not in unfinished
        row.recorded_at, row.recorded_by = tx.at, str(tx.caller)


def _finished(tx: Transaction, people: Mapping[UUID, Enrolment]) -> set[Unit]:
    wanted = select(StudyStatement.application_id, StudyStatement.unit_code).where(
        StudyStatement.application_id.in_(list(people)), StudyStatement.finished
    )
    return {(application_id, code) for application_id, code in tx.execute(wanted)}
