"""Following a change of hub: a place at the new one is proposed, and taken once it is confirmed."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions import transfers as contracts
from kit import Transaction
from kit.db import ServiceDatabase
from kit.paging import page
from sessions import by_hand, fitting, groups, queries, room, seats
from sessions.domain.places import WORDS
from sessions.models import Availability, Enrolment, Group, Membership, PlaceProposal
from sessions.settings import SessionsSettings

BY_POLICY = "policy"
MOST_TOLD = 100
"""Shortfalls that an answer names."""


def propose_places(db: ServiceDatabase, at: datetime, settings: SessionsSettings) -> None:
    """Find a place for everyone who sits in a group of another hub than theirs."""
    with db.transaction(at=at) as tx:
        waiting = list(tx.scalars(_sitting_elsewhere()))
    for application_id in waiting:
        with db.transaction(at=at) as tx:
            _propose_one(tx, application_id, settings)


def propose(
    tx: Transaction, request: contracts.ProposePlace, settings: SessionsSettings
) -> contracts.PlaceProposal:
    """Look for a place now, or propose a certain group."""
    person, place = _person(tx, request.application_id)
    if not _sits_elsewhere(person, place):
        raise Refused("nothing_to_propose", "they are in no group of another hub than theirs")
    _overtake(tx, person)
    if request.group_id is None:
        found = _best_group(tx, person, settings)
    else:
        found = _certain_group(tx, person, request.group_id, settings), None
    return _record(tx, _open(tx, person, place[1], *found), person)


def decide(
    tx: Transaction, request: contracts.DecidePlaceProposal, settings: SessionsSettings
) -> contracts.PlaceProposal:
    """Confirmed, group and seats change; declined, they stay as they are."""
    known = tx.get(PlaceProposal, request.proposal_id)
    if known is None:
        raise NotFound("proposal_not_found", str(request.proposal_id))
    person, place = _person(tx, known.application_id)
    proposal = tx.get(PlaceProposal, request.proposal_id, populate_existing=True)
    assert proposal is not None
    if proposal.state != "open":
        raise Refused("proposal_decided", f"it is {proposal.state}")
    if not request.confirmed:
        _decide(tx, proposal, "declined", str(tx.caller), request.note)
        return _record(tx, proposal, person)
    if proposal.group_id is None:
        raise Refused("no_place_proposed", f"there is none: {proposal.reason}")
    group = _certain_group(tx, person, proposal.group_id, settings)
    told = by_hand.check_person(tx, person, group, settings)
    _take(tx, person, group, moves=place is not None)
    _decide(tx, proposal, "confirmed", str(tx.caller), request.note)
    return replace(_record(tx, proposal, person), shortfalls=told[:MOST_TOLD])


def list_proposals(
    tx: Transaction, request: contracts.ListPlaceProposals
) -> contracts.PlaceProposalPage:
    """Oldest first."""
    wanted = select(PlaceProposal, Enrolment).join(
        Enrolment, Enrolment.application_id == PlaceProposal.application_id
    )
    wanted = wanted.where(PlaceProposal.state == (request.state or "open"))
    for name in ("application_id", "delivery_partner_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(PlaceProposal, name) == value)
    keys = (PlaceProposal.made_at, PlaceProposal.proposal_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    items = [_record(tx, proposal, person) for proposal, person in found]
    return contracts.PlaceProposalPage(items=items, next_cursor=cursor)


def follow(tx: Transaction, person: Enrolment) -> None:
    """A change of hub, or of standing: what was proposed may be void. Holds the person's lock."""
    found = _open_one(tx, person.application_id)
    place = queries.memberships(tx, [person.application_id]).get(person.application_id)
    elsewhere = person.in_training and _sits_elsewhere(person, place)
    if found is not None and (
        not elsewhere or found.delivery_partner_id != person.delivery_partner_id
    ):
        _decide(tx, found, "overtaken", str(tx.caller), None)
        found = None
    if elsewhere and found is None:
        tx.wake("propose_places")


def _propose_one(tx: Transaction, application_id: UUID, settings: SessionsSettings) -> None:
    person, place = _person(tx, application_id)
    if not _sits_elsewhere(person, place) or not person.in_training:
        return
    known = _open_one(tx, application_id)
    if known is not None and known.group_id is not None:
        return  # it waits to be decided
    group, reason = _best_group(tx, person, settings)
    if known is not None:
        if group is None and known.reason == reason:
            return
        _decide(tx, known, "overtaken", BY_POLICY, None)
        tx.flush()
    elif _was_declined(tx, person):
        return  # the team looks for itself
    assert place is not None
    proposal = _open(tx, person, place[1], group, reason)
    if group is not None and settings.transfer_policy == BY_POLICY:
        _take(tx, person, group, moves=True)
        _decide(tx, proposal, "confirmed", BY_POLICY, None)


def _sits_elsewhere(person: Enrolment, place: tuple[Membership, Group] | None) -> bool:
    """In another hub's group, and not because their own was too small for one."""
    if place is None or place[1].delivery_partner_id == person.delivery_partner_id:
        return False
    return place[0].for_hub is None or place[0].for_hub != person.delivery_partner_id


def _take(tx: Transaction, person: Enrolment, group: Group, *, moves: bool) -> None:
    if moves:
        groups.leave(tx, person, "transferred")
    groups.join(tx, person, group)
    room.forget(tx, person)
    tx.flush()
    seats.settle(tx, [person], "transferred")


