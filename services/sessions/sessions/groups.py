"""Coaching groups: joining, leaving, and telling who is in which."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select, update

from headship_contracts.errors import NotFound
from headship_contracts.sessions.groups import (
    GetGroup,
    GroupPage,
    GroupWithMembers,
    ListGroups,
    MemberRecord,
)
from headship_contracts.sessions.study import GroupStudyDays
from kit import Transaction
from kit.paging import page
from sessions import broken_rules, group_study, queries, schemas
from sessions.domain.london import today
from sessions.models import Enrolment, Group, Membership, PlaceProposal
from sessions.settings import SessionsSettings


def join(tx: Transaction, person: Enrolment, group: Group) -> None:
    """Put someone who has no group into one. The caller holds the enrolment's lock."""
    tx.add(
        Membership(
            membership_id=uuid4(),
            application_id=person.application_id,
            group_id=group.group_id,
            joined_at=tx.at,
            for_hub=person.delivery_partner_id,
        )
    )
    tell(tx, person, group)


def has_one(tx: Transaction, person: Enrolment) -> bool:
    return person.application_id in queries.memberships(tx, [person.application_id])


def tell(tx: Transaction, person: Enrolment, group: Group) -> None:
    """Tell who is in which group, with which coach."""
    person.place_revision = tx.next_revision(person.place_revision)
    tx.emit(schemas.grouped(person, group))


def leave(tx: Transaction, person: Enrolment, why: str) -> None:
    """Take someone out of their group, if they have one. The caller holds the enrolment's lock."""
    place = queries.memberships(tx, [person.application_id]).get(person.application_id)
    if place is None:
        return
    membership, group = place
    membership.left_at, membership.left_because = tx.at, why
    _overtake_proposals(tx, person)
    person.place_revision = tx.next_revision(person.place_revision)
    tx.flush()  # the row that ends goes before the one that may begin: only one is current
    tx.emit(schemas.ungrouped(person, group, why))


def _overtake_proposals(tx: Transaction, person: Enrolment) -> None:
    """Whoever leaves a group by any other way than a proposed place needs that one no more."""
    tx.execute(
        update(PlaceProposal)
        .where(PlaceProposal.application_id == person.application_id, PlaceProposal.state == "open")
        .values(state="overtaken", decided_at=tx.at, decided_by=str(tx.caller))
    )


def list_groups(
    tx: Transaction, request: ListGroups, settings: SessionsSettings, *, for_staff: bool = True
) -> GroupPage:
    """Oldest first. What is broken names people, maybe of several hubs: that is for staff."""
    wanted = select(Group)
    for name in ("course", "cohort", "delivery_partner_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Group, name) == value)
    if not request.ended:
        wanted = wanted.where(Group.ended_at.is_(None))
    keys = (Group.formed_at, Group.group_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    sizes = queries.sizes(tx, [group.group_id for group in found])
    broken = broken_rules.of_groups(tx, found, settings.group_least) if for_staff else []
    return GroupPage(
        items=[
            replace(
                schemas.group_record(group, sizes.get(group.group_id, 0)),
                shortfalls=[one for one in broken if one.group_id == group.group_id],
            )
            for group in found
        ],
        next_cursor=cursor,
    )


def get_group(
    tx: Transaction, request: GetGroup, settings: SessionsSettings, *, for_staff: bool = True
) -> GroupWithMembers:
    """One group and its members of today."""
    group = tx.get(Group, request.group_id)
    if group is None:
        raise NotFound("group_not_found", str(request.group_id))
    rows = tx.execute(
        select(Membership, Enrolment)
        .join(Enrolment, Enrolment.application_id == Membership.application_id)
        .where(Membership.group_id == group.group_id, Membership.left_at.is_(None))
        .order_by(Membership.joined_at, Membership.application_id)
    ).all()
    members = [
        MemberRecord(
            application_id=enrolment.application_id,
            participant_id=enrolment.participant_id,
            joined_on=today(membership.joined_at),
        )
        for membership, enrolment in rows
    ]
    days = group_study.days_of(tx, [group.group_id])[group.group_id]
    study = [
        GroupStudyDays(unit_code=code, starts_on=starts_on, ends_on=ends_on)
        for starts_on, ends_on, code in sorted((*its, code) for (code, _), its in days.items())
    ]
    broken = broken_rules.of_groups(tx, [group], settings.group_least) if for_staff else []
    record = replace(schemas.group_record(group, len(members)), shortfalls=broken)
    return GroupWithMembers(group=record, members=members, study=study)
