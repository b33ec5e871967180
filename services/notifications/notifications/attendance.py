"""What sessions tells of attendance, and who hears of it: who missed a session, and their hub."""

from datetime import timedelta
from uuid import UUID

from headship_contracts.sessions.events import (
    AttendanceRecorded,
    CatchUpDecided,
    EngagementAtRisk,
)
from kit import Transaction
from notifications import hub_news, queries
from notifications.digests import Together
from notifications.domain.relevance import MISSED
from notifications.domain.statuses import Status
from notifications.domain.values import SOME_SESSION, wall_moment
from notifications.models import Application, Attendance, TrainingSession
from notifications.queueing import Wanted, queue, write
from notifications.settling import take_back

MISSED_AFTER = timedelta(hours=12)
"""How long a register stands before someone hears that they missed a session."""


def tell_attendance(tx: Transaction, event: AttendanceRecorded) -> None:
    """Who was not there hears how to catch up, once, unless the register is put right, or they have
    caught up, before it goes out.
    """
    attendance = queries.lock_newer(tx, Attendance, event.attendance_id, event.revision)
    if attendance is None:
        return
    is_again = attendance.status is not None
    attendance.application_id, attendance.session_id = event.application_id, event.session_id
    attendance.status = event.status
    if event.status not in MISSED:
        return
    session = tx.get(TrainingSession, event.session_id)
    key = f"{event.application_id}:{event.session_id}"
    if is_again and _was_taken_back(tx, f"session_missed:{key}"):
        key = f"{key}:{event.revision}"
    wanted = Wanted(
        template="session_missed",
        key=key,
        person_id=event.participant_id,
        application_id=event.application_id,
        session_id=event.session_id,
        values={
            "title": session.title if session else SOME_SESSION,
            "when": wall_moment(session.local_start) if session else "see your calendar",
        },
    )
    queue(tx, wanted, due_at=tx.at + MISSED_AFTER)
    hub_news.tell(
        tx,
        _hub_of(tx, event.application_id),
        "hub_missed_session",
        Together(about=f"missed:{event.attendance_id}", revision=event.revision),
        application_id=event.application_id,
        participant_id=event.participant_id,
        session_id=event.session_id,
        values=wanted.values,
    )


def _was_taken_back(tx: Transaction, business_key: str) -> bool:
    write(tx)
    message = queries.message_of_key(tx, business_key)
    return message is not None and message.status == Status.CANCELLED


def _hub_of(tx: Transaction, application_id: UUID) -> UUID | None:
    application = tx.get(Application, application_id)
    return application.delivery_partner_id if application else None


def tell_catch_up(tx: Transaction, event: CatchUpDecided) -> None:
    """The decision on each catch-up is told, unless a later one comes before it goes out."""
    if not _is_last_decision(tx, event):
        return
    session = tx.get(TrainingSession, event.session_id)
    wanted = Wanted(
        template="catch_up_decided",
        key=f"{event.attendance_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        session_id=event.session_id,
        values={
            "title": session.title if session else SOME_SESSION,
            "approved": event.outcome == "approved",
            "refused": event.outcome != "approved",
            "revision": event.revision,  # of two, the newer one counts
        },
    )
    queue(tx, wanted)


def _is_last_decision(tx: Transaction, event: CatchUpDecided) -> bool:
    """Former ones that have not gone out never do."""
    write(tx)
    waiting = queries.unheard(tx, "catch_up_decided", event.application_id)
    of_session = [one for one in waiting if one.session_id == event.session_id]
    older = [one for one in of_session if one.personalisation.get("revision", 0) < event.revision]
    for message in older:
        take_back(tx, message)
    return len(older) == len(of_session)


def tell_risk(tx: Transaction, event: EngagementAtRisk) -> None:
    """Who can miss little more hears it, once for each number of sessions left."""
    wanted = Wanted(
        template="engagement_at_risk",
        key=f"{event.application_id}:{event.missable}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "missable": [str(event.missable)] if event.missable > 0 else [],
            "some left": event.missable > 0,
            "none left": event.missable <= 0,
        },
    )
    queue(tx, wanted)
    hub_news.tell(
        tx,
        _hub_of(tx, event.application_id),
        "hub_at_risk",
        Together(about=f"risk:{event.application_id}", revision=event.revision),
        application_id=event.application_id,
        participant_id=event.participant_id,
        values={"missable": max(event.missable, 0)},
    )
