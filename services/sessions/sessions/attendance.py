"""Registers: what is recorded of people in sessions, each step kept as history."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import (
    AttendanceChangeRecord,
    AttendanceHistoryPage,
    AttendanceReport,
    HubRegisterEntry,
    ListAttendanceHistory,
    RecordAttendance,
    RecordHubAttendance,
    RegisterEntry,
)
from kit import Transaction
from kit.paging import page
from sessions import catch_ups, engagement, entries, metrics, pathways, queries
from sessions.domain import attendance as rules
from sessions.domain.attendance import Status
from sessions.models import Attendance, AttendanceChange, Enrolment, TrainingSession
from sessions.settings import SessionsSettings

Entry = RegisterEntry | HubRegisterEntry


def record(
    tx: Transaction, request: RecordAttendance, settings: SessionsSettings
) -> AttendanceReport:
    """Record a session's register, or correct it. What it says already stays as it is."""
    session = queries.session(tx, request.session_id)
    standing = _standing_apologies(tx, [session.session_id])
    named = {entry.application_id for entry in request.entries}
    people = queries.lock_enrolments(tx, {*named, *standing[session.session_id]})
    statuses = _statuses([(session.session_id, entry) for entry in request.entries])
    register = list(zip(request.entries, statuses, strict=True))
    changed = _record(tx, session, register, people, settings)
    taken = _take_apologies(tx, session, standing[session.session_id] - named, people)
    return _report(tx, changed, taken, people, len(request.entries), settings)


def record_for_hub(
    tx: Transaction, request: RecordHubAttendance, settings: SessionsSettings
) -> AttendanceReport:
    """Registers of many sessions from one hub. Raises NotFound for what is another hub's.

    Who sits in a hub's own session is the hub's to record, also while a transfer away waits.
    """
    hub = request.delivery_partner_id
    ids = sorted({entry.session_id for entry in request.entries})
    sessions = {session_id: queries.session(tx, session_id) for session_id in ids}
    own = [id for id, session in sessions.items() if session.delivery_partner_id == hub]
    standing = _standing_apologies(tx, own)
    named = {entry.application_id for entry in request.entries}
    people = queries.lock_enrolments(tx, named.union(*standing.values()))
    for session_id, session in sessions.items():  # before anything else is said of them
        if session.delivery_partner_id not in {None, hub}:
            raise NotFound("session_not_found", str(session_id))
    sits = {
        (session_id, person.application_id)
        for session_id in own
        for person, _ in queries.seated(tx, session_id, among=list(named))
    }
    for entry in request.entries:
        person = people.get(entry.application_id)
        theirs = person is not None and person.delivery_partner_id == hub
        if not theirs and (entry.session_id, entry.application_id) not in sits:
            raise NotFound("application_not_found", str(entry.application_id))
    statuses = _statuses([(entry.session_id, entry) for entry in request.entries])
    registers: dict[UUID, list[tuple[Entry, Status]]] = defaultdict(list)
    for entry, status in zip(request.entries, statuses, strict=True):
        registers[entry.session_id].append((entry, status))
    changed: list[Attendance] = []
    taken: list[Attendance] = []
    for session_id, session in sessions.items():
        changed += _record(tx, session, registers[session_id], people, settings)
        here = {entry.application_id for entry, _ in registers[session_id]}
        taken += _take_apologies(tx, session, standing[session_id] - here, people)
    return _report(tx, changed, taken, people, len(request.entries), settings)


