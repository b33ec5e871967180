"""Catching up on a missed session: a reflection that cites research, and its review."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, or_, select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    CatchUpPage,
    CatchUpRecord,
    DecideCatchUp,
    ListCatchUps,
    SubmitCatchUp,
)
from headship_contracts.sessions.events import CatchUpDecided
from kit import Transaction
from kit.paging import page
from sessions import engagement, entries, pathways, queries, schemas, seats
from sessions.domain import attendance as rules
from sessions.domain.attendance import Status
from sessions.models import Attendance, CatchUp, Enrolment, Seat, TrainingSession
from sessions.settings import SessionsSettings


def submit(tx: Transaction, request: SubmitCatchUp, settings: SessionsSettings) -> AttendanceRecord:
    """Keep the reflection on a missed session until it is reviewed."""
    attendance, person, session = _locked(tx, request.session_id, request.application_id)
    if attendance is None:
        attendance = _missed_while_away(tx, person, session, settings)
    status = Status(attendance.status) if attendance and attendance.status else None
    rules.require_missed(status, attendance.counts if attendance else False)
    if session.ends_at > tx.at:
        raise Refused("session_not_over", f"it ends at {session.ends_at.isoformat()}")
    assert attendance is not None
    tx.add(
        CatchUp(
            attendance_id=attendance.attendance_id,
            reflection=request.reflection,
            citation=request.citation,
            submitted_at=tx.at,
        )
    )
    entries.stand(attendance, Status.catch_up_pending, session, settings.attended_percent)
    entries.note(tx, attendance, person, "catch_up_submitted")
    return schemas.attendance_record(attendance)


def decide(tx: Transaction, request: DecideCatchUp, settings: SessionsSettings) -> AttendanceRecord:
    """Approved, the session counts, and still reads as caught up; refused, it is missed again."""
    attendance, person, session = _locked(tx, request.session_id, request.application_id)
    if attendance is None or attendance.status != Status.catch_up_pending:
        raise Refused("no_catch_up_pending", "nothing waits for a review")
    catch_up = tx.scalars(_undecided(attendance)).one()
    catch_up.decided_at, catch_up.decided_by = tx.at, str(tx.caller)
    catch_up.approved, catch_up.note = request.approved, request.note
    missed = Status(attendance.register_status or Status.absent)
    status = Status.catch_up_approved if request.approved else missed
    entries.stand(attendance, status, session, settings.attended_percent)
    entries.note(tx, attendance, person, "catch_up_decided")
    tx.emit(
        CatchUpDecided(
            revision=attendance.revision,
            attendance_id=attendance.attendance_id,
            application_id=person.application_id,
            participant_id=person.participant_id,
            session_id=session.session_id,
            outcome="approved" if request.approved else "refused",
        )
    )
    engagement.refresh(tx, [person], settings)
    if person.in_training:
        why = "caught_up" if request.approved else "missed_session"
        pathways.renew(tx, [person], why, settings)
    return schemas.attendance_record(attendance)


def overtake(tx: Transaction, attendance: Attendance) -> None:
    """A register was put right while a catch-up waited: nothing is left to review."""
    for catch_up in tx.scalars(_undecided(attendance)):
        catch_up.decided_at, catch_up.decided_by = tx.at, str(tx.caller)


def list_catch_ups(tx: Transaction, request: ListCatchUps) -> CatchUpPage:
    """Oldest first."""
    wanted = (
        select(CatchUp, Attendance, TrainingSession)
        .join(Attendance, Attendance.attendance_id == CatchUp.attendance_id)
        .join(TrainingSession, TrainingSession.session_id == Attendance.session_id)
        .join(Enrolment, Enrolment.application_id == Attendance.application_id)
    )
    if request.pending:
        wanted = wanted.where(CatchUp.decided_at.is_(None))
    for name in ("application_id", "delivery_partner_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Enrolment, name) == value)
    keys = (CatchUp.submitted_at, CatchUp.catch_up_id)
    found, cursor = page(
        tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit, texts=_written
    )
    return CatchUpPage(items=[_record(*row) for row in found], next_cursor=cursor)


def _written(row: Sequence[Any]) -> tuple[str | None, ...]:
    catch_up: CatchUp = row[0]
    return catch_up.reflection, catch_up.citation, catch_up.note


def _record(catch_up: CatchUp, attendance: Attendance, session: TrainingSession) -> CatchUpRecord:
    if catch_up.decided_at is None:
        outcome = "pending"
    elif catch_up.approved is None:
        outcome = "overtaken"
    else:
        outcome = "approved" if catch_up.approved else "refused"
    return CatchUpRecord(
        session_id=attendance.session_id,
        application_id=attendance.application_id,
        title=session.title,
        reflection=catch_up.reflection,
        citation=catch_up.citation,
        submitted_at=catch_up.submitted_at,
        outcome=outcome,
        decided_at=catch_up.decided_at,
        decided_by=catch_up.decided_by,
        note=catch_up.note,
    )


def _undecided(attendance: Attendance) -> Select[CatchUp]:
    return select(CatchUp).where(
        CatchUp.attendance_id == attendance.attendance_id, CatchUp.decided_at.is_(None)
    )


def _locked(
    tx: Transaction, session_id: UUID, application_id: UUID
) -> tuple[Attendance | None, Enrolment, TrainingSession]:
    session = queries.session(tx, session_id)
    person = queries.lock_enrolments(tx, [application_id]).get(application_id)
    if person is None:
        raise NotFound("application_not_found", str(application_id))
    return queries.attendance_of(tx, session.session_id, person.application_id), person, session


def _missed_while_away(
    tx: Transaction, person: Enrolment, session: TrainingSession, settings: SessionsSettings
) -> Attendance | None:
    """The entry of someone who had no seat in a session that was held: deferred, or not yet here.

    None where a register may still say that they were there, or where it was not their session.
    """
    seat = tx.scalar(
        select(Seat).where(
            Seat.session_id == session.session_id, Seat.application_id == person.application_id
        )
    )
    held = session.status == "scheduled" and session.ends_at <= tx.at
    if not held or (seat is not None and seat.held):
        return None
    if not seats.is_for(session, person):
        raise Refused("not_seated", "it was never a session of theirs")
    if _has_another(tx, person, session):
        raise Refused("not_missed", "they have another session of its unit")
    if seat is None:
        seat = Seat(
            seat_id=uuid4(),
            session_id=session.session_id,
            application_id=person.application_id,
            held=False,
            changed_at=tx.at,
        )
        seat.revision = tx.next_revision(None)
        tx.add(seat)
    attendance = entries.begin(tx, session, person.application_id)
    attendance.register_status, attendance.minutes = Status.absent.value, 0
    attendance.via = "catch_up"
    entries.stand(attendance, Status.absent, session, settings.attended_percent)
    return attendance


def _has_another(tx: Transaction, person: Enrolment, session: TrainingSession) -> bool:
    """Whether their seat in a session of the unit is ahead, or counts."""
    rows = tx.execute(
        select(TrainingSession.session_id)
        .join(Seat, Seat.session_id == TrainingSession.session_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(
            Seat.application_id == person.application_id,
            TrainingSession.course == session.course,
            TrainingSession.cohort == session.cohort,
            TrainingSession.unit_code == session.unit_code,
            TrainingSession.session_id != session.session_id,
            TrainingSession.status == "scheduled",
            or_(Seat.held & (TrainingSession.ends_at > tx.at), Attendance.counts),
        )
    )
    return rows.first() is not None
