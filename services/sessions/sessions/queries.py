"""Reads that lock, join or page."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from headship_contracts.errors import NotFound
from kit import Transaction
from sessions.models import (
    Attendance,
    Enrolment,
    Group,
    HubOffer,
    Membership,
    OfferedCoach,
    Plan,
    PlanUnit,
    PlanVersion,
    ProgrammeEnd,
    Seat,
    StudyProgress,
    TrainingSession,
)


def enrolment(tx: Transaction, application_id: UUID) -> Enrolment:
    """Raises NotFound for an application that enrolment has not told of."""
    found = tx.get(Enrolment, application_id)
    if found is None:
        raise NotFound("application_not_found", str(application_id))
    return found


def lock_enrolments(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """Those of the applications that are known, locked in id order so that nobody deadlocks."""
    rows = tx.scalars(
        select(Enrolment)
        .where(Enrolment.application_id.in_(ids))
        .order_by(Enrolment.application_id)
        .with_for_update()
    )
    return {row.application_id: row for row in rows}


def in_training(course: str, cohort: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an enrolment of a cohort is in training."""
    return (
        Enrolment.course == course,
        Enrolment.cohort == cohort,
        Enrolment.status == "accepted",
        Enrolment.training_status == "active",
    )


def ids_in_training(
    tx: Transaction, course: str, cohort: str, after: UUID | None, most: int
) -> list[UUID]:
    """The next applications of a cohort in id order, to walk through all of them."""
    wanted = select(Enrolment.application_id).where(*in_training(course, cohort))
    if after is not None:
        wanted = wanted.where(Enrolment.application_id > after)
    return list(tx.scalars(wanted.order_by(Enrolment.application_id).limit(most)))


def plan(tx: Transaction, course: str, cohort: str, *, lock: bool = False) -> Plan:
    """Raises NotFound while nothing is published for the cohort."""
    wanted = select(Plan).where(Plan.course == course, Plan.cohort == cohort)
    found = tx.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("plan_not_found", f"{course} {cohort} has no published plan")
    return found


def plans(tx: Transaction, cohorts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Plan]:
    """(course, cohort) → its plan, where there is one."""
    wanted = set(cohorts)
    rows = tx.scalars(select(Plan).where(Plan.cohort.in_({cohort for _, cohort in wanted})))
    return {(row.course, row.cohort): row for row in rows if (row.course, row.cohort) in wanted}


def plan_version(tx: Transaction, plan: Plan, version: int | None) -> PlanVersion:
    """One version of a plan; None: the one in force."""
    found = tx.get(PlanVersion, (plan.plan_id, version or plan.version))
    if found is None:
        raise NotFound("plan_version_not_found", f"version {version}; the newest is {plan.version}")
    return found


def plan_units(tx: Transaction, plan_id: UUID, version: int) -> list[PlanUnit]:
    """The units of a version, in the order in which they are taught."""
    wanted = select(PlanUnit).where(PlanUnit.plan_id == plan_id, PlanUnit.version == version)
    return list(tx.scalars(wanted.order_by(PlanUnit.position)))


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


def sizes(tx: Transaction, group_ids: Collection[UUID]) -> dict[UUID, int]:
    """Group → how many members it has today."""
    rows = tx.execute(
        select(Membership.group_id, func.count())
        .where(Membership.group_id.in_(group_ids), Membership.left_at.is_(None))
        .group_by(Membership.group_id)
    )
    return {row[0]: row[1] for row in rows}


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


def seats_ahead(tx: Transaction, application_ids: Collection[UUID], at: datetime) -> list[Seat]:
    """All seats, held or not, in sessions that have not begun and are not cancelled."""
    return list(
        tx.scalars(
            select(Seat)
            .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
            .where(
                Seat.application_id.in_(application_ids),
                TrainingSession.status == "scheduled",
                TrainingSession.starts_at > at,
            )
            .order_by(TrainingSession.starts_at, Seat.seat_id)
        )
    )


def is_scheduled(tx: Transaction, course: str, cohort: str) -> bool:
    """Whether the cohort's plan has been put into the calendar."""
    some = select(TrainingSession.session_id).where(
        TrainingSession.course == course, TrainingSession.cohort == cohort
    )
    return tx.scalar(some.limit(1)) is not None


def seated(tx: Transaction, session_id: UUID) -> list[tuple[Seat, Enrolment, Attendance | None]]:
    """Who holds a seat in a session, and what is recorded of each."""
    rows = tx.execute(
        select(Seat, Enrolment, Attendance)
        .join(Enrolment, Enrolment.application_id == Seat.application_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(Seat.session_id == session_id, or_(Seat.held, Attendance.status.is_not(None)))
        .order_by(Seat.application_id)
    )
    return [(seat, enrolment, attendance) for seat, enrolment, attendance in rows]


def attendance_of(tx: Transaction, session_id: UUID, application_id: UUID) -> Attendance | None:
    """What is recorded of one person in one session."""
    return tx.scalar(
        select(Attendance).where(
            Attendance.session_id == session_id, Attendance.application_id == application_id
        )
    )


def sessions_of(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, list[tuple[Seat, TrainingSession, Attendance | None]]]:
    """Application → its seats ever, with session and register entry, in order of time."""
    rows = tx.execute(
        select(Seat, TrainingSession, Attendance)
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(Seat.application_id.in_(application_ids))
        .order_by(TrainingSession.starts_at, TrainingSession.session_id)
    )
    found: dict[UUID, list[tuple[Seat, TrainingSession, Attendance | None]]] = defaultdict(list)
    for seat, session, attendance in rows:
        found[seat.application_id].append((seat, session, attendance))
    return found


def study_of(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, dict[str, StudyProgress]]:
    """Application → unit code → progress."""
    found: dict[UUID, dict[str, StudyProgress]] = defaultdict(dict)
    wanted = select(StudyProgress).where(StudyProgress.application_id.in_(application_ids))
    for row in tx.scalars(wanted):
        found[row.application_id][row.unit_code] = row
    return found


def finished(tx: Transaction, application_ids: Collection[UUID]) -> set[UUID]:
    """Those whose result is out."""
    wanted = select(ProgrammeEnd.application_id)
    return set(tx.scalars(wanted.where(ProgrammeEnd.application_id.in_(application_ids))))


def plans_over(tx: Transaction, today: date) -> list[Plan]:
    """The plans whose last unit has ended."""
    return list(tx.scalars(select(Plan).where(Plan.last_unit_ends_on < today)))
