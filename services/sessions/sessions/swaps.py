"""Two people change coaching groups with each other, in one step."""

from uuid import UUID

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.running import SwapGroups, Swapped
from kit import Transaction
from sessions import by_hand, fitting, groups, queries, schemas, seats
from sessions.domain.places import WORDS
from sessions.models import Enrolment, Group
from sessions.settings import SessionsSettings

MOST_TOLD = 100
"""Shortfalls that the answer names."""


def swap(tx: Transaction, request: SwapGroups, settings: SessionsSettings) -> Swapped:
    """Both leave their group and come into the other's, with the seats that go with it."""
    ids = [request.first_application_id, request.second_application_id]
    if ids[0] == ids[1]:
        wrong = {"second_application_id": ["is the same as the first"]}
        raise Invalid("invalid_fields", "a swap takes two", wrong)
    hubs = {queries.enrolment(tx, application_id).delivery_partner_id for application_id in ids}
    for hub in sorted(hubs, key=str):  # as whoever forms groups does: nobody joins meanwhile
        person = queries.enrolment(tx, ids[0])
        queries.offers(tx, person.course, person.cohort, hub, lock=True)
    people = queries.lock_enrolments(tx, ids)
    first, second = (people[application_id] for application_id in ids)
    places = queries.memberships(tx, ids)
    for person in (first, second):
        if person.application_id not in places:
            raise NotFound("not_in_a_group", f"{person.application_id} is in no group")
    (_, first_group), (_, second_group) = (places[application_id] for application_id in ids)
    _require_alike(first, second, first_group, second_group)
    leaving = {first.application_id, second.application_id}
    _require_fit(tx, first, second_group, leaving)
    _require_fit(tx, second, first_group, leaving)
    told = [
        one
        for person, group in ((first, second_group), (second, first_group))
        for one in by_hand.check_person(tx, person, group, settings, without=leaving)
    ]

    for person in (first, second):
        groups.leave(tx, person, "swapped")
    groups.join(tx, first, second_group)
    groups.join(tx, second, first_group)
    tx.flush()
    seats.settle(tx, [first, second], "swapped")
    sizes = queries.sizes(tx, [first_group.group_id, second_group.group_id])
    return Swapped(
        first_group=schemas.group_record(second_group, sizes[second_group.group_id]),
        second_group=schemas.group_record(first_group, sizes[first_group.group_id]),
        shortfalls=told[:MOST_TOLD],
    )


def _require_alike(first: Enrolment, second: Enrolment, one: Group, other: Group) -> None:
    if one.group_id == other.group_id:
        raise Refused("same_group", "they are in one group already")
    if (first.course, first.cohort) != (second.course, second.cohort):
        raise Refused("another_cohort", "they are not in one cohort")
    if one.delivery_partner_id != other.delivery_partner_id:
        raise Refused("another_hub", "their groups are two hubs': a transfer goes before")


def _require_fit(tx: Transaction, person: Enrolment, group: Group, leaving: set[UUID]) -> None:
    found = fitting.into_group(tx, person, group, without=leaving)
    if found:
        told = "; ".join(WORDS[code] for code in found)
        raise Refused("does_not_fit", f"{person.application_id} into group {group.number}: {told}")
