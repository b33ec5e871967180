"""Seats on request: in another session of a unit than one's own, or a place among who waits."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions.running import (
    BookingRecord,
    BookSeat,
    GiveUpSeat,
    ListWaiting,
    WaitPage,
    WaitRecord,
)
from kit import Transaction
from kit.db import ServiceDatabase
from kit.paging import page
from sessions import facilitators, queries, seats
from sessions.domain.places import WORDS, obstacles
from sessions.domain.template import Kind
from sessions.models import Enrolment, HubOffer, Seat, SeatWait, TrainingSession
from sessions.settings import SessionsSettings


def book(tx: Transaction, request: BookSeat, settings: SessionsSettings) -> BookingRecord:
    """A seat if there is room, else a place among who waits; asked again, the same answer."""
    person = _locked(tx, request.application_id)
    session = queries.session(tx, request.session_id, lock=True)
    _require_open(session, tx.at)
    if not person.in_training:
        raise Refused("not_in_training", f"they are {person.training_status or person.status}")
    if (session.course, session.cohort) != (person.course, person.cohort):
        raise Refused("another_cohort", f"it is of {session.course} {session.cohort}")
    seat = _seat(tx, session, person)
    if seat is not None and seat.held:
        return _record(session, person, "seated")
    if found := _too_close(tx, session, person):
        raise Refused("does_not_fit", "; ".join(f"it {WORDS[code]}" for code in found))
    ahead = queries.waiting(tx, session.session_id)
    if person.application_id not in ahead:
        if not ahead and has_room(tx, session, settings):
            _give(tx, session, person, seat)
            return _record(session, person, "seated")
        tx.add(
            SeatWait(
                session_id=session.session_id,
                application_id=person.application_id,
                asked_at=tx.at,
            )
        )
        ahead = [*ahead, person.application_id]
        tx.wake("fill_freed_seats")  # a seat may have come free while others wait
    return _record(session, person, "waiting", ahead.index(person.application_id) + 1)


def give_up(tx: Transaction, request: GiveUpSeat) -> BookingRecord:
    """Give a booked seat back, or wait no longer. For one's own seat: apologies."""
    person = _locked(tx, request.application_id)
    session = queries.session(tx, request.session_id, lock=True)
    _require_open(session, tx.at)
    wait = _wait(tx, session.session_id, person.application_id)
    seat = _seat(tx, session, person)
    if wait is not None:
        wait.ended_at, wait.outcome = tx.at, "given_up"
    elif seat is None or not seat.held:
        raise Refused("not_booked", "they have no seat in it, and wait for none")
    elif not seat.booked:
        raise Refused("own_seat", "it goes with their place: send apologies instead")
    else:
        seats.take_back(tx, person, seat, "given_up")
        tx.flush()
        seats.settle(tx, [person], "given_up")  # one's own seat comes back
        tx.wake("fill_freed_seats")
    return _record(session, person, "given_up")


