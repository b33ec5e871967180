"""What hubs offer for coaching and days together, and what participants can do."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, select

from headship_contracts.errors import Invalid, Refused
from headship_contracts.sessions.groups import (
    NEED,
    AvailabilityRecord,
    CoachTerms,
    HubOfferRecord,
    SetAvailability,
    SetHubOffer,
    SlotCoach,
)
from kit import Transaction
from sessions import changed_offers, programme, queries, schemas
from sessions.domain.distance import read_place
from sessions.domain.london import in_week, read_slot
from sessions.domain.template import Kind
from sessions.models import Availability, DeliveryPartner, HubOffer, OfferedCoach, StaffMember

LONGEST_NEED = 40
_ANY_MONDAY = date.min  # the first of January of the year 1 was one


def set_hub_offer(tx: Transaction, request: SetHubOffer) -> HubOfferRecord:
    """Replace what a hub offers to a cohort. Groups that stand keep their slot and coach; sessions
    at its venue, and whoever waits for room there, follow it."""
    template = programme.template_of(tx, request.course)
    _check_hub(tx, request.delivery_partner_id)
    _check_coaches(tx, request.coaches)
    longest = max((u.minutes for u in template.units if u.kind is Kind.coaching), default=0)
    _check_apart(request.coaches, longest)

    found = queries.offers(
        tx, request.course, request.cohort, request.delivery_partner_id, lock=True
    )
    offer = found.get(request.delivery_partner_id)
    former = changed_offers.joining_of(offer) if offer else None
    if offer is None:
        offer = HubOffer(
            delivery_partner_id=request.delivery_partner_id,
            course=request.course,
            cohort=request.cohort,
        )
        tx.add(offer)
    usual = template.face_to_face_time
    weekday = request.face_to_face_weekday or usual.weekday.name
    starts = request.face_to_face_starts or f"{usual.starts:%H:%M}"
    offer.face_to_face_slot = f"{weekday}-{starts}"
    offer.venue, offer.venue_capacity = request.venue, request.venue_capacity
    offer.meeting_link = request.meeting_link
    offer.venue_place = request.venue_place
    offer.venue_provides = _needs(request.venue_provides, "venue_provides")
    tx.flush()

    tx.execute(delete(OfferedCoach).where(OfferedCoach.offer_id == offer.offer_id))
    pairs = sorted({(coach.slot, coach.coach_staff_id) for coach in request.coaches})
    terms = _terms(request)
    coaches = [
        OfferedCoach(
            offer_id=offer.offer_id,
            slot=slot,
            staff_id=id,
            most_groups=terms[id].most_groups if id in terms else None,
            provides=terms[id].provides.split() if id in terms else None,
        )
        for slot, id in pairs
    ]
    tx.add_all(coaches)
    told = changed_offers.follow(tx, offer, former) if former else []
    return replace(schemas.hub_offer_record(offer, coaches), shortfalls=told)


def set_availability(tx: Transaction, request: SetAvailability) -> AvailabilityRecord:
    """Keep the slots that somebody can do, the preferred first; a repeated one counts once."""
    queries.enrolment(tx, request.application_id)
    for slot in request.slots:
        read_slot(slot)
    row = tx.get(Availability, request.application_id, with_for_update=True)
    if row is None:
        row = Availability(application_id=request.application_id)
        tx.add(row)
    row.slots, row.told_at = list(dict.fromkeys(request.slots)), tx.at
    row.needs, row.place = _needs(request.needs, "needs"), request.place
    if request.place is not None and read_place(request.place) is None:
        told = {"place": ["must be a latitude and a longitude in degrees, such as 51.50,-0.12"]}
        raise Invalid("invalid_fields", "there is no such place", told)
    return AvailabilityRecord(
        application_id=request.application_id, slots=row.slots, needs=row.needs, place=row.place
    )


def withdraw(
    tx: Transaction,
    course: str,
    cohort: str,
    coaches: Collection[UUID],
    venues: Collection[UUID],
) -> None:
    """Coaches who have left are offered no more, and venues that are lost hold nobody."""
    offers = queries.offers(tx, course, cohort, lock=True)
    ids = [offer.offer_id for offer in offers.values()]
    gone = OfferedCoach.offer_id.in_(ids) & OfferedCoach.staff_id.in_(coaches)
    tx.execute(delete(OfferedCoach).where(gone))
    for hub in venues:
        if hub in offers:
            offers[hub].venue_capacity = 0


def _needs(codes: list[str], field: str) -> list[str]:
    wrong = {
        f"{field}.{number}": ["must be a code such as captions or step_free"]
        for number, code in enumerate(codes)
        if re.fullmatch(NEED, code) is None or len(code) > LONGEST_NEED
    }
    if wrong:
        raise Invalid("invalid_fields", "a need is not right", wrong)
    return sorted(set(codes))


def _terms(request: SetHubOffer) -> dict[UUID, CoachTerms]:
    offered = {coach.coach_staff_id for coach in request.coaches}
    wrong = {
        f"coach_terms.{number}.coach_staff_id": ["is not offered in any slot"]
        for number, terms in enumerate(request.coach_terms)
        if terms.coach_staff_id not in offered
    }
    if request.venue_place is not None and read_place(request.venue_place) is None:
        wrong["venue_place"] = ["must be a latitude and a longitude, such as 51.50,-0.12"]
    if wrong:
        raise Invalid("invalid_fields", "the offer is not right", wrong)
    return {terms.coach_staff_id: terms for terms in request.coach_terms}


def _check_hub(tx: Transaction, delivery_partner_id: UUID) -> None:
    hub = tx.get(DeliveryPartner, delivery_partner_id)
    if hub is not None and hub.status != "active":
        raise Refused("delivery_partner_not_active", f"it is {hub.status}")


def _check_coaches(tx: Transaction, coaches: list[SlotCoach]) -> None:
    ids = {coach.coach_staff_id for coach in coaches}
    wanted = select(StaffMember).where(StaffMember.staff_id.in_(ids), StaffMember.active.is_(False))
    gone = {row.staff_id for row in tx.scalars(wanted)}
    if gone:
        told = {
            f"coaches.{number}.coach_staff_id": ["is nobody who works here now"]
            for number, coach in enumerate(coaches)
            if coach.coach_staff_id in gone
        }
        raise Invalid("invalid_fields", "a coach is not active", told)


def _check_apart(coaches: list[SlotCoach], minutes: int) -> None:
    """A coach's slots must not overlap: each of them may get a group."""
    slots: dict[UUID, set[str]] = defaultdict(set)
    for coach in coaches:
        slots[coach.coach_staff_id].add(coach.slot)
    for staff_id, theirs in slots.items():
        starts = sorted((in_week(_ANY_MONDAY, slot), slot) for slot in theirs)
        for (start, slot), (following, other) in pairwise(starts):
            if following < start + timedelta(minutes=minutes):
                raise Refused("coach_slots_overlap", f"{staff_id}: {slot} and {other}")
