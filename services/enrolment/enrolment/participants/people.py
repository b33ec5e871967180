"""Who is behind an id."""

from sqlalchemy import select

from enrolment.models import Participant, Staff
from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit import Transaction


def people(tx: Transaction, request: People) -> PeopleFound:
    """Participants and staff; ids that nobody has are left out."""
    ids = set(request.ids)
    participants = tx.scalars(select(Participant).where(Participant.id.in_(ids)))
    found = [
        Person(person_id=p.id, kind="participant", full_name=p.full_name, email=p.email)
        for p in participants
    ]
    staff = tx.scalars(select(Staff).where(Staff.id.in_(ids)))
    found += [
        Person(person_id=s.id, kind="staff", full_name=s.full_name, email=s.email) for s in staff
    ]
    return PeopleFound(people=found)
