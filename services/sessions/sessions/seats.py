"""Seats: who is to sit in which of the sessions ahead."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from kit import Transaction
from sessions import queries, schemas
from sessions.models import Enrolment, Group, Membership, Seat

COHORT = "cohort"


def of_group(group_id: UUID) -> str:
    """The audience that a group is."""
    return f"group {group_id}"


def of_hub(delivery_partner_id: UUID) -> str:
    """The audience that the participants of a hub are."""
    return f"hub {delivery_partner_id}"


@dataclass
class Settled:
    """How many seats were given and taken back."""

    given: int = 0
    taken_back: int = 0


def settle(tx: Transaction, enrolments: Sequence[Enrolment], why: str) -> Settled:
    """Give each person the seats that go with their place; take back what does not.

    Only sessions ahead are touched, and running it again does nothing. `why` is told with each
    seat that is taken back. The caller holds the locks of the enrolments.
    """
    settled = Settled()
    cohorts: dict[tuple[str, str], list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        cohorts[enrolment.course, enrolment.cohort].append(enrolment)
    for (course, cohort), people in cohorts.items():
        ids = [person.application_id for person in people]
        places = queries.memberships(tx, ids)
        wanted = {person.application_id: _audiences(person, places) for person in people}
        everyone = set().union(*wanted.values())
        ahead = queries.sessions_ahead(tx, course, cohort, everyone, tx.at) if everyone else []
        seats: dict[UUID, dict[UUID, Seat]] = defaultdict(dict)
        for seat in queries.seats_ahead(tx, ids, tx.at):
            seats[seat.application_id][seat.session_id] = seat
        for person in people:
            audiences = wanted[person.application_id]
            theirs = [session.session_id for session in ahead if session.audience in audiences]
            _settle_one(tx, person, theirs, seats[person.application_id], why, settled)
    return settled


def _audiences(person: Enrolment, places: dict[UUID, tuple[Membership, Group]]) -> set[str]:
    if not person.in_training:
        return set()
    if person.application_id in places:
        group = places[person.application_id][1]
        return {COHORT, of_group(group.group_id), of_hub(group.delivery_partner_id)}
    if person.delivery_partner_id is None:
        return {COHORT}
    return {COHORT, of_hub(person.delivery_partner_id)}


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
        if seat is not None and seat.held:
            continue
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
        settled.given += 1
    for session_id, seat in seats.items():
        if seat.held and session_id not in wanted:
            seat.held, seat.changes, seat.changed_at = False, seat.changes + 1, tx.at
            seat.revision = tx.next_revision(seat.revision)
            tx.emit(schemas.unseated(seat, person, why))
            settled.taken_back += 1
