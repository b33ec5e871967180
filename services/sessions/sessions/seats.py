"""Seats: who is to sit in which of the sessions ahead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from kit import Transaction
from sessions import queries, room, schemas
from sessions.audiences import COHORT, of_group, of_hub
from sessions.models import Enrolment, Group, Membership, Seat, TrainingSession


@dataclass
class Settled:
    """How many seats were given and taken back."""

    given: int = 0
    taken_back: int = 0


def settle(tx: Transaction, enrolments: Sequence[Enrolment], why: str) -> Settled:
    """Give each person the seats that go with their place; take back what does not.

    Only sessions ahead are touched, and running it again does nothing. A session that was booked
    stands in for one's own, also once it is over, unless one missed it. Who comes to a hub's days
    when its venue is full gets no seat in them. `why` is told with each seat that is taken back.
    The caller holds the locks of the enrolments.
    """
    settled = Settled()
    cohorts: dict[tuple[str, str], list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        cohorts[enrolment.course, enrolment.cohort].append(enrolment)
    for (course, cohort), people in cohorts.items():
        ids = [person.application_id for person in people]
        places = queries.memberships(tx, ids)
        venues = queries.venue_places(tx, ids)
        wanted = {person.application_id: _audiences(person, places, venues) for person in people}
        everyone = set().union(*wanted.values())
        ahead = queries.sessions_ahead(tx, course, cohort, everyone, tx.at) if everyone else []
        seats: dict[UUID, dict[UUID, Seat]] = defaultdict(dict)
        booked: dict[UUID, dict[str, UUID]] = defaultdict(dict)
        for seat, session in queries.seats_ahead(tx, ids, tx.at):
            seats[seat.application_id][seat.session_id] = seat
            if seat.held and seat.booked and (session.course, session.cohort) == (course, cohort):
                booked[seat.application_id][session.unit_code] = session.session_id
        sat = queries.booked_and_sat(tx, course, cohort, ids, tx.at)
        coming = _coming(ahead, wanted, seats)
        for id in room.without_room(tx, course, cohort, coming) if coming else ():
            wanted[id] = {one for one in wanted[id] if one not in map(of_hub, coming)}
        for person in people:
            audiences = wanted[person.application_id]
            instead = booked[person.application_id] if person.in_training else {}
            theirs = [
                session.session_id
                for session in ahead
                if session.audience in audiences
                and session.unit_code not in instead
                and session.unit_code not in sat[person.application_id]
            ]
            theirs += instead.values()
            _settle_one(tx, person, theirs, seats[person.application_id], why, settled)
    if settled.taken_back:
        tx.wake("fill_freed_seats")
    return settled


def give(tx: Transaction, person: Enrolment, session_id: UUID, seat: Seat | None) -> Seat:
    """Give somebody a seat, or the one back that they had. The caller holds the person's lock."""
    if seat is None:
        seat = Seat(
            seat_id=uuid4(),  # not left to the flush: the event needs it
            session_id=session_id,
            application_id=person.application_id,
            changes=0,
        )
        tx.add(seat)
    else:
        seat.changes += 1
    seat.held, seat.changed_at = True, tx.at
    seat.revision = tx.next_revision(seat.revision)
    tx.emit(schemas.seated(seat, person))
    return seat


def take_back(tx: Transaction, person: Enrolment, seat: Seat, why: str) -> None:
    """Take a seat back; it stays, not held, so that calendars are told."""
    seat.held, seat.booked = False, False
    seat.changes, seat.changed_at = seat.changes + 1, tx.at
    seat.revision = tx.next_revision(seat.revision)
    tx.emit(schemas.unseated(seat, person, why))


def is_for(session: TrainingSession, person: Enrolment) -> bool:
    """Whether a session was one for people of this hub and cohort."""
    of_cohort = (session.course, session.cohort) == (person.course, person.cohort)
    return of_cohort and session.delivery_partner_id in {None, person.delivery_partner_id}


def _audiences(
    person: Enrolment,
    places: dict[UUID, tuple[Membership, Group]],
    venues: dict[UUID, UUID | None],
) -> set[str]:
    if not person.in_training:
        return set()
    audiences, hub = {COHORT}, person.delivery_partner_id
    if person.application_id in places:
        group = places[person.application_id][1]
        audiences.add(of_group(group.group_id))
        hub = group.delivery_partner_id
    hub = venues.get(person.application_id, hub)
    return audiences | ({of_hub(hub)} if hub is not None else set())


def _coming(
    ahead: Sequence[TrainingSession],
    wanted: Mapping[UUID, set[str]],
    seats: Mapping[UUID, Mapping[UUID, Seat]],
) -> dict[UUID, list[UUID]]:
    """Hub → those who are to come to its days, and hold no seat in any that is ahead."""
    days: dict[str, set[UUID]] = defaultdict(set)
    hubs = {}
    for session in ahead:
        hub = session.delivery_partner_id
        if hub is not None and session.audience == of_hub(hub):
            days[session.audience].add(session.session_id)
            hubs[session.audience] = hub
    coming: dict[UUID, list[UUID]] = defaultdict(list)
    for application_id, audiences in wanted.items():
        held = {id for id, seat in seats.get(application_id, {}).items() if seat.held}
        for audience in audiences & days.keys():
            if not held & days[audience]:
                coming[hubs[audience]].append(application_id)
    return coming


def _settle_one(
    tx: Transaction,
    person: Enrolment,
    wanted: list[UUID],
    seats: dict[UUID, Seat],
    why: str,
    settled: Settled,
) -> None:
    for session_id in wanted:
        seat = seats.get(session_id)
        if seat is None or not seat.held:
            give(tx, person, session_id, seat)
            settled.given += 1
    for session_id, seat in seats.items():
        if seat.held and session_id not in wanted:
            take_back(tx, person, seat, why)
            settled.taken_back += 1