def _person(
    tx: Transaction, application_id: UUID
) -> tuple[Enrolment, tuple[Membership, Group] | None]:
    """The person, locked after their hub's offer, so that nobody joins its groups meanwhile."""
    known = queries.enrolment(tx, application_id)
    if known.delivery_partner_id is not None:
        hub = known.delivery_partner_id
        queries.offers(tx, known.course, known.cohort, hub, lock=True)
    person = queries.lock_enrolments(tx, [application_id])[application_id]
    return person, queries.memberships(tx, [application_id]).get(application_id)


def _sitting_elsewhere() -> Select[UUID]:
    return (
        select(Enrolment.application_id)
        .join(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .join(Group, Group.group_id == Membership.group_id)
        .where(
            Enrolment.status == "accepted",
            Enrolment.training_status == "active",
            Enrolment.delivery_partner_id.is_not(None),
            queries.sits_elsewhere(),
        )
        .order_by(Enrolment.application_id)
    )


def _best_group(
    tx: Transaction, person: Enrolment, settings: SessionsSettings
) -> tuple[Group | None, str | None]:
    """The group with room that suits best: the slot they prefer, then the fewest people."""
    wanted = select(Group).where(
        Group.course == person.course,
        Group.cohort == person.cohort,
        Group.delivery_partner_id == person.delivery_partner_id,
        Group.ended_at.is_(None),
    )
    standing = list(tx.scalars(wanted.order_by(Group.number)))
    if not standing:
        return None, "no_group"
    sizes = queries.sizes(tx, [group.group_id for group in standing])
    roomy = [g for g in standing if sizes.get(g.group_id, 0) < settings.group_most]
    if not roomy:
        return None, "no_room"
    fit = [group for group in roomy if not fitting.into_group(tx, person, group)]
    if not fit:
        return None, "does_not_fit"
    told = tx.get(Availability, person.application_id)
    rank = {slot: place for place, slot in enumerate(told.slots if told else [])}
    best = min(
        fit,
        key=lambda group: (
            rank.get(group.slot, len(rank)),
            sizes.get(group.group_id, 0),
            group.number,
        ),
    )
    return best, None


def _certain_group(
    tx: Transaction, person: Enrolment, group_id: UUID, settings: SessionsSettings
) -> Group:
    """Raises Invalid for no group of their hub, Refused for one that cannot take them."""
    group = tx.get(Group, group_id)
    of_hub = group is not None and (group.course, group.cohort, group.delivery_partner_id) == (
        person.course,
        person.cohort,
        person.delivery_partner_id,
    )
    if group is None or not of_hub or group.ended_at is not None:
        told = ["is no group of their hub and cohort"]
        raise Invalid("invalid_fields", "no such group", {"group_id": told})
    if queries.sizes(tx, [group_id]).get(group_id, 0) >= settings.group_most:
        raise Refused("group_full", f"group {group.number} has no room")
    if found := fitting.into_group(tx, person, group):
        raise Refused("does_not_fit", "; ".join(f"it {WORDS[code]}" for code in found))
    return group


def _open(
    tx: Transaction, person: Enrolment, former: Group, group: Group | None, reason: str | None
) -> PlaceProposal:
    assert person.delivery_partner_id is not None
    proposal = PlaceProposal(
        proposal_id=uuid4(),
        application_id=person.application_id,
        former_group_id=former.group_id,
        delivery_partner_id=person.delivery_partner_id,
        group_id=group.group_id if group else None,
        reason=reason,
        state="open",
        made_at=tx.at,
    )
    tx.add(proposal)
    tx.flush()
    return proposal


def _open_one(tx: Transaction, application_id: UUID) -> PlaceProposal | None:
    return tx.scalar(
        select(PlaceProposal).where(
            PlaceProposal.application_id == application_id, PlaceProposal.state == "open"
        )
    )


def _was_declined(tx: Transaction, person: Enrolment) -> bool:
    """Whether a place at this hub was declined already."""
    wanted = select(PlaceProposal.proposal_id).where(
        PlaceProposal.application_id == person.application_id,
        PlaceProposal.delivery_partner_id == person.delivery_partner_id,
        PlaceProposal.state == "declined",
    )
    return tx.scalar(wanted.limit(1)) is not None


def _overtake(tx: Transaction, person: Enrolment) -> None:
    known = _open_one(tx, person.application_id)
    if known is not None:
        _decide(tx, known, "overtaken", str(tx.caller), None)
        tx.flush()  # before the new one: only one is open


def _decide(
    tx: Transaction, proposal: PlaceProposal, state: str, by: str, note: str | None
) -> None:
    proposal.state, proposal.note = state, note
    proposal.decided_at, proposal.decided_by = tx.at, by


def _record(tx: Transaction, proposal: PlaceProposal, person: Enrolment) -> contracts.PlaceProposal:
    group = tx.get(Group, proposal.group_id) if proposal.group_id else None
    return contracts.PlaceProposal(
        proposal_id=proposal.proposal_id,
        application_id=proposal.application_id,
        participant_id=person.participant_id,
        former_group_id=proposal.former_group_id,
        delivery_partner_id=proposal.delivery_partner_id,
        group_id=proposal.group_id,
        slot=group.slot if group else None,
        reason=proposal.reason,
        state=proposal.state,
        made_at=proposal.made_at,
        decided_at=proposal.decided_at,
        decided_by=proposal.decided_by,
        note=proposal.note,
    )