def list_history(tx: Transaction, request: ListAttendanceHistory) -> AttendanceHistoryPage:
    """Every step of a session's register, of a participant, or of one in the other."""
    if request.session_id is None and request.application_id is None:
        told = ["give the session, the application, or both"]
        raise Invalid("invalid_fields", "whose history?", {"session_id": told})
    wanted = select(AttendanceChange, Attendance).join(
        Attendance, Attendance.attendance_id == AttendanceChange.attendance_id
    )
    for name in ("session_id", "application_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Attendance, name) == value)
    keys = (AttendanceChange.change_id,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return AttendanceHistoryPage(
        items=[
            AttendanceChangeRecord(
                session_id=attendance.session_id,
                application_id=attendance.application_id,
                at=change.at,
                by=change.by,
                why=change.why,
                status=change.status,
                minutes=change.minutes,
                comment=change.comment,
            )
            for change, attendance in found
        ],
        next_cursor=cursor,
    )


def _record(
    tx: Transaction,
    session: TrainingSession,
    register: Sequence[tuple[Entry, Status]],
    people: dict[UUID, Enrolment],
    settings: SessionsSettings,
) -> list[Attendance]:
    rules.require_begun(session.starts_at, session.status == "cancelled", tx.at)
    named = [entry.application_id for entry, _ in register]
    found = queries.seated(tx, session.session_id, among=named)
    seated = {person.application_id: attendance for person, attendance in found}
    strangers = [application_id for application_id in named if application_id not in seated]
    if strangers:
        told = ", ".join(str(application_id) for application_id in strangers[:20])
        raise Refused("not_seated", f"{len(strangers)} have no seat in this session: {told}")

    changed = []
    for entry, status in register:
        try:
            minutes = rules.minutes_of(status, entry.minutes, session.minutes)
        except Refused as error:
            raise Refused(error.code, f"{entry.application_id}: {error.detail}") from error
        attendance = seated[entry.application_id]
        if attendance is None:
            attendance = entries.begin(tx, session, entry.application_id)
        elif (
            attendance.via,
            attendance.register_status,
            attendance.minutes,
            attendance.comment,
        ) == ("register", status.value, minutes, entry.comment):
            continue
        former = Status(attendance.status) if attendance.status else None
        attendance.register_status, attendance.minutes = status.value, minutes
        attendance.comment, attendance.via = entry.comment, "register"
        counted = rules.counts(status, minutes, session.minutes, settings.attended_percent)
        stands = rules.stands_as(status, counted, former)
        if former is Status.catch_up_pending and stands is not former:
            catch_ups.overtake(tx, attendance)
        entries.stand(attendance, stands, session, settings.attended_percent)
        changed.append(attendance)
    for attendance in changed:
        entries.note(tx, attendance, people[attendance.application_id], "register")
        tx.count(metrics.attendance_recorded.labels(counts="yes" if attendance.counts else "no"))
    return changed


def _standing_apologies(tx: Transaction, session_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Session → the applications whose apologies in advance no register has taken in yet."""
    wanted = select(Attendance.session_id, Attendance.application_id).where(
        Attendance.session_id.in_(session_ids),
        Attendance.via == "apologies",
        Attendance.status.is_not(None),
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for session_id, application_id in tx.execute(wanted):
        found[session_id].add(application_id)
    return found


def _take_apologies(
    tx: Transaction,
    session: TrainingSession,
    left_standing: Collection[UUID],
    people: dict[UUID, Enrolment],
) -> list[Attendance]:
    """Apologies that a register leaves standing are part of it, and told with it."""
    taken = []
    for application_id in sorted(left_standing):
        attendance = queries.attendance_of(tx, session.session_id, application_id)
        if attendance is not None and attendance.via == "apologies" and attendance.status:
            attendance.via = "register"
            entries.note(tx, attendance, people[application_id], "register")
            taken.append(attendance)
    return taken


def _report(
    tx: Transaction,
    changed: Collection[Attendance],
    apologies: Collection[Attendance],
    people: dict[UUID, Enrolment],
    asked: int,
    settings: SessionsSettings,
) -> AttendanceReport:
    everyone = [*changed, *apologies]
    ids = sorted({attendance.application_id for attendance in everyone})
    engagement.refresh(tx, [people[application_id] for application_id in ids], settings)
    missed = {one.application_id for one in everyone if one.status in rules.MISSED}
    behind = [people[application_id] for application_id in sorted(missed)]
    pathways.renew(tx, [one for one in behind if one.in_training], "missed_session", settings)
    return AttendanceReport(
        recorded=len(changed),
        unchanged=asked - len(changed),
        counting=sum(attendance.counts for attendance in changed),
    )


def _statuses(register: Sequence[tuple[UUID, Entry]]) -> list[Status]:
    problems = {
        f"entries.{number}.status": [f"{entry.status!r} is none of {', '.join(rules.TOLD)}"]
        for number, (_, entry) in enumerate(register)
        if entry.status not in list(Status)
    }
    problems |= {
        f"entries.{number}.minutes": ["say how many, of somebody who left early"]
        for number, (_, entry) in enumerate(register)
        if entry.status in list(Status) and rules.lacks_minutes(Status(entry.status), entry.minutes)
    }
    times = Counter((session_id, entry.application_id) for session_id, entry in register)
    problems |= {
        f"entries.{number}.application_id": ["is named more than once"]
        for number, (session_id, entry) in enumerate(register)
        if times[session_id, entry.application_id] > 1
    }
    if problems:
        raise Invalid("invalid_fields", "the register is not right", problems)
    return [Status(entry.status) for _, entry in register]
