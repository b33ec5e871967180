"""One person's entry in one session's register: how it stands, and every step as history."""

from uuid import UUID, uuid4

from kit import Transaction
from sessions import schemas
from sessions.domain import attendance as rules
from sessions.domain.attendance import Status
from sessions.models import Attendance, AttendanceChange, Enrolment, TrainingSession


def begin(tx: Transaction, session: TrainingSession, application_id: UUID) -> Attendance:
    """An entry of which nothing is said yet: the caller says it in the same transaction."""
    attendance = Attendance(
        attendance_id=uuid4(),  # not left to the flush: its history needs it
        session_id=session.session_id,
        application_id=application_id,
        revision=tx.next_revision(None),
        minutes=0,
        counts=False,
        enough_percent=0,
    )
    tx.add(attendance)
    return attendance


def stand(
    attendance: Attendance, status: Status, session: TrainingSession, enough_percent: int
) -> None:
    """How somebody stands to a session now, and whether that counts."""
    attendance.status, attendance.enough_percent = status.value, enough_percent
    attendance.counts = rules.counts(status, attendance.minutes, session.minutes, enough_percent)


def note(
    tx: Transaction, attendance: Attendance, person: Enrolment, why: str, *, tell: bool = True
) -> None:
    """One more step of the history, told to others as well unless it is not for them yet."""
    attendance.revision = tx.next_revision(attendance.revision)
    tx.add(
        AttendanceChange(
            attendance_id=attendance.attendance_id,
            at=tx.at,
            by=str(tx.caller),
            why=why,
            status=attendance.status,
            minutes=attendance.minutes,
            comment=attendance.comment,
        )
    )
    if tell:
        tx.emit(schemas.attendance_recorded(attendance, person))


def void(tx: Transaction, attendance: Attendance, person: Enrolment, why: str) -> None:
    """Nothing is recorded any more; that something was stays in the history."""
    attendance.status = attendance.register_status = attendance.comment = None
    attendance.minutes, attendance.counts = 0, False
    note(tx, attendance, person, why, tell=False)
