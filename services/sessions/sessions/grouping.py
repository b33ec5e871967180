"""Forming groups: what the solver is given."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from kit import Transaction
from sessions import busy_coaches, queries
from sessions.domain.distance import read_place
from sessions.models import (
    Availability,
    DeliveryPartner,
    Enrolment,
    Group,
    Membership,
    OfferedCoach,
    StaffMember,
)


@dataclass(frozen=True)
class Without:
    """Whom planning anew is to do without: coaches who leave, people who withdraw."""

    coaches: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()


NOBODY = Without()


def hub_data(
    tx: Transaction,
    course: str,
    cohort: str,
    hubs: Collection[UUID],
    *,
    may_move: bool = False,
    without: Without = NOBODY,
    transferred: bool = False,
) -> list[dict[str, Any]]:
    """What `domain.grouping.solve` needs of those hubs that have an offer, in plain values.

    Read again under a hub's lock, equal data says that the result may be written.

    `transferred`: also those who still sit in a group of the hub that they came from.
    """
    found = queries.offers(tx, course, cohort)
    offers = {hub_id: offer for hub_id, offer in found.items() if hub_id in hubs}
    coaches = queries.offered_coaches(tx, [offer.offer_id for offer in offers.values()])
    offered = {coach.staff_id for of_offer in coaches.values() for coach in of_offer}
    standing: dict[UUID, list[Group]] = defaultdict(list)
    wanted = select(Group).where(
        Group.course == course,
        Group.cohort == cohort,
        Group.ended_at.is_(None),
        or_(Group.delivery_partner_id.in_(offers), Group.coach_staff_id.in_(offered)),
    )
    for group in tx.scalars(wanted.order_by(Group.formed_at, Group.group_id)):
        standing[group.delivery_partner_id].append(group)
    members = queries.members(
        tx, [group.group_id for hub_id in offers for group in standing[hub_id]]
    )
    staff = _staff(tx, offered, standing)
    gone = without.coaches | {id for id, known in staff.items() if not known.active}
    leading = {(g.slot, g.coach_staff_id) for theirs in standing.values() for g in theirs}
    pairs = {(coach.slot, coach.staff_id) for of_offer in coaches.values() for coach in of_offer}
    leading |= busy_coaches.among(tx, course, cohort, pairs)
    waiting = _waiting(tx, course, cohort, set(offers), without.people, transferred=transferred)
    can_do = _availability(tx, members) if may_move else {}
    places = _places(tx, offers)
    data = []
    for hub_id, offer in sorted(offers.items()):
        hub = places.get(hub_id)
        terms = {coach.staff_id: coach for coach in coaches[offer.offer_id]}
        data.append(
            {
                "hub": str(hub_id),
                "name": hub.name if hub else str(hub_id),
                "place": read_place(offer.venue_place or (hub.place if hub else None)),
                "people": waiting[hub_id],
                "coaches": _free(coaches[offer.offer_id], leading, staff, gone),
                "most_groups": _most(coaches[offer.offer_id], standing, hub_id),
                "may_move": may_move,
                "groups": [
                    {
                        "id": str(group.group_id),
                        "slot": group.slot,
                        "coach": _leader(group, staff, terms, gone if may_move else set()),
                        "members": [
                            _person(member, can_do.get(member.application_id))
                            for member in members[group.group_id]
                            if member.application_id not in without.people
                        ],
                    }
                    for group in standing[hub_id]
                ],
            }
        )
    return data


def data_of_each(
    tx: Transaction,
    course: str,
    cohort: str,
    hubs: Collection[UUID],
    *,
    may_move: bool = False,
    without: Without = NOBODY,
    transferred: bool = False,
) -> list[dict[str, Any]]:
    """The same hub by hub, so that others are served between two of them."""
    return [
        data
        for hub in sorted(hubs)
        for data in hub_data(
            tx,
            course,
            cohort,
            [hub],
            may_move=may_move,
            without=without,
            transferred=transferred,
        )
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


def _waiting(
    tx: Transaction,
    course: str,
    cohort: str,
    hubs: set[UUID],
    without: Collection[UUID],
    *,
    transferred: bool,
) -> dict[UUID, list[dict[str, Any]]]:
    """Hub → those without a group; `transferred`, also who sits in one of the former hub's."""
    waits = Group.group_id.is_(None)
    if transferred:
        waits = or_(waits, queries.sits_elsewhere())
    rows = tx.execute(
        select(Enrolment, Availability)
        .outerjoin(Availability, Availability.application_id == Enrolment.application_id)
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .outerjoin(Group, Group.group_id == Membership.group_id)
        .where(
            *queries.in_training(course, cohort),
            Enrolment.delivery_partner_id.in_(hubs),
            waits,
        )
        .order_by(Enrolment.application_id)
    ).all()
    before = _before(tx, [enrolment.application_id for enrolment, _ in rows])
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for enrolment, available in rows:
        if enrolment.application_id not in without:
            person = _person(enrolment, available)
            person["before"] = before.get(enrolment.application_id)
            found[_hub_of(enrolment)].append(person)
    return found


