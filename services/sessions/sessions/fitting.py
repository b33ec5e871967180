"""Whether somebody fits into a standing group, by what the database knows of both."""

from collections.abc import Collection
from uuid import UUID

from kit import Transaction
from sessions import queries
from sessions.domain.places import Coach, obstacles
from sessions.models import Availability, Enrolment, Group, StaffMember


def into_group(
    tx: Transaction, person: Enrolment, group: Group, *, without: Collection[UUID] = ()
) -> list[str]:
    """Why somebody may not come into a group, as codes; `without` members who leave it."""
    members = [
        (member.school_urn, member.trust_id)
        for member in queries.members(tx, [group.group_id])[group.group_id]
        if member.application_id not in {*without, person.application_id}
    ]
    told = tx.get(Availability, person.application_id)
    return obstacles(
        (person.school_urn, person.trust_id),
        members,
        coach_of(tx, group),
        slot=group.slot,
        slots=told.slots if told else None,
    )


def coach_of(tx: Transaction, group: Group) -> Coach | None:
    """What is known of a group's coach."""
    known = tx.get(StaffMember, group.coach_staff_id) if group.coach_staff_id else None
    return Coach(known.school_urn, known.trust_id) if known else None
