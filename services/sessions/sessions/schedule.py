"""The calendar of a cohort: its sessions as the plan, the groups and the hubs have them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select

from headship_contracts.sessions.events import SessionScheduled
from headship_contracts.sessions.hub import ListHubSessions
from headship_contracts.sessions.plans import ShortfallRecord
from headship_contracts.sessions.schedule import ListSessions, SessionPage
from kit import Transaction
from kit.paging import page
from sessions import (
    audiences,
    broken_rules,
    changing,
    dating,
    facilitators,
    group_study,
    latecomers,
    programme,
    queries,
    schemas,
    seats,
)
from sessions.clashes import Clashes
from sessions.domain.london import today
from sessions.domain.notice import first_days
from sessions.domain.severity import Severity
from sessions.domain.template import Kind
from sessions.due import Due, extras_due, sessions_due
from sessions.leaving import no_longer_had
from sessions.models import Enrolment, Facilitation, Seat, TrainingSession
from sessions.settings import SessionsSettings
from sessions.steps import Does, allowed, is_ahead, steps


@dataclass
class Followed:
    """What following the plan did, and what it could not keep."""

    shortfalls: list[ShortfallRecord]
    scheduled: int = 0
    moved: int = 0
    kept: int = 0


def follow_plan(tx: Transaction, course: str, cohort: str, settings: SessionsSettings) -> Followed:
    """Put into the calendar what the plan asks for and is ahead.

    Of what is there already time, length and title follow the plan, unless people could not be told
    in time; what was moved or added by hand keeps its time. What the plan, or the groups, no longer
    have is cancelled, and comes back when they have it again. The plan's lock keeps two from doing
    this at once.
    """
    plan = queries.plan(tx, course, cohort, lock=True)
    units = queries.plan_units(tx, plan.plan_id, plan.version)
    live = [unit for unit in units if Kind(unit.kind).live]
    existing = {
        (row.unit_code, row.audience): row
        for row in tx.scalars(
            select(TrainingSession).where(
                TrainingSession.course == course, TrainingSession.cohort == cohort
            )
        )
    }
    groups = queries.standing(tx, course, cohort)
    offers = queries.offers(tx, course, cohort)
    earliest = first_days(today(tx.at), programme.bank_holidays().days, settings.notice)
    dates = dating.dates(tx, plan, units, groups, offers, existing, earliest, settings)
    group_study.keep(tx, dates.study)
    asked = list(sessions_due(live, groups, offers, dates, settings.webinar_link))
    leaving = no_longer_had(existing, asked, live, tx.at)
    broken = broken_rules.of_groups(tx, groups, settings.group_least)
    late = latecomers.left_without(tx, asked, dates)
    possible = [due for due in asked if (due.unit.code, due.audience) not in dates.unable]
    possible += extras_due(live, existing.values())

    def new_clashes() -> Clashes:
        clashes = Clashes(tx, settings.severities)
        clashes.tell_all(broken)
        clashes.tell_all(_kept_by_hand(asked, existing, tx.at))
        clashes.tell_all(late)
        for group_id, weeks in dates.study.items():
            for week in weeks:
                audience = audiences.of_group(group_id)
                clashes.tell_all(dates.shortfalls.get((week.code, audience), ()))
        return clashes

    free, clashes = allowed(
        tx,
        steps(_of_sound_groups(possible, broken, settings), existing, earliest, tx.at),
        [session for session, _ in leaving],
        {group.group_id: group.coach_staff_id for group in groups},
        dates.shortfalls,
        new_clashes,
    )
    done = Followed(clashes.told)
    for step in free:
        if step.does is Does.begin:
            _schedule(tx, course, cohort, step.due, step.starts_at, step.session)
            done.scheduled += 1
        elif step.does is Does.keep:
            done.kept += 1
        elif step.does is Does.move and step.session is not None:
            step.session.minutes, step.session.title = step.due.unit.minutes, step.due.unit.title
            changing.move_to(tx, step.session, step.due.local_start, 0)
            if not step.session.by_hand:
                step.session.planned_monday = step.due.unit.monday
            done.moved += 1
        elif step.does is Does.rename and step.session is not None:
            changing.rename(tx, step.session, step.due.unit.title)
    for session, why in leaving:
        changing.drop(tx, session, why)
    clashes.stop_if_needed()
    facilitators.settle(tx, _sessions_ahead(tx, course, cohort))
    return done


def _of_sound_groups(
    asked: Sequence[Due], broken: Sequence[ShortfallRecord], settings: SessionsSettings
) -> list[Due]:
    """Without what the provider has blocked for a group in which a rule is broken: its sessions
    stay as they are."""
    levels = settings.severities
    blocked = {one.group_id for one in broken if levels[one.code] is Severity.block}
    return [due for due in asked if due.group_id is None or due.group_id not in blocked]


def _kept_by_hand(
    asked: Sequence[Due], existing: Mapping[tuple[str, str], TrainingSession], at: datetime
) -> Iterator[ShortfallRecord]:
    """Sessions ahead that somebody moved when the plan had another week for them than now."""
    for due in asked:
        session = existing.get((due.unit.code, due.audience))
        if session is None or not (session.by_hand and is_ahead(session, at)):
            continue
        if session.planned_monday not in (None, due.unit.monday):
            told = f"was moved by hand; the plan has it in the week of {due.unit.monday} now"
            yield ShortfallRecord(
                code="kept_by_hand",
                detail=f"{due.unit.code} on {session.local_start[:10]} {told}",
                unit_code=due.unit.code,
                day=today(session.starts_at),
                group_id=due.group_id,
                delivery_partner_id=due.delivery_partner_id,
            )


def days_ahead(tx: Transaction, course: str, cohort: str, hubs: Collection[UUID]) -> int:
    """How many days together these hubs have ahead."""
    wanted = select(func.count()).where(
        TrainingSession.course == course,
        TrainingSession.cohort == cohort,
        TrainingSession.kind == Kind.face_to_face.value,
        TrainingSession.status == "scheduled",
        TrainingSession.starts_at > tx.at,
        TrainingSession.delivery_partner_id.in_(hubs),
    )
    return tx.scalar(wanted) or 0


def list_sessions(tx: Transaction, request: ListSessions) -> SessionPage:
    """In the order of their start."""
    wanted = select(TrainingSession)
    if request.delivery_partner_id is not None:
        wanted = wanted.where(TrainingSession.delivery_partner_id == request.delivery_partner_id)
    if request.application_id is not None:
        theirs = select(Seat.session_id).where(
            Seat.application_id == request.application_id, Seat.held
        )
        wanted = wanted.where(TrainingSession.session_id.in_(theirs))
    if request.facilitator_staff_id is not None:
        led = select(Facilitation.session_id).where(
            Facilitation.staff_id == request.facilitator_staff_id, Facilitation.held
        )
        wanted = wanted.where(TrainingSession.session_id.in_(led))
    return page_of(tx, wanted, request)


def page_of(
    tx: Transaction, wanted: Select[Any], request: ListSessions | ListHubSessions
) -> SessionPage:
    """Of these sessions those that are asked for, in the order of their start."""
    for name in ("course", "cohort", "kind", "status", "group_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(TrainingSession, name) == value)
    if request.starts_from is not None:
        wanted = wanted.where(TrainingSession.starts_at >= request.starts_from)
    if request.starts_before is not None:
        wanted = wanted.where(TrainingSession.starts_at < request.starts_before)
    keys = (TrainingSession.starts_at, TrainingSession.session_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    leads = facilitators.leaders(tx, [session.session_id for session in found])
    return SessionPage(
        items=[schemas.session_record(s, leads.get(s.session_id)) for s in found],
        next_cursor=cursor,
    )


def _schedule(
    tx: Transaction,
    course: str,
    cohort: str,
    due: Due,
    starts_at: datetime,
    dropped: TrainingSession | None,
) -> None:
    """As a session of its own, or as the one that it was before the plan dropped it."""
    asked = {
        "kind": due.unit.kind,
        "title": due.unit.title,
        "minutes": due.unit.minutes,
        "delivery_partner_id": due.delivery_partner_id,
        "local_start": due.local_start.isoformat(timespec="minutes"),
        "fold": 0,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=due.unit.minutes),
        "venue": due.venue,
        "meeting_link": due.meeting_link,
        "status": "scheduled",
        "by_hand": False,
        "planned_monday": due.unit.monday,
    }
    if dropped is not None:
        _take_back_seats_of_who_left(tx, dropped)
        changing.restore(tx, dropped, asked)
        return
    session = TrainingSession(
        session_id=uuid4(),
        revision=tx.next_revision(None),
        course=course,
        cohort=cohort,
        unit_code=due.unit.code,
        audience=due.audience,
        group_id=due.group_id,
        sequence=0,
        changed_at=tx.at,
        **asked,
    )
    tx.add(session)
    tx.emit(SessionScheduled(**schemas.session_state(session)))


def _take_back_seats_of_who_left(tx: Transaction, session: TrainingSession) -> None:
    """Everyone else's are settled with the cohort's; those in what is cancelled are left alone."""
    wanted = select(Seat, Enrolment).join(
        Enrolment, Enrolment.application_id == Seat.application_id
    )
    held = wanted.where(Seat.session_id == session.session_id, Seat.held)
    gone = [
        seat
        for seat, person in tx.execute(held)
        if not person.in_training
        or (person.course, person.cohort) != (session.course, session.cohort)
    ]
    people = queries.lock_enrolments(tx, [seat.application_id for seat in gone])
    for seat in gone:
        seats.take_back(tx, people[seat.application_id], seat, "plan_changed")


def _sessions_ahead(tx: Transaction, course: str, cohort: str) -> list[TrainingSession]:
    wanted = select(TrainingSession).where(
        TrainingSession.course == course,
        TrainingSession.cohort == cohort,
        TrainingSession.status == "scheduled",
        TrainingSession.starts_at > tx.at,
    )
    return list(tx.scalars(wanted.order_by(TrainingSession.session_id)))
