"""Long walks over a cohort, a page of people to a transaction: forming groups, seating, reviews."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import Conflict, NotFound
from headship_contracts.sessions.groups import FormGroups, GroupingReport, NotPlaced
from headship_contracts.sessions.schedule import ScheduleReport
from kit import Transaction, jobs
from kit.db import ServiceDatabase
from sessions import engagement, grouping, metrics, queries, schedule, seats
from sessions.domain.london import today
from sessions.domain.reasons import WORDS
from sessions.models import EngagementRow, Enrolment, Plan, Seat
from sessions.settings import SessionsSettings

DoneT = TypeVar("DoneT")

PEOPLE_AT_ONCE = 200
ATTEMPTS = 3
SOLVER_SECONDS = 120
SOLVER_MEGABYTES = 2_048
MOST_TOLD = 500
"""People without a place that a report names."""


def form_groups(
    db: ServiceDatabase, request: FormGroups, settings: SessionsSettings
) -> GroupingReport:
    """Work the groups out in a child process, with no transaction open, then put them in the books.

    Hubs whose people or offers changed meanwhile are worked out again; after a few times it is a
    Conflict, and what was formed for the others stays.
    """
    course, cohort, hub = request.course, request.cohort, request.delivery_partner_id
    with db.transaction() as tx:
        waiting = list(queries.offers(tx, course, cohort, hub))
        if hub and not waiting:
            raise NotFound("offer_not_found", f"{hub} offers nothing to {course} {cohort}")
        stranded = [] if hub else grouping.without_offer(tx, course, cohort)
    outcomes: list[dict[str, Any]] = []
    for _ in range(ATTEMPTS):
        with db.transaction() as tx:
            data = grouping.hub_data(tx, course, cohort, waiting)
        found = jobs.run(
            "sessions.domain.grouping:solve",
            {"least": settings.group_least, "most": settings.group_most, "hubs": data},
            seconds=SOLVER_SECONDS,
            megabytes=SOLVER_MEGABYTES,
        )
        waiting = []
        for seen, outcome in zip(data, found["hubs"], strict=True):
            if _write(db, course, cohort, seen, outcome):
                outcomes.append(outcome)
            else:
                waiting.append(UUID(seen["hub"]))
                metrics.groupings_overtaken.inc()
        if not waiting:
            break
    with db.transaction() as tx:
        is_scheduled = queries.is_scheduled(tx, course, cohort)
    if is_scheduled:
        schedule_sessions(db, course, cohort, settings)
    report = _report(outcomes, stranded)
    metrics.people_grouped.labels(outcome="placed").inc(report.placed)
    metrics.people_grouped.labels(outcome="unplaced").inc(report.waiting)
    if waiting:
        hubs = ", ".join(str(hub) for hub in waiting)
        raise Conflict("grouping_overtaken", f"people or offers keep changing at {hubs}; try again")
    return report


def schedule_sessions(
    db: ServiceDatabase, course: str, cohort: str, settings: SessionsSettings
) -> ScheduleReport:
    """Put the plan into the calendar, then seat the cohort, a page of people at a time."""
    with db.transaction() as tx:
        scheduled, moved = schedule.follow_plan(tx, course, cohort, settings.webinar_link)
    settled = _page_by_page(
        db,
        partial(_of_cohort, course, cohort),
        lambda tx, people: seats.settle(tx, people, "regrouped"),
    )
    with db.transaction() as tx:
        crowded = schedule.over_capacity(tx, course, cohort)
    return ScheduleReport(
        sessions_scheduled=scheduled,
        sessions_moved=moved,
        seats_given=sum(page.given for page in settled),
        seats_taken_back=sum(page.taken_back for page in settled),
        over_capacity=crowded,
    )


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


def _write(
    db: ServiceDatabase, course: str, cohort: str, seen: dict[str, Any], outcome: dict[str, Any]
) -> bool:
    """Put a hub's result into the books, unless what it was made from has changed."""
    hub = UUID(seen["hub"])
    with db.transaction() as tx:
        queries.offers(tx, course, cohort, hub, lock=True)
        if grouping.hub_data(tx, course, cohort, [hub]) != [seen]:
            return False
        grouping.write_hub(tx, course, cohort, outcome)
    return True


def _report(outcomes: list[dict[str, Any]], stranded: list[Enrolment]) -> GroupingReport:
    unplaced = [
        NotPlaced(
            application_id=UUID(person),
            delivery_partner_id=UUID(outcome["hub"]),
            reason=told["reason"],
            detail=told["detail"],
        )
        for outcome in outcomes
        for person, told in outcome["unplaced"].items()
    ]
    for person in stranded:
        reason = "no_offer" if person.delivery_partner_id else "no_hub"
        unplaced.append(
            NotPlaced(
                application_id=person.application_id,
                delivery_partner_id=person.delivery_partner_id,
                reason=reason,
                detail=WORDS[reason],
            )
        )
    return GroupingReport(
        formed=sum(len(outcome["formed"]) for outcome in outcomes),
        placed=sum(outcome["placed"] for outcome in outcomes),
        bound=sum(outcome["bound"] for outcome in outcomes),
        proven=all(outcome["proven"] for outcome in outcomes),
        waiting=len(unplaced),
        unplaced=unplaced[:MOST_TOLD],
    )


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
