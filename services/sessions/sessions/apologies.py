"""Apologies in advance, with what somebody has to say to them."""

from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    SendApologies,
    WithdrawApologies,
)
from kit import Transaction
from sessions import engagement, entries, queries, schemas
from sessions.domain import attendance as rules
from sessions.domain.attendance import Status
from sessions.models import Attendance, Enrolment, TrainingSession
from sessions.settings import SessionsSettings


def send(tx: Transaction, request: SendApologies, settings: SessionsSettings) -> AttendanceRecord:
    """Keep that somebody will not come; the last comment is kept. The register is told of later."""
    session, person, attendance = _of(tx, request.session_id, request.application_id)
    if attendance is not None and attendance.via == "check_in" and attendance.status is not None:
        raise Refused("already_checked_in", "they are there already")
    if attendance is None:
        attendance = entries.begin(tx, session, person.application_id)
    elif (attendance.status, attendance.comment) == (Status.apologies.value, request.comment):
        return schemas.attendance_record(attendance)
    attendance.register_status, attendance.minutes = Status.apologies.value, 0
    attendance.comment, attendance.via = request.comment, "apologies"
    entries.stand(attendance, Status.apologies, session, settings.attended_percent)
    entries.note(tx, attendance, person, "apologies", tell=False)
    engagement.refresh(tx, [person], settings)
    return schemas.attendance_record(attendance)


def withdraw(
    tx: Transaction, request: WithdrawApologies, settings: SessionsSettings
) -> AttendanceRecord:
    """They will come after all."""
    _, person, attendance = _of(tx, request.session_id, request.application_id)
    if attendance is None or attendance.status != Status.apologies:
        raise Refused("no_apologies", "none were sent, or they were withdrawn")
    entries.void(tx, attendance, person, "withdrawn")
    engagement.refresh(tx, [person], settings)
    return schemas.attendance_record(attendance)


def lapse(tx: Transaction, session: TrainingSession) -> None:
    """What was said of a session that now has another time says nothing any more."""
    wanted = select(Attendance, Enrolment).join(
        Enrolment, Enrolment.application_id == Attendance.application_id
    )
    wanted = wanted.where(
        Attendance.session_id == session.session_id, Attendance.status.is_not(None)
    )
    for attendance, person in tx.execute(wanted.order_by(Attendance.application_id)).all():
        entries.void(tx, attendance, person, "moved")


def _of(
    tx: Transaction, session_id: UUID, application_id: UUID
) -> tuple[TrainingSession, Enrolment, Attendance | None]:
    session = queries.session(tx, session_id)
    person = queries.lock_enrolments(tx, [application_id]).get(application_id)
    if person is None:
        raise NotFound("application_not_found", str(application_id))
    rules.require_ahead(session.starts_at, session.status == "cancelled", tx.at)
    found = queries.seated(tx, session.session_id, among=[application_id])
    if not found:
        raise Refused("not_seated", "they have no seat in this session")
    return session, person, found[0][1]
