"""Long walks over a cohort, a page of people to a transaction: seating, reviews."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from headship_contracts.sessions.schedule import ScheduleReport
from kit import Transaction
from kit.db import ServiceDatabase
from sessions import engagement, pathways, queries, schedule, seating, seats
from sessions.domain.london import today
from sessions.models import EngagementRow, Enrolment, Plan, Seat
from sessions.settings import SessionsSettings

DoneT = TypeVar("DoneT")

PEOPLE_AT_ONCE = 200
MOST_SHORTFALLS = 1_000
MOST_TOLD = 500
"""What a report names."""


def schedule_sessions(
    db: ServiceDatabase, course: str, cohort: str, settings: SessionsSettings
) -> ScheduleReport:
    """Put the plan into the calendar, then seat the cohort, a page of people at a time."""
    with db.transaction() as tx:
        followed = schedule.follow_plan(tx, course, cohort, settings)
    without_seat = seating.seat_days(db, course, cohort, settings.venue_within_km)
    settled = _page_by_page(
        db,
        partial(_of_cohort, course, cohort),
        lambda tx, people: _seat_and_plan(tx, people, settings),
    )
    with db.transaction() as tx:
        hubs = {one.delivery_partner_id for one in without_seat if one.delivery_partner_id}
        crowded = schedule.days_ahead(tx, course, cohort, hubs)
    return ScheduleReport(
        sessions_scheduled=followed.scheduled,
        sessions_moved=followed.moved,
        seats_given=sum(page.given for page in settled),
        seats_taken_back=sum(page.taken_back for page in settled),
        over_capacity=crowded,
        kept_for_notice=followed.kept,
        shortfalls=followed.shortfalls[:MOST_SHORTFALLS],
        without_seat=without_seat[:MOST_TOLD],
    )


def _seat_and_plan(
    tx: Transaction, people: list[Enrolment], settings: SessionsSettings
) -> seats.Settled:
    pathways.follow_plan(tx, people, settings)
    return seats.settle(tx, people, "regrouped")


def review_session(db: ServiceDatabase, session_id: UUID, settings: SessionsSettings) -> None:
    """A session was cancelled: who had booked it has their own seat again, and all is added up."""

    def review(tx: Transaction, people: list[Enrolment]) -> None:
        seats.settle(tx, people, "session_cancelled")
        engagement.refresh(tx, people, settings)

    _page_by_page(db, partial(_seated, session_id), review)


def find_people_at_risk(db: ServiceDatabase, at: datetime, settings: SessionsSettings) -> None:
    """Add up for everyone in training who has a plan and no result yet, and tell new risks."""
    with db.transaction(at=at) as tx:
        cohorts = [(plan.course, plan.cohort) for plan in tx.scalars(select(Plan))]
    for course, cohort in cohorts:
        add_up = _adding_up(settings, tell_risks=True)
        _page_by_page(db, partial(_under_way, course, cohort), add_up, at)


def open_the_gate(db: ServiceDatabase, at: datetime, settings: SessionsSettings) -> None:
    """Tell assessment of those whose plan has ended and who meet the gate."""
    with db.transaction(at=at) as tx:
        cohorts = [(plan.course, plan.cohort) for plan in queries.plans_over(tx, today(at))]
    for course, cohort in cohorts:
        _page_by_page(db, partial(_at_the_gate, course, cohort), _adding_up(settings), at)


def _page_by_page(
    db: ServiceDatabase,
    next_ids: Callable[[Transaction, UUID | None], list[UUID]],
    act: Callable[[Transaction, list[Enrolment]], DoneT],
    at: datetime | None = None,
) -> list[DoneT]:
    """Do something for each page of people, in a transaction of its own, their rows locked."""
    done: list[DoneT] = []
    after: UUID | None = None
    while True:
        with db.transaction(at=at) as tx:
            ids = next_ids(tx, after)
            if ids:
                people = queries.lock_enrolments(tx, ids)
                done.append(act(tx, [people[application_id] for application_id in ids]))
        if len(ids) < PEOPLE_AT_ONCE:
            return done
        after = ids[-1]


def _adding_up(
    settings: SessionsSettings, *, tell_risks: bool = False
) -> Callable[[Transaction, list[Enrolment]], None]:
    return lambda tx, people: engagement.refresh(tx, people, settings, tell_risks=tell_risks)


def _of_cohort(course: str, cohort: str, tx: Transaction, after: UUID | None) -> list[UUID]:
    return queries.ids_in_training(tx, course, cohort, after, PEOPLE_AT_ONCE)


def _under_way(course: str, cohort: str, tx: Transaction, after: UUID | None) -> list[UUID]:
    return queries.ids_under_way(tx, course, cohort, after, PEOPLE_AT_ONCE)


def _seated(session_id: UUID, tx: Transaction, after: UUID | None) -> list[UUID]:
    wanted = select(Seat.application_id).where(Seat.session_id == session_id, Seat.held)
    if after is not None:
        wanted = wanted.where(Seat.application_id > after)
    return list(tx.scalars(wanted.order_by(Seat.application_id).limit(PEOPLE_AT_ONCE)))


def _at_the_gate(course: str, cohort: str, tx: Transaction, after: UUID | None) -> list[UUID]:
    wanted = (
        select(Enrolment.application_id)
        .join(EngagementRow, EngagementRow.application_id == Enrolment.application_id)
        .where(
            *queries.in_training(course, cohort),
            EngagementRow.gate_met,
            EngagementRow.ready.is_(False),
        )
    )
    if after is not None:
        wanted = wanted.where(Enrolment.application_id > after)
    return list(tx.scalars(wanted.order_by(Enrolment.application_id).limit(PEOPLE_AT_ONCE)))
