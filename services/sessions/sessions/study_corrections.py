"""Putting self-study right that was recorded by mistake, with the reason and what it was before."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from headship_contracts.sessions.study import (
    CorrectStudy,
    ListStudyCorrections,
    StudyCorrectionPage,
    StudyCorrectionRecord,
    StudyEntry,
)
from kit import Transaction
from kit.paging import page
from sessions import engagement, queries
from sessions.domain.london import today
from sessions.models import StudyCorrection
from sessions.settings import SessionsSettings

Unit = tuple[UUID, str]  # application, unit code


def correct(
    tx: Transaction, request: CorrectStudy, settings: SessionsSettings
) -> StudyCorrectionRecord:
    """Record a unit as it really stands; what engagement told is told anew, under a newer
    revision."""
    people = queries.lock_enrolments(tx, [request.application_id])
    row = queries.study_of(tx, people, [request.unit_code]).get(
        (request.application_id, request.unit_code)
    )
    if row is None:
        raise NotFound("study_not_found", f"nothing is recorded of {request.unit_code}")
    correction = StudyCorrection(
        application_id=request.application_id,
        unit_code=request.unit_code,
        at=tx.at,
        by=str(tx.caller),
        reason=request.reason,
        former_minutes=row.minutes,
        former_finished=row.finished,
        minutes=row.minutes if request.minutes is None else request.minutes,
        finished=request.finished,
    )
    tx.add(correction)
    row.minutes, row.finished = correction.minutes, correction.finished
    row.recorded_at, row.recorded_by = tx.at, str(tx.caller)
    engagement.refresh(tx, list(people.values()), settings)
    return _record(correction)


def list_corrections(tx: Transaction, request: ListStudyCorrections) -> StudyCorrectionPage:
    """Oldest first."""
    queries.enrolment(tx, request.application_id)
    wanted = select(StudyCorrection).where(StudyCorrection.application_id == request.application_id)
    keys = (StudyCorrection.correction_id,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return StudyCorrectionPage(items=[_record(one) for one in found], next_cursor=cursor)


def latest(tx: Transaction, application_ids: Collection[UUID]) -> dict[Unit, StudyCorrection]:
    """Application and unit → its last correction: what was told before it is settled."""
    wanted = select(StudyCorrection).where(StudyCorrection.application_id.in_(application_ids))
    rows = tx.scalars(wanted.order_by(StudyCorrection.correction_id))
    return {(row.application_id, row.unit_code): row for row in rows}


def is_settled(entry: StudyEntry, correction: StudyCorrection | None) -> bool:
    """Whether it is of a day before the correction's: whoever tells of those days again changes
    nothing."""
    if correction is None or entry.worked_on is None:
        return False
    return entry.worked_on < today(correction.at)


def tells_the_same(entry: StudyEntry, correction: StudyCorrection | None) -> bool:
    """Whether totals without a day say no more than what was put right since."""
    return (
        correction is not None
        and entry.worked_on is None
        and (entry.minutes or 0) <= correction.former_minutes
        and entry.finished <= correction.former_finished
    )


def _record(row: StudyCorrection) -> StudyCorrectionRecord:
    return StudyCorrectionRecord(
        application_id=row.application_id,
        unit_code=row.unit_code,
        former_minutes=row.former_minutes,
        former_finished=row.former_finished,
        minutes=row.minutes,
        finished=row.finished,
        reason=row.reason,
        at=row.at,
        by=row.by,
    )
