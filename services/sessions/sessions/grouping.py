"""Forming groups: what the solver is given, and putting its result into the books."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select

from kit import Transaction
from sessions import groups, queries
from sessions.models import (
    Availability,
    Enrolment,
    Group,
    Membership,
    OfferedCoach,
    StaffMember,
)


def hub_data(
    tx: Transaction, course: str, cohort: str, hubs: Collection[UUID]
) -> list[dict[str, Any]]:
    """What `domain.grouping.solve` needs of those hubs that have an offer, in plain values.

    Read again under a hub's lock, equal data says that the result may be written.
    """
    found = queries.offers(tx, course, cohort)
    offers = {hub_id: offer for hub_id, offer in found.items() if hub_id in hubs}
    coaches = queries.offered_coaches(tx, [offer.offer_id for offer in offers.values()])
    offered = {coach.staff_id for of_offer in coaches.values() for coach in of_offer}
    standing: dict[UUID, list[Group]] = defaultdict(list)
    wanted = select(Group).where(
        Group.course == course,
        Group.cohort == cohort,
        or_(Group.delivery_partner_id.in_(offers), Group.coach_staff_id.in_(offered)),
    )
    for group in tx.scalars(wanted.order_by(Group.formed_at, Group.group_id)):
        standing[group.delivery_partner_id].append(group)
    members = queries.members(
        tx, [group.group_id for hub_id in offers for group in standing[hub_id]]
    )
    staff = _staff(tx, offered, standing)
    leading = {(g.slot, g.coach_staff_id) for theirs in standing.values() for g in theirs}
    waiting = _waiting(tx, course, cohort, set(offers))
    return [
        {
            "hub": str(hub_id),
            "people": waiting[hub_id],
            "coaches": _free(coaches[offer.offer_id], leading, staff),
            "groups": [
                {
                    "id": str(group.group_id),
                    "slot": group.slot,
                    "coach": _coach(group.coach_staff_id, staff) if group.coach_staff_id else None,
                    "members": [_person(member) for member in members[group.group_id]],
                }
                for group in standing[hub_id]
            ],
        }
        for hub_id, offer in sorted(offers.items())
    ]


def without_offer(tx: Transaction, course: str, cohort: str) -> list[Enrolment]:
    """Those in training without a group whose hub offers nothing, or who have no hub."""
    offers = queries.offers(tx, course, cohort)
    wanted = (
        select(Enrolment)
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .where(*queries.in_training(course, cohort), Membership.application_id.is_(None))
        .where(
            or_(
                Enrolment.delivery_partner_id.is_(None),
                Enrolment.delivery_partner_id.not_in(offers),
            )
        )
    )
    return list(tx.scalars(wanted.order_by(Enrolment.application_id)))


def write_hub(tx: Transaction, course: str, cohort: str, outcome: dict[str, Any]) -> set[UUID]:
    """Put the result for one hub into the books; gives back who got a place."""
    hub = UUID(outcome["hub"])
    joining = {UUID(person): UUID(group) for person, group in outcome["joined"].items()}
    numbers = select(func.max(Group.number)).where(
        Group.delivery_partner_id == hub, Group.course == course, Group.cohort == cohort
    )
    number = tx.scalar(numbers) or 0
    formed: dict[UUID, Group] = {}
    for new in outcome["formed"]:
        number += 1
        group = Group(
            group_id=uuid4(),
            course=course,
            cohort=cohort,
            delivery_partner_id=hub,
            number=number,
            slot=new["slot"],
            coach_staff_id=UUID(new["coach"]),
            formed_at=tx.at,
        )
        formed[group.group_id] = group
        joining |= {UUID(person): group.group_id for person in new["members"]}
    tx.add_all(formed.values())
    tx.flush()

    people = queries.lock_enrolments(tx, joining)
    places = queries.memberships(tx, joining)
    for application_id, group_id in joining.items():
        if application_id in places:  # at the hub that they were transferred from
            groups.leave(tx, people[application_id], "transferred")
        group = formed.get(group_id) or tx.get_one(Group, group_id)
        groups.join(tx, people[application_id], group)
    return set(joining)


def _waiting(
    tx: Transaction, course: str, cohort: str, hubs: set[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """Hub → those without a group at it, with what they can do."""
    rows = tx.execute(
        select(Enrolment, Availability.slots)
        .outerjoin(Availability, Availability.application_id == Enrolment.application_id)
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .outerjoin(Group, Group.group_id == Membership.group_id)
        .where(
            *queries.in_training(course, cohort),
            Enrolment.delivery_partner_id.in_(hubs),
            or_(
                Group.group_id.is_(None),
                Group.delivery_partner_id != Enrolment.delivery_partner_id,
            ),
        )
        .order_by(Enrolment.application_id)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for enrolment, slots in rows:
        assert enrolment.delivery_partner_id is not None
        found[enrolment.delivery_partner_id].append(_person(enrolment) | {"slots": slots or []})
    return found


def _free(
    coaches: list[OfferedCoach],
    leading: set[tuple[str, UUID | None]],
    staff: dict[UUID, StaffMember],
) -> dict[str, list[dict[str, Any]]]:
    free: dict[str, list[dict[str, Any]]] = {}
    for coach in coaches:
        known, theirs = staff.get(coach.staff_id), free.setdefault(coach.slot, [])
        if (coach.slot, coach.staff_id) not in leading and (known is None or known.active):
            theirs.append(_coach(coach.staff_id, staff))
    return free


def _staff(
    tx: Transaction, offered: set[UUID], standing: dict[UUID, list[Group]]
) -> dict[UUID, StaffMember]:
    ids = offered | {
        g.coach_staff_id for theirs in standing.values() for g in theirs if g.coach_staff_id
    }
    rows = tx.scalars(select(StaffMember).where(StaffMember.staff_id.in_(ids)))
    return {row.staff_id: row for row in rows}


def _person(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "id": str(enrolment.application_id),
        "school": enrolment.school_urn,
        "trust": enrolment.trust_id,
    }


def _coach(staff_id: UUID, staff: dict[UUID, StaffMember]) -> dict[str, Any]:
    known = staff.get(staff_id)
    return {
        "id": str(staff_id),
        "school": known.school_urn if known else None,
        "trust": known.trust_id if known else None,
    }
