"""Reads of offers, groups and their members."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from kit import Transaction
from sessions.models import (
    Enrolment,
    Group,
    HubOffer,
    Membership,
    OfferedCoach,
    VenuePlace,
)


def offers(
    tx: Transaction, course: str, cohort: str, hub: UUID | None = None, *, lock: bool = False
) -> dict[UUID, HubOffer]:
    """Hub → its offer to a cohort."""
    wanted = select(HubOffer).where(HubOffer.course == course, HubOffer.cohort == cohort)
    if hub is not None:
        wanted = wanted.where(HubOffer.delivery_partner_id == hub)
    wanted = wanted.order_by(HubOffer.offer_id)
    rows = tx.scalars(wanted.with_for_update() if lock else wanted)
    return {row.delivery_partner_id: row for row in rows}


def offered_coaches(tx: Transaction, offer_ids: Collection[UUID]) -> dict[UUID, list[OfferedCoach]]:
    """Offer → its coaches, by slot."""
    wanted = select(OfferedCoach).where(OfferedCoach.offer_id.in_(offer_ids))
    found: dict[UUID, list[OfferedCoach]] = defaultdict(list)
    for row in tx.scalars(wanted.order_by(OfferedCoach.slot, OfferedCoach.staff_id)):
        found[row.offer_id].append(row)
    return found


def memberships(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, tuple[Membership, Group]]:
    """Application → its current membership, where it has one."""
    rows = tx.execute(
        select(Membership, Group)
        .join(Group, Group.group_id == Membership.group_id)
        .where(Membership.application_id.in_(application_ids), Membership.left_at.is_(None))
    )
    return {membership.application_id: (membership, group) for membership, group in rows}


def members(tx: Transaction, group_ids: Collection[UUID]) -> dict[UUID, list[Enrolment]]:
    """Group → the enrolments of its members of today, in id order."""
    rows = tx.execute(
        select(Membership.group_id, Enrolment)
        .join(Enrolment, Enrolment.application_id == Membership.application_id)
        .where(Membership.group_id.in_(group_ids), Membership.left_at.is_(None))
        .order_by(Enrolment.application_id)
    )
    found: dict[UUID, list[Enrolment]] = defaultdict(list)
    for group_id, row in rows:
        found[group_id].append(row)
    return found


def standing(tx: Transaction, course: str, cohort: str, hub: UUID | None = None) -> list[Group]:
    """The groups of a cohort that have not ended, oldest first."""
    wanted = select(Group).where(
        Group.course == course, Group.cohort == cohort, Group.ended_at.is_(None)
    )
    if hub is not None:
        wanted = wanted.where(Group.delivery_partner_id == hub)
    return list(tx.scalars(wanted.order_by(Group.formed_at, Group.group_id)))


def sizes(tx: Transaction, group_ids: Collection[UUID]) -> dict[UUID, int]:
    """Group → how many members it has today."""
    rows = tx.execute(
        select(Membership.group_id, func.count())
        .where(Membership.group_id.in_(group_ids), Membership.left_at.is_(None))
        .group_by(Membership.group_id)
    )
    return {row[0]: row[1] for row in rows}


def venue_places(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Application → the hub at whose venue their face-to-face days are (None: nowhere), of those
    whose days are not at their own hub's."""
    wanted = select(VenuePlace).where(VenuePlace.application_id.in_(application_ids))
    return {row.application_id: row.delivery_partner_id for row in tx.scalars(wanted)}


def sits_elsewhere() -> ColumnElement[bool]:
    """Whether somebody sits in a group that is another hub's, and not because theirs was too small:
    they were transferred. Of Enrolment, Membership and Group, joined."""
    for_theirs = Membership.for_hub == Enrolment.delivery_partner_id
    return (Group.delivery_partner_id != Enrolment.delivery_partner_id) & ~func.coalesce(
        for_theirs, False
    )
