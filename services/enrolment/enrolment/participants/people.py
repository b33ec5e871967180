"""Who is behind an id, and who asked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from enrolment.models import Participant, PersonalDataRead, Staff
from enrolment.traffic.writes import wall
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.messages import Request
from kit import Transaction
from kit.correlation import current_correlation


def people(tx: Transaction, request: People) -> PeopleFound:
    """Participants and staff; ids that nobody has are left out. Each asking is written down."""
    ids = set(request.ids)
    participants = tx.scalars(select(Participant).where(Participant.id.in_(ids)))
    found = [_person(p.id, "participant", p.full_name, p.email) for p in participants]
    staff = tx.scalars(select(Staff).where(Staff.id.in_(ids)))
    found += [_person(s.id, "staff", s.full_name, s.email) for s in staff]
    note_read(tx, People, (person.person_id for person in found))
    return PeopleFound(people=found)


def note_read(tx: Transaction, request: type[Request[Any]], ids: Iterable[UUID]) -> None:
    """Write down who asked what of whom."""
    told = PersonalDataRead(
        read_at=wall(),
        caller=str(tx.caller),
        method=request.wire.method,
        ids=sorted(str(one) for one in ids),
        correlation_id=current_correlation(),
    )
    tx.add(told)


def _person(person_id: UUID, kind: str, full_name: str, email: str | None) -> Person:
    return Person(person_id=person_id, kind=kind, full_name=full_name, email=email)
