"""Registers and catch-up: what is recorded of people in sessions, each step kept as history."""

from collections import Counter

from sqlalchemy import select

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    DecideCatchUp,
    RecordAttendance,
    RegisterEntry,
    SubmitCatchUp,
)
from headship_contracts.sessions.events import CatchUpDecided
from kit import Transaction
from sessions import engagement, metrics, queries, schemas
from sessions.domain import attendance as rules
from sessions.domain.attendance import Status
from sessions.models import Attendance, AttendanceChange, CatchUp, Enrolment, TrainingSession
from sessions.settings import SessionsSettings


def record(
    tx: Transaction, request: RecordAttendance, settings: SessionsSettings
) -> AttendanceReport:
    """Record a session's register, or correct it. What it says already stays as it is."""
    session = queries.session(tx, request.session_id)
    rules.require_begun(session.starts_at, session.status == "cancelled", tx.at)
    statuses = _statuses(request.entries)
    people = queries.lock_enrolments(tx, [entry.application_id for entry in request.entries])
    found = queries.seated(tx, session.session_id, among=people)
    seated = {person.application_id: attendance for person, attendance in found}
    strangers = [e.application_id for e in request.entries if e.application_id not in seated]
    if strangers:
        told = ", ".join(str(application_id) for application_id in strangers[:20])
        raise Refused("not_seated", f"{len(strangers)} have no seat in this session: {told}")

    changed: list[Attendance] = []
    for entry, status in zip(request.entries, statuses, strict=True):
        minutes = rules.minutes_of(status, entry.minutes, session.minutes)
        attendance = seated[entry.application_id]
        if attendance is None:
            attendance = Attendance(
                session_id=session.session_id, application_id=entry.application_id, minutes=-1
            )
            tx.add(attendance)
        elif (attendance.register_status, attendance.minutes, attendance.comment) == (
            status.value,
            minutes,
            entry.comment,
        ):
            continue
        attendance.register_status, attendance.minutes = status.value, minutes
        attendance.comment = entry.comment
        _stand(attendance, status, session, settings.attended_percent)
        attendance.revision = tx.next_revision(attendance.revision)
        changed.append(attendance)
    tx.flush()
    for attendance in changed:
        _changed(tx, attendance, people[attendance.application_id], "register")
        tx.count(metrics.attendance_recorded.labels(counts="yes" if attendance.counts else "no"))
    _refresh(tx, [people[attendance.application_id] for attendance in changed], settings)
    return AttendanceReport(
        recorded=len(changed),
        unchanged=len(request.entries) - len(changed),
        counting=sum(attendance.counts for attendance in changed),
    )


def submit_catch_up(
    tx: Transaction, request: SubmitCatchUp, settings: SessionsSettings
) -> AttendanceRecord:
    """Keep the reflection on a missed session until it is reviewed."""
    attendance, person, session = _locked(tx, request)
    status = Status(attendance.status) if attendance else None
    rules.require_missed(status, attendance.counts if attendance else False)
    assert attendance is not None
    tx.add(
        CatchUp(
            attendance_id=attendance.attendance_id,
            reflection=request.reflection,
            citation=request.citation,
            submitted_at=tx.at,
        )
    )
    _stand(attendance, Status.catch_up_pending, session, settings.attended_percent)
    attendance.revision = tx.next_revision(attendance.revision)
    _changed(tx, attendance, person, "catch_up_submitted")
    return schemas.attendance_record(attendance)


def decide_catch_up(
    tx: Transaction, request: DecideCatchUp, settings: SessionsSettings
) -> AttendanceRecord:
    """Approved, the session counts, and still reads as caught up; refused, it is missed again."""
    attendance, person, session = _locked(tx, request)
    if attendance is None or attendance.status != Status.catch_up_pending:
        raise Refused("no_catch_up_pending", "nothing waits for a review")
    catch_up = tx.scalars(
        select(CatchUp).where(
            CatchUp.attendance_id == attendance.attendance_id, CatchUp.decided_at.is_(None)
        )
    ).one()
    catch_up.decided_at, catch_up.decided_by = tx.at, str(tx.caller)
    catch_up.approved, catch_up.note = request.approved, request.note
    status = Status.catch_up_approved if request.approved else Status(attendance.register_status)
    _stand(attendance, status, session, settings.attended_percent)
    attendance.revision = tx.next_revision(attendance.revision)
    _changed(tx, attendance, person, "catch_up_decided")
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
    _refresh(tx, [person], settings)
    return schemas.attendance_record(attendance)


def _statuses(entries: list[RegisterEntry]) -> list[Status]:
    problems = {
        f"entries.{number}.status": [f"{entry.status!r} is none of {', '.join(Status)}"]
        for number, entry in enumerate(entries)
        if entry.status not in list(Status)
    }
    times = Counter(entry.application_id for entry in entries)
    problems |= {
        f"entries.{number}.application_id": ["is named more than once"]
        for number, entry in enumerate(entries)
        if times[entry.application_id] > 1
    }
    if problems:
        raise Invalid("invalid_fields", "the register is not right", problems)
    return [Status(entry.status) for entry in entries]


def _locked(
    tx: Transaction, request: SubmitCatchUp | DecideCatchUp
) -> tuple[Attendance | None, Enrolment, TrainingSession]:
    session = queries.session(tx, request.session_id)
    person = queries.lock_enrolments(tx, [request.application_id]).get(request.application_id)
    if person is None:
        raise NotFound("application_not_found", str(request.application_id))
    attendance = queries.attendance_of(tx, session.session_id, person.application_id)
    return attendance, person, session


def _stand(
    attendance: Attendance, status: Status, session: TrainingSession, enough_percent: int
) -> None:
    attendance.status, attendance.enough_percent = status.value, enough_percent
    attendance.counts = rules.counts(status, attendance.minutes, session.minutes, enough_percent)


def _changed(tx: Transaction, attendance: Attendance, person: Enrolment, why: str) -> None:
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
    tx.emit(schemas.attendance_recorded(attendance, person))


def _refresh(tx: Transaction, people: list[Enrolment], settings: SessionsSettings) -> None:
    tx.flush()
    engagement.refresh(tx, people, settings.gate, settings.study_behind_percent)