def list_waiting(tx: Transaction, request: ListWaiting) -> WaitPage:
    """The longest first."""
    order = queries.waiting(tx, request.session_id)
    wanted = (
        select(SeatWait, Enrolment)
        .join(Enrolment, Enrolment.application_id == SeatWait.application_id)
        .where(SeatWait.session_id == request.session_id, SeatWait.ended_at.is_(None))
    )
    keys = (SeatWait.asked_at, SeatWait.wait_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    items = [
        WaitRecord(
            application_id=wait.application_id,
            participant_id=person.participant_id,
            position=order.index(wait.application_id) + 1,
            asked_at=wait.asked_at,
        )
        for wait, person in found
    ]
    return WaitPage(items=items, next_cursor=cursor)


def stop_waiting(tx: Transaction, person: Enrolment) -> None:
    """Who leaves training waits for nothing any more. The caller holds the person's lock."""
    waits = select(SeatWait).where(
        SeatWait.application_id == person.application_id, SeatWait.ended_at.is_(None)
    )
    for wait in tx.scalars(waits):
        wait.ended_at, wait.outcome = tx.at, "left_training"


def fill_freed_seats(db: ServiceDatabase, at: datetime, settings: SessionsSettings) -> None:
    """Give seats that are free to who waits longest and fits, one transaction for each."""
    with db.transaction(at=at) as tx:
        waits = select(SeatWait.session_id).where(SeatWait.ended_at.is_(None)).distinct()
        sessions = sorted(tx.scalars(waits))
    for session_id in sessions:
        passed: set[UUID] = set()
        while True:
            with db.transaction(at=at) as tx:
                if not _fill_one(tx, session_id, passed, settings):
                    break


def has_room(tx: Transaction, session: TrainingSession, settings: SessionsSettings) -> bool:
    """Whether a seat is free: by the session's own capacity, its group's size, or its venue."""
    capacity = session.capacity
    if capacity is None and session.kind == Kind.coaching and session.group_id is not None:
        capacity = settings.group_most
    if capacity is None and session.kind == Kind.face_to_face:
        capacity = tx.scalar(
            select(HubOffer.venue_capacity).where(
                HubOffer.delivery_partner_id == session.delivery_partner_id,
                HubOffer.course == session.course,
                HubOffer.cohort == session.cohort,
            )
        )
    if capacity is None:
        return True
    taken = select(func.count()).where(Seat.session_id == session.session_id, Seat.held)
    return (tx.scalar(taken) or 0) < capacity


def _fill_one(
    tx: Transaction, session_id: UUID, passed: set[UUID], settings: SessionsSettings
) -> bool:
    """Seat the first who waits, or pass them by. Gives back whether there may be more to do."""
    waiting = [id for id in queries.waiting(tx, session_id) if id not in passed]
    if not waiting:
        return False
    person = _locked(tx, waiting[0])
    session = queries.session(tx, session_id, lock=True)
    wait = _wait(tx, session_id, person.application_id)
    if wait is None:
        return True  # they gave up meanwhile
    if session.status == "cancelled" or session.starts_at <= tx.at:
        wait.ended_at, wait.outcome = tx.at, "session_over"
        return True
    if _too_close(tx, session, person):
        passed.add(person.application_id)
        return True
    if not has_room(tx, session, settings):
        return False
    wait.ended_at, wait.outcome = tx.at, "seated"
    _give(tx, session, person, _seat(tx, session, person))
    return True


def _give(tx: Transaction, session: TrainingSession, person: Enrolment, seat: Seat | None) -> None:
    """A seat in a session, instead of one's own of the unit, and of another that was booked."""
    for other, its in queries.seats_ahead(tx, [person.application_id], tx.at):
        is_another = its.session_id != session.session_id and its.unit_code == session.unit_code
        if other.held and other.booked and is_another:
            seats.take_back(tx, person, other, "booked_another")
            tx.wake("fill_freed_seats")
    seat = seats.give(tx, person, session.session_id, seat)
    seat.booked = True
    tx.flush()
    seats.settle(tx, [person], "booked_another")  # one's own seat of the unit is given back


def _too_close(tx: Transaction, session: TrainingSession, person: Enrolment) -> Collection[str]:
    """In coaching people speak freely: nobody of one's school or trust sits by, nor leads it."""
    if session.kind != Kind.coaching:
        return []
    others = [
        (other.school_urn, other.trust_id)
        for other, _ in queries.seated(tx, session.session_id)
        if other.application_id != person.application_id
    ]
    belongs = (person.school_urn, person.trust_id)
    return obstacles(belongs, others, facilitators.coach_of(tx, session))


def _locked(tx: Transaction, application_id: UUID) -> Enrolment:
    person = queries.lock_enrolments(tx, [application_id]).get(application_id)
    if person is None:
        raise NotFound("application_not_found", str(application_id))
    return person


def _require_open(session: TrainingSession, at: datetime) -> None:
    if session.status == "cancelled":
        raise Refused("session_cancelled", "it was cancelled")
    if session.starts_at <= at:
        raise Refused("session_begun", f"it began at {session.starts_at.isoformat()}")


def _seat(tx: Transaction, session: TrainingSession, person: Enrolment) -> Seat | None:
    return tx.scalar(
        select(Seat).where(
            Seat.session_id == session.session_id, Seat.application_id == person.application_id
        )
    )


def _wait(tx: Transaction, session_id: UUID, application_id: UUID) -> SeatWait | None:
    return tx.scalar(
        select(SeatWait).where(
            SeatWait.session_id == session_id,
            SeatWait.application_id == application_id,
            SeatWait.ended_at.is_(None),
        )
    )


def _record(
    session: TrainingSession, person: Enrolment, state: str, position: int | None = None
) -> BookingRecord:
    return BookingRecord(
        session_id=session.session_id,
        application_id=person.application_id,
        state=state,
        position=position,
    )
