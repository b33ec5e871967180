"""Who is behind an id, and who asked."""

from uuid import UUID

from sqlalchemy import select

from enrolment.models import Participant, PersonalDataRead, Staff
from enrolment.writes import wall
from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit import Transaction
from kit.correlation import current_correlation


def people(tx: Transaction, request: People) -> PeopleFound:
    """Participants and staff; ids that nobody has are left out. Each asking is written down."""
    ids = set(request.ids)
    participants = tx.scalars(select(Participant).where(Participant.id.in_(ids)))
    found = [_person(p.id, "participant", p.full_name, p.email) for p in participants]
    staff = tx.scalars(select(Staff).where(Staff.id.in_(ids)))
    found += [_person(s.id, "staff", s.full_name, s.email) for s in staff]
    tx.add(
        PersonalDataRead(
            read_at=wall(),
            caller=str(tx.caller),
            method=People.wire.method,
            ids=sorted(str(person.person_id) for person in found),
            correlation_id=current_correlation(),
        )
    )
    return PeopleFound(people=found)


def _person(person_id: UUID, kind: str, full_name: str, email: str | None) -> Person:
    return Person(person_id=person_id, kind=kind, full_name=full_name, email=email)
