"""Reads of sessions, seats and registers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from headship_contracts.errors import NotFound
from kit import Transaction
from sessions.domain.attendance import NOT_MISSED
from sessions.models import (
    Attendance,
    Enrolment,
    Seat,
    SeatWait,
    TrainingSession,
)


def session(tx: Transaction, session_id: UUID, *, lock: bool = False) -> TrainingSession:
    """Raises NotFound."""
    found = tx.get(TrainingSession, session_id, with_for_update=True if lock else None)
    if found is None:
        raise NotFound("session_not_found", str(session_id))
    return found


def sessions_ahead(
    tx: Transaction, course: str, cohort: str, audiences: Collection[str], at: datetime
) -> list[TrainingSession]:
    """The scheduled sessions of these audiences that have not begun."""
    return list(
        tx.scalars(
            select(TrainingSession)
            .where(
                TrainingSession.course == course,
                TrainingSession.cohort == cohort,
                TrainingSession.audience.in_(audiences),
                TrainingSession.status == "scheduled",
                TrainingSession.starts_at > at,
            )
            .order_by(TrainingSession.starts_at, TrainingSession.session_id)
        )
    )


def seats_ahead(
    tx: Transaction, application_ids: Collection[UUID], at: datetime
) -> list[tuple[Seat, TrainingSession]]:
    """All seats, held or not, in sessions that have not begun and are not cancelled."""
    rows = tx.execute(
        select(Seat, TrainingSession)
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .where(
            Seat.application_id.in_(application_ids),
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > at,
        )
        .order_by(TrainingSession.starts_at, Seat.seat_id)
    )
    return [(seat, session) for seat, session in rows]


def booked_and_sat(
    tx: Transaction, course: str, cohort: str, application_ids: Collection[UUID], at: datetime
) -> dict[UUID, set[str]]:
    """Application → the units of which they had booked a session that has begun, without those that
    the register says they missed."""
    rows = tx.execute(
        select(Seat.application_id, TrainingSession.unit_code)
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(
            Seat.application_id.in_(application_ids),
            Seat.held,
            Seat.booked,
            TrainingSession.course == course,
            TrainingSession.cohort == cohort,
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at <= at,
            or_(
                Attendance.status.is_(None),
                Attendance.counts,
                Attendance.status.in_(NOT_MISSED),
            ),
        )
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for application_id, unit_code in rows:
        found[application_id].add(unit_code)
    return found


def is_scheduled(tx: Transaction, course: str, cohort: str) -> bool:
    """Whether the cohort's plan has been put into the calendar."""
    some = select(TrainingSession.session_id).where(
        TrainingSession.course == course, TrainingSession.cohort == cohort
    )
    return tx.scalar(some.limit(1)) is not None


def seated(
    tx: Transaction,
    session_id: UUID,
    *,
    among: Collection[UUID] | None = None,
    hub: UUID | None = None,
    most: int | None = None,
) -> list[tuple[Enrolment, Attendance | None]]:
    """Who holds a seat in a session, and what is recorded of each.

    Only those `among` some applications, or of one `hub`; `most` rows.
    """
    wanted = (
        select(Enrolment, Attendance)
        .join(Seat, Seat.application_id == Enrolment.application_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(Seat.session_id == session_id, or_(Seat.held, Attendance.status.is_not(None)))
    )
    if among is not None:
        wanted = wanted.where(Seat.application_id.in_(among))
    if hub is not None:
        wanted = wanted.where(Enrolment.delivery_partner_id == hub)
    rows = tx.execute(wanted.order_by(Enrolment.application_id).limit(most))
    return [(enrolment, attendance) for enrolment, attendance in rows]


def attendance_of(tx: Transaction, session_id: UUID, application_id: UUID) -> Attendance | None:
    """What is recorded of one person in one session."""
    return tx.scalar(
        select(Attendance).where(
            Attendance.session_id == session_id, Attendance.application_id == application_id
        )
    )


def waiting(tx: Transaction, session_id: UUID) -> list[UUID]:
    """The applications that wait for a seat in a session, the longest first."""
    wanted = select(SeatWait.application_id).where(
        SeatWait.session_id == session_id, SeatWait.ended_at.is_(None)
    )
    return list(tx.scalars(wanted.order_by(SeatWait.asked_at, SeatWait.wait_id)))


def sessions_of(tx: Transaction, application_id: UUID) -> list[tuple[Seat, TrainingSession]]:
    """All seats that someone ever had, in order of time."""
    rows = tx.execute(
        select(Seat, TrainingSession)
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .where(Seat.application_id == application_id)
        .order_by(TrainingSession.starts_at, TrainingSession.session_id)
    )
    return [(seat, session) for seat, session in rows]
