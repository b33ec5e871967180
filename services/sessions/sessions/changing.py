"""Changing a session that has not begun: its time, its venue, how it is joined, that it is off."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from headship_contracts.errors import Conflict, Refused
from headship_contracts.sessions.events import (
    SessionCancelled,
    SessionChanged,
    SessionMoved,
    SessionScheduled,
)
from headship_contracts.sessions.running import SetJoiningDetails, SubstituteFacilitator
from headship_contracts.sessions.schedule import CancelSession, MoveSession, SessionRecord
from kit import Transaction
from sessions import apologies, by_hand, facilitators, queries, schemas
from sessions.domain.london import instant, read_local
from sessions.models import TrainingSession
from sessions.settings import SessionsSettings


def move(tx: Transaction, request: MoveSession, settings: SessionsSettings) -> SessionRecord:
    """Give a session another time or venue; with another time it is the plan's to move no more."""
    session = changeable(tx, request.session_id, request.expected_revision)
    local_start = read_local(request.local_start)
    starts_at = instant(local_start, request.fold)
    require_working_day(local_start, starts_at, tx.at)
    venue = request.venue or session.venue
    if (starts_at, venue) == (session.starts_at, session.venue):
        return facilitators.record(tx, session)  # it is there already: nobody is told anything
    told = by_hand.check_time(tx, session, starts_at, venue, settings, former=session.starts_at)
    session.by_hand = session.by_hand or starts_at != session.starts_at
    move_to(tx, session, local_start, request.fold or 0, request.venue)
    return facilitators.record(tx, session, told)


def cancel(tx: Transaction, request: CancelSession) -> SessionRecord:
    """Cancel a session that has not begun; one that is cancelled stays as it is."""
    session = queries.session(tx, request.session_id, lock=True)
    if session.status != "cancelled":
        session = changeable(tx, request.session_id, request.expected_revision)
        call_off(tx, session, request.reason)
    return facilitators.record(tx, session)


def set_joining_details(tx: Transaction, request: SetJoiningDetails) -> SessionRecord:
    """How to join it; calendars show it from now on."""
    session = changeable(tx, request.session_id, request.expected_revision)
    told = (request.meeting_link, request.joining_details)
    if (session.meeting_link, session.joining_details) != told:
        session.meeting_link, session.joining_details = told
        touch(tx, session)
        tx.emit(SessionChanged(**schemas.session_state(session), change="joining_details"))
    return facilitators.record(tx, session)


def substitute_facilitator(
    tx: Transaction, request: SubstituteFacilitator, settings: SessionsSettings
) -> SessionRecord:
    """Somebody else leads the session, or the group's own coach again."""
    session = changeable(tx, request.session_id, request.expected_revision)
    told = []
    if request.staff_id is not None:
        facilitators.require_active(tx, request.staff_id)
        told = by_hand.check_facilitator(tx, session, request.staff_id, settings)
        facilitators.require_apart(tx, request.staff_id, session)
    if session.facilitator_staff_id != request.staff_id:
        session.facilitator_staff_id = request.staff_id
        touch(tx, session)
        facilitators.settle(tx, [session])
        tx.emit(SessionChanged(**schemas.session_state(session), change="facilitator"))
    return facilitators.record(tx, session, told)


def changeable(tx: Transaction, session_id: UUID, expected_revision: int | None) -> TrainingSession:
    """The session, locked. Refused once it has begun or was cancelled."""
    session = queries.session(tx, session_id, lock=True)
    if expected_revision is not None and expected_revision != session.revision:
        raise Conflict("session_changed", f"it is at revision {session.revision}")
    if session.status == "cancelled":
        raise Refused("session_cancelled", "it was cancelled already")
    if session.starts_at <= tx.at:
        raise Refused("session_begun", f"it began at {session.starts_at.isoformat()}")
    return session


def require_working_day(local_start: datetime, starts_at: datetime, at: datetime) -> None:
    """Refused for a time that is over, and a weekend; a bank holiday is among the clashes."""
    if starts_at <= at:
        raise Refused("time_is_past", f"{local_start.isoformat(timespec='minutes')} is over")
    if local_start.weekday() > 4:
        raise Refused("not_a_working_day", f"{local_start.date()} is at a weekend")


def move_to(
    tx: Transaction,
    session: TrainingSession,
    local_start: datetime,
    fold: int,
    venue: str | None = None,
) -> None:
    """Give the locked session another time, which makes apologies for the former one void."""
    former = session.starts_at
    session.local_start, session.fold = local_start.isoformat(timespec="minutes"), fold
    session.starts_at = instant(local_start, fold)
    session.ends_at = session.starts_at + timedelta(minutes=session.minutes)
    session.venue = venue or session.venue
    if session.starts_at != former:
        apologies.lapse(tx, session)
    touch(tx, session)
    tx.emit(SessionMoved(**schemas.session_state(session), former_starts_at=former.astimezone(UTC)))


def rename(tx: Transaction, session: TrainingSession, title: str) -> None:
    """Give the session another title."""
    session.title = title
    touch(tx, session)
    tx.emit(SessionChanged(**schemas.session_state(session), change="title"))


def call_off(tx: Transaction, session: TrainingSession, why: str) -> None:
    """Cancel the locked session."""
    session.status = "cancelled"
    touch(tx, session)
    tx.emit(SessionCancelled(**schemas.session_state(session), reason=why))


def drop(tx: Transaction, session: TrainingSession, why: str) -> None:
    """Cancel a session that the plan or the groups no longer have. Its people keep their seats in
    it, by which they are told; its unit stays due."""
    session.cancelled_because = why
    call_off(tx, session, why)


def restore(tx: Transaction, session: TrainingSession, asked: Mapping[str, Any]) -> None:
    """Put one that was dropped back into the calendar, with the columns that are `asked`."""
    former = session.starts_at
    for name, value in asked.items():
        setattr(session, name, value)
    session.cancelled_because = None
    if session.starts_at != former:
        apologies.lapse(tx, session)
    touch(tx, session)
    tx.emit(SessionScheduled(**schemas.session_state(session)))


def touch(tx: Transaction, session: TrainingSession) -> None:
    """It has changed: calendars and readers of events see by these that it is newer."""
    session.sequence, session.changed_at = session.sequence + 1, tx.at
    session.revision = tx.next_revision(session.revision)
