"""Registers to read: the seats of a session with names, which are enrolment's."""

from collections.abc import Sequence
from uuid import UUID

from headship_contracts.enrolment.people import People
from headship_contracts.errors import Refused, Unavailable
from headship_contracts.sessions.attendance import GetRegister, Register, RegisterLine
from headship_contracts.shape import MAX_ITEMS
from kit import Ask, Transaction
from sessions import queries
from sessions.models import Attendance, Enrolment

AT_ONCE = 500
"""People that enrolment tells of in one answer."""

NAMES_WITHIN = 5.0
"""Seconds to wait for names; a register without them is better than none."""


def read(tx: Transaction, request: GetRegister) -> Register:
    """The register, still without names."""
    session = queries.session(tx, request.session_id)
    found = queries.seated(
        tx, session.session_id, hub=request.delivery_partner_id, most=MAX_ITEMS + 1
    )
    if len(found) > MAX_ITEMS:
        raise Refused("register_too_long", f"over {MAX_ITEMS} seats: ask hub by hub")
    return Register(
        session_id=session.session_id,
        title=session.title,
        kind=session.kind,
        status=session.status,
        starts_at=session.starts_at,
        minutes=session.minutes,
        lines=[_line(person, attendance) for person, attendance in found],
    )


def names(ask: Ask, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Participant → name; empty while enrolment does not answer."""
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        try:
            told = ask(People(ids=list(ids[start : start + AT_ONCE])), seconds=NAMES_WITHIN)
        except Unavailable:
            return {}
        found |= {person.person_id: person.full_name for person in told.people}
    return found


def _line(person: Enrolment, attendance: Attendance | None) -> RegisterLine:
    if attendance is None:
        return RegisterLine(
            application_id=person.application_id, participant_id=person.participant_id
        )
    return RegisterLine(
        application_id=person.application_id,
        participant_id=person.participant_id,
        status=attendance.status,
        minutes=attendance.minutes if attendance.status else None,
        counts=attendance.counts,
        comment=attendance.comment,
    )
