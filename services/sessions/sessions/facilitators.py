"""Who leads which session: the group's coach, or whoever was put in their place."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import Refused
from headship_contracts.sessions.plans import ShortfallRecord
from headship_contracts.sessions.schedule import SessionRecord
from kit import Transaction
from sessions import queries, schemas
from sessions.domain.places import Coach, obstacles
from sessions.domain.template import Kind
from sessions.models import Facilitation, Group, StaffMember, TrainingSession


def settle(tx: Transaction, sessions: Collection[TrainingSession]) -> None:
    """Note who is to lead each session, and who no longer is: both see it in their calendars."""
    ids = [session.session_id for session in sessions]
    coaches = _coaches(tx, sessions)
    known: dict[UUID, dict[UUID, Facilitation]] = defaultdict(dict)
    for row in tx.scalars(select(Facilitation).where(Facilitation.session_id.in_(ids))):
        known[row.session_id][row.staff_id] = row
    for session in sessions:
        leads = session.facilitator_staff_id or coaches.get(session.session_id)
        theirs = known[session.session_id]
        for staff_id, row in theirs.items():
            if row.held != (staff_id == leads):
                row.held, row.changes, row.changed_at = not row.held, row.changes + 1, tx.at
        if leads is not None and leads not in theirs:
            tx.add(Facilitation(session_id=session.session_id, staff_id=leads, changed_at=tx.at))
    tx.flush()


def leaders(tx: Transaction, session_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Session → who leads it, where that is known."""
    wanted = select(Facilitation).where(Facilitation.session_id.in_(session_ids), Facilitation.held)
    return {row.session_id: row.staff_id for row in tx.scalars(wanted)}


def record(
    tx: Transaction, session: TrainingSession, told: Sequence[ShortfallRecord] = ()
) -> SessionRecord:
    """The session, who leads it, and what could not be kept."""
    leads = leaders(tx, [session.session_id]).get(session.session_id)
    return replace(schemas.session_record(session, leads), shortfalls=list(told))


def require_active(tx: Transaction, staff_id: UUID) -> None:
    """Refused for who no longer works here."""
    known = tx.get(StaffMember, staff_id)
    if known is not None and not known.active:
        raise Refused("facilitator_not_active", "is nobody who works here now")


def require_apart(tx: Transaction, staff_id: UUID, session: TrainingSession) -> None:
    """In a coaching session nobody sits before a coach of their own school or trust."""
    coach = _belongs(tx, staff_id)
    if session.kind != Kind.coaching or coach is None:
        return
    close = [
        str(person.application_id)
        for person, _ in queries.seated(tx, session.session_id)
        if obstacles((person.school_urn, person.trust_id), (), coach)
    ]
    if close:
        told = ", ".join(close)
        raise Refused("facilitator_too_close", f"of the school or trust of {told}")


def coach_of(tx: Transaction, session: TrainingSession) -> Coach | None:
    """What is known of who leads a session: of whoever stands in, else of its group's coach."""
    leads = session.facilitator_staff_id or _coaches(tx, [session]).get(session.session_id)
    return _belongs(tx, leads) if leads is not None else None


def _belongs(tx: Transaction, staff_id: UUID) -> Coach | None:
    known = tx.get(StaffMember, staff_id)
    return Coach(known.school_urn, known.trust_id) if known is not None else None


def _coaches(tx: Transaction, sessions: Collection[TrainingSession]) -> dict[UUID, UUID | None]:
    """Session → the coach of its group."""
    groups = {session.group_id for session in sessions if session.group_id is not None}
    wanted = select(Group.group_id, Group.coach_staff_id).where(Group.group_id.in_(groups))
    coach_of = dict(tx.execute(wanted).all())
    return {
        session.session_id: coach_of.get(session.group_id)
        for session in sessions
        if session.group_id is not None
    }
