"""Rules of coaching groups that held when they were formed, and that have been broken since: some
have withdrawn, somebody works at another school or cannot do the slot any more, a coach is of
another trust or has left, a hub is closed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions.domain.places import Coach, obstacles
from sessions.models import (
    Availability,
    DeliveryPartner,
    Enrolment,
    Group,
    HubOffer,
    Membership,
    OfferedCoach,
    StaffMember,
)

Member = tuple[UUID, str | None, str | None, Sequence[str], Sequence[str] | None]
"""Application, school, trust, needs, and the slots that they can do (None: not said)."""

CODES = {
    "slot": "slot_not_possible",
    "school": "one_trust_twice",
    "trust": "one_trust_twice",
    "coach": "coach_too_close",
    "access": "access_needs",
}
"""What hinders somebody in a group → what is told of it."""

ANEW = "replan_groups moves the fewest"
WHY = {
    "slot_not_possible": "cannot do its slot, as they say now; swap_groups changes two",
    "one_trust_twice": f"are of one school or trust; {ANEW}",
    "coach_too_close": f"are of their coach's school or trust; {ANEW}",
    "access_needs": f"need what the coach's sessions do not provide; {ANEW}",
}
MOST_NAMED = 20


def of_groups(tx: Transaction, groups: Collection[Group], least: int) -> list[ShortfallRecord]:
    """Of each group what is broken, and of whom; in the order of the groups. `least`: people in a
    group, at least."""
    people = _members(tx, [group.group_id for group in groups])
    coaches = {group.coach_staff_id for group in groups if group.coach_staff_id}
    wanted = select(StaffMember).where(StaffMember.staff_id.in_(coaches))
    staff = {row.staff_id: row for row in tx.scalars(wanted)}
    provided = _provided(tx, coaches)
    hubs = select(DeliveryPartner).where(
        DeliveryPartner.delivery_partner_id.in_({group.delivery_partner_id for group in groups}),
        DeliveryPartner.status != "active",
    )
    closed = {hub.delivery_partner_id: hub.status for hub in tx.scalars(hubs)}
    found = []
    for group in groups:
        coach = staff.get(group.coach_staff_id) if group.coach_staff_id else None
        key = (group.delivery_partner_id, group.course, group.cohort, group.coach_staff_id)
        if status := closed.get(group.delivery_partner_id):
            told = f"group {group.number}: its hub is {status}; a transfer takes its people on"
            found.append(_record(group, "hub_not_active", told, len(people[group.group_id])))
        if coach is not None and not coach.active:
            told = f"group {group.number}: its coach has left; replan_groups finds another"
            found.append(_record(group, "coach_has_left", told, 0))
        members = people[group.group_id]
        if group.ended_at is None and len(members) < least:
            told = (
                f"group {group.number}: it has {len(members)} people, {least} are the least; {ANEW}"
            )
            found.append(_record(group, "group_too_small", told, len(members)))
        for code, whose in _broken(members, group.slot, coach, provided.get(key, ())).items():
            named = ", ".join(map(str, whose[:MOST_NAMED]))
            told = f"group {group.number}: {named} {WHY[code]}"
            found.append(_record(group, code, told, len(whose)))
    return found


def _broken(
    members: Sequence[Member], slot: str, coach: StaffMember | None, provides: Collection[str]
) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = defaultdict(list)
    theirs = Coach(coach.school_urn, coach.trust_id) if coach else None
    for id, school, trust, needs, slots in members:
        others = [(one[1], one[2]) for one in members if one[0] != id]
        told = obstacles(
            (school, trust),
            others,
            theirs,
            slot=slot,
            slots=slots,
            needs=needs,
            provides=provides,
        )
        for code in {CODES[one] for one in told}:
            found[code].append(id)
    return found


def _members(tx: Transaction, group_ids: Collection[UUID]) -> Mapping[UUID, list[Member]]:
    """Values and not records: a cohort may have thousands of people."""
    rows = tx.execute(
        select(
            Membership.group_id,
            Enrolment.application_id,
            Enrolment.school_urn,
            Enrolment.trust_id,
            Availability.needs,
            Availability.slots,
        )
        .join(Enrolment, Enrolment.application_id == Membership.application_id)
        .outerjoin(Availability, Availability.application_id == Enrolment.application_id)
        .where(Membership.group_id.in_(group_ids), Membership.left_at.is_(None))
        .order_by(Enrolment.application_id)
    )
    found: dict[UUID, list[Member]] = defaultdict(list)
    for group_id, id, school, trust, needs, slots in rows:
        found[group_id].append((id, school, trust, needs or (), slots))
    return found


def _provided(
    tx: Transaction, coaches: Collection[UUID]
) -> dict[tuple[UUID, str, str, UUID | None], list[str]]:
    """Hub, course, cohort and coach → what their sessions there provide."""
    rows = tx.execute(
        select(
            HubOffer.delivery_partner_id,
            HubOffer.course,
            HubOffer.cohort,
            OfferedCoach.staff_id,
            OfferedCoach.provides,
        )
        .join(OfferedCoach, OfferedCoach.offer_id == HubOffer.offer_id)
        .where(OfferedCoach.staff_id.in_(coaches), OfferedCoach.provides.is_not(None))
    )
    return {tuple(key): provides for *key, provides in rows}


def _record(group: Group, code: str, detail: str, people: int) -> ShortfallRecord:
    return ShortfallRecord(
        code=code,
        detail=detail,
        people=people,
        group_id=group.group_id,
        delivery_partner_id=group.delivery_partner_id,
    )
