"""Whether somebody fits into a standing group, by what the database knows of both."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from kit import Transaction
from sessions import queries
from sessions.domain.places import Coach, obstacles
from sessions.models import Availability, Enrolment, Group, HubOffer, OfferedCoach, StaffMember


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
        _coach_of(tx, group),
        slot=group.slot,
        slots=told.slots if told else None,
        needs=(told.needs or ()) if told else (),
        provides=_provided(tx, group),
    )


def _provided(tx: Transaction, group: Group) -> list[str]:
    """What the group's coach provides of what people need, by the hub's offer."""
    wanted = (
        select(OfferedCoach.provides)
        .join(HubOffer, HubOffer.offer_id == OfferedCoach.offer_id)
        .where(
            HubOffer.delivery_partner_id == group.delivery_partner_id,
            HubOffer.course == group.course,
            HubOffer.cohort == group.cohort,
            OfferedCoach.staff_id == group.coach_staff_id,
        )
    )
    return tx.scalars(wanted.limit(1)).first() or []


def _coach_of(tx: Transaction, group: Group) -> Coach | None:
    """What is known of a group's coach."""
    known = tx.get(StaffMember, group.coach_staff_id) if group.coach_staff_id else None
    return Coach(known.school_urn, known.trust_id) if known else None
