"""Whose face-to-face days are where: the venues' capacity kept, and the fewest people moved."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from headship_contracts.sessions.groups import NotPlaced
from headship_contracts.sessions.replanning import MovedDays
from kit import Transaction, jobs
from kit.db import ServiceDatabase
from sessions import queries, room
from sessions.domain.distance import read_place
from sessions.domain.reasons import HELPS, SEATS_TRIED
from sessions.models import (
    Availability,
    DeliveryPartner,
    Enrolment,
    Group,
    Membership,
    VenuePlace,
)

PEOPLE_AT_ONCE = 500
SOLVER_SECONDS = 120
SOLVER_MEGABYTES = 2_048


def data(
    tx: Transaction,
    course: str,
    cohort: str,
    within_km: int,
    *,
    without_venues: Collection[UUID] = (),
    without_people: Collection[UUID] = (),
) -> dict[str, Any]:
    """What `domain.seating.solve` needs of a cohort, in plain values. Guests who have booked a
    seat at a venue keep it: its capacity is what they leave."""
    offers = queries.offers(tx, course, cohort)
    booked = room.guests(tx, course, cohort, offers)
    wanted = select(DeliveryPartner).where(DeliveryPartner.delivery_partner_id.in_(offers))
    hubs = {row.delivery_partner_id: row for row in tx.scalars(wanted)}
    venues = []
    for id, offer in sorted(offers.items()):
        place = offer.venue_place or (hubs[id].place if id in hubs else None)
        venues.append(
            {
                "id": str(id),
                "name": hubs[id].name if id in hubs else str(id),
                "place": read_place(place),
                "capacity": 0
                if id in without_venues
                else max(0, offer.venue_capacity - booked.get(id, 0)),
                "provides": offer.venue_provides or [],
            }
        )
    people = [
        person
        for person in _people(tx, course, cohort)
        if UUID(person["home"]) in offers and UUID(person["id"]) not in without_people
    ]
    for person in people:
        if person["now"] is not None and UUID(person["now"]) not in offers:
            person["now"] = None
    return {"within_km": within_km, "venues": venues, "people": people}


def is_settled(given: dict[str, Any]) -> bool:
    """Whether everyone can be where they are meant to be: then there is nothing to solve."""
    venues = {venue["id"]: venue for venue in given["venues"]}
    coming: dict[str, int] = {}
    for person in given["people"]:
        there = venues[person["now"] or person["home"]]
        if not set(person["needs"]) <= set(there["provides"]):
            return False
        coming[there["id"]] = coming.get(there["id"], 0) + 1
    return all(number <= venues[id]["capacity"] for id, number in coming.items())


def solve(given: dict[str, Any]) -> dict[str, Any]:
    """As `domain.seating.solve`, in a child process unless there is nothing to solve."""
    if is_settled(given):
        usual = {person["id"]: person["now"] or person["home"] for person in given["people"]}
        return {"seated": usual, "km": {}, "unseated": {}, "moved": 0, "proven": True}
    found: dict[str, Any] = jobs.run(
        "sessions.domain.seating:solve", given, seconds=SOLVER_SECONDS, megabytes=SOLVER_MEGABYTES
    )
    return found


def seat_days(db: ServiceDatabase, course: str, cohort: str, within_km: int) -> list[NotPlaced]:
    """See to it that no venue holds more people than it can; for whom there is no room, and why."""
    with db.transaction() as tx:
        days = data(tx, course, cohort, within_km)
    found = solve(days)
    with db.transaction() as tx:
        write(tx, days, found)
    return not_seated(days, found)


def write(tx: Transaction, given: dict[str, Any], found: dict[str, Any]) -> None:
    """Keep who is not at their own hub's venue. Seats follow when they are settled."""
    own = {UUID(person["id"]): UUID(person["home"]) for person in given["people"]}
    seated = {UUID(person): UUID(venue) for person, venue in found["seated"].items()}
    away = {id for id, home in own.items() if seated.get(id) != home}
    written = {UUID(person["id"]) for person in given["people"] if person["away"]}
    changed = sorted(away | written)
    for start in range(0, len(changed), PEOPLE_AT_ONCE):
        some = changed[start : start + PEOPLE_AT_ONCE]
        wanted = select(VenuePlace).where(VenuePlace.application_id.in_(some))
        rows = {row.application_id: row for row in tx.scalars(wanted)}
        for id in some:
            _keep(tx, id, rows.get(id), seated.get(id), own[id])


def _keep(tx: Transaction, id: UUID, row: VenuePlace | None, venue: UUID | None, own: UUID) -> None:
    if venue == own:
        if row is not None:
            tx.delete(row)
    elif row is None:
        tx.add(VenuePlace(application_id=id, delivery_partner_id=venue, since=tx.at))
    elif row.delivery_partner_id != venue:
        row.delivery_partner_id, row.since = venue, tx.at


def _people(tx: Transaction, course: str, cohort: str) -> Iterator[dict[str, Any]]:
    """A page of values at a time, so that others are served meanwhile."""
    wanted = (
        select(
            Enrolment.application_id,
            func.coalesce(Group.delivery_partner_id, Enrolment.delivery_partner_id),
            Availability.place,
            Availability.needs,
            VenuePlace.application_id,
            VenuePlace.delivery_partner_id,
        )
        .outerjoin(Availability, Availability.application_id == Enrolment.application_id)
        .outerjoin(VenuePlace, VenuePlace.application_id == Enrolment.application_id)
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .outerjoin(Group, Group.group_id == Membership.group_id)
        .where(*queries.in_training(course, cohort))
        .order_by(Enrolment.application_id)
        .limit(PEOPLE_AT_ONCE)
    )
    rows: Sequence[Any] = tx.execute(wanted).all()
    while rows:
        for id, home, place, needs, away, now in rows:
            if home is not None:
                yield {
                    "id": str(id),
                    "home": str(home),
                    "now": str(now) if now else None,
                    "away": away is not None,
                    "waits": away is not None and now is None,
                    "place": read_place(place),
                    "needs": needs or [],
                }
        rows = tx.execute(wanted.where(Enrolment.application_id > rows[-1][0])).all()


def moved(given: dict[str, Any], found: dict[str, Any]) -> list[MovedDays]:
    """Whose days are elsewhere now."""
    changed = []
    for person in given["people"]:
        former, now = person["now"] or person["home"], found["seated"].get(person["id"])
        if former != now:
            changed.append(
                MovedDays(
                    application_id=UUID(person["id"]),
                    former_delivery_partner_id=UUID(former),
                    delivery_partner_id=UUID(now) if now else None,
                    km=found["km"].get(person["id"]),
                )
            )
    return changed


def not_seated(given: dict[str, Any], found: dict[str, Any]) -> list[NotPlaced]:
    """For whom no venue has room, and why."""
    home = {person["id"]: UUID(person["home"]) for person in given["people"]}
    return [
        NotPlaced(
            application_id=UUID(id),
            delivery_partner_id=home[id],
            helps=HELPS[told["reason"]],
            tried_next=SEATS_TRIED,
            **told,
        )
        for id, told in found["unseated"].items()
    ]