def _hub_of(enrolment: Enrolment) -> UUID:
    """The hub of somebody who has one."""
    assert enrolment.delivery_partner_id is not None
    return enrolment.delivery_partner_id


def _before(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, str]:
    """Application → the group that they were in last, where it still meets."""
    rows = tx.execute(
        select(Membership.application_id, Membership.group_id)
        .join(Group, Group.group_id == Membership.group_id)
        .where(
            Membership.application_id.in_(application_ids),
            Membership.left_at.is_not(None),
            Group.ended_at.is_(None),
        )
        .order_by(Membership.left_at, Membership.membership_id)
    )
    return {row[0]: str(row[1]) for row in rows}


def _availability(
    tx: Transaction, members: dict[UUID, list[Enrolment]]
) -> dict[UUID, Availability]:
    ids = [person.application_id for theirs in members.values() for person in theirs]
    rows = tx.scalars(select(Availability).where(Availability.application_id.in_(ids)))
    return {row.application_id: row for row in rows}


def _free(
    coaches: list[OfferedCoach],
    leading: set[tuple[str, UUID | None]],
    staff: dict[UUID, StaffMember],
    gone: Collection[UUID],
) -> dict[str, list[dict[str, Any]]]:
    free: dict[str, list[dict[str, Any]]] = {}
    for coach in coaches:
        theirs = free.setdefault(coach.slot, [])
        if (coach.slot, coach.staff_id) not in leading and coach.staff_id not in gone:
            theirs.append(_coach(coach.staff_id, staff, coach.provides))
    return free


def _most(
    coaches: list[OfferedCoach], standing: dict[UUID, list[Group]], hub: UUID
) -> dict[str, int]:
    """Coach → how many groups they can lead at this hub: fewer where they lead some elsewhere."""
    elsewhere = Counter(
        group.coach_staff_id
        for other, theirs in standing.items()
        for group in theirs
        if other != hub
    )
    return {
        str(coach.staff_id): max(0, coach.most_groups - elsewhere[coach.staff_id])
        for coach in coaches
        if coach.most_groups is not None
    }


def _leader(
    group: Group,
    staff: dict[UUID, StaffMember],
    terms: dict[UUID, OfferedCoach],
    gone: Collection[UUID],
) -> dict[str, Any] | None:
    if group.coach_staff_id is None or group.coach_staff_id in gone:
        return None
    offered = terms.get(group.coach_staff_id)
    return _coach(group.coach_staff_id, staff, offered.provides if offered else None)


def _staff(
    tx: Transaction, offered: set[UUID], standing: dict[UUID, list[Group]]
) -> dict[UUID, StaffMember]:
    ids = offered | {
        g.coach_staff_id for theirs in standing.values() for g in theirs if g.coach_staff_id
    }
    rows = tx.scalars(select(StaffMember).where(StaffMember.staff_id.in_(ids)))
    return {row.staff_id: row for row in rows}


def _places(tx: Transaction, hubs: Collection[UUID]) -> dict[UUID, DeliveryPartner]:
    wanted = select(DeliveryPartner).where(DeliveryPartner.delivery_partner_id.in_(hubs))
    return {row.delivery_partner_id: row for row in tx.scalars(wanted)}


def _person(enrolment: Enrolment, available: Availability | None) -> dict[str, Any]:
    return {
        "id": str(enrolment.application_id),
        "school": enrolment.school_urn,
        "trust": enrolment.trust_id,
        "phase": enrolment.phase,
        "slots": available.slots if available else [],
        "access": (available.needs if available else None) or [],
        "place": read_place(available.place if available else None),
    }


def _coach(
    staff_id: UUID, staff: dict[UUID, StaffMember], provides: list[str] | None
) -> dict[str, Any]:
    known = staff.get(staff_id)
    return {
        "id": str(staff_id),
        "school": known.school_urn if known else None,
        "trust": known.trust_id if known else None,
        "access": provides or [],
    }
