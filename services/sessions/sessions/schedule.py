"""The calendar of a cohort: its sessions as the plan, the groups and the hubs have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from headship_contracts.sessions.events import SessionScheduled
from headship_contracts.sessions.schedule import ListSessions, SessionPage
from kit import Transaction
from kit.paging import page
from sessions import changing, facilitators, queries, schemas, seats
from sessions.domain.london import in_week, instant
from sessions.domain.template import Kind
from sessions.models import Facilitation, Group, HubOffer, PlanUnit, Seat, TrainingSession


@dataclass(frozen=True)
class Due:
    """A session that the plan asks for."""

    unit: PlanUnit
    audience: str
    local_start: datetime
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    venue: str | None = None
    meeting_link: str | None = None


def follow_plan(
    tx: Transaction, course: str, cohort: str, webinar_link: str | None
) -> tuple[int, int]:
    """Put into the calendar what the plan asks for and is ahead: (scheduled, moved).

    Of what is there already only the time follows the plan, unless it was moved by hand; what the
    plan no longer has is cancelled. The plan's lock keeps two from doing this at once.
    """
    plan = queries.plan(tx, course, cohort, lock=True)
    units = [
        unit for unit in queries.plan_units(tx, plan.plan_id, plan.version) if Kind(unit.kind).live
    ]
    existing = {
        (row.unit_code, row.audience): row
        for row in tx.scalars(
            select(TrainingSession).where(
                TrainingSession.course == course, TrainingSession.cohort == cohort
            )
        )
    }
    wanted = select(Group).where(Group.course == course, Group.cohort == cohort)
    groups = list(tx.scalars(wanted.order_by(Group.formed_at, Group.group_id)))
    offers = queries.offers(tx, course, cohort)
    scheduled = moved = 0
    for due in _due(units, groups, offers, webinar_link):
        session = existing.get((due.unit.code, due.audience))
        starts_at = instant(due.local_start)
        if session is None and starts_at > tx.at:
            _schedule(tx, course, cohort, due, starts_at)
            scheduled += 1
        elif session is not None and _is_outdated(session, due, starts_at, tx.at):
            changing.move_to(tx, session, due.local_start, 0)
            moved += 1
    codes = {unit.code for unit in units}
    for session in existing.values():
        if session.unit_code not in codes and _is_ahead(session, tx.at):
            changing.call_off(tx, session, "plan_changed")
    facilitators.settle(tx, _sessions_ahead(tx, course, cohort))
    return scheduled, moved


def over_capacity(tx: Transaction, course: str, cohort: str) -> int:
    """How many days together have more seats than their hub's venue."""
    crowds = (
        select(TrainingSession.delivery_partner_id, func.count().label("people"))
        .join(Seat, Seat.session_id == TrainingSession.session_id)
        .where(
            TrainingSession.course == course,
            TrainingSession.cohort == cohort,
            TrainingSession.kind == Kind.face_to_face.value,
            TrainingSession.starts_at > tx.at,
            Seat.held,
        )
        .group_by(TrainingSession.session_id, TrainingSession.delivery_partner_id)
        .subquery()
    )
    number = tx.scalar(
        select(func.count())
        .select_from(crowds)
        .join(HubOffer, HubOffer.delivery_partner_id == crowds.c.delivery_partner_id)
        .where(
            HubOffer.course == course,
            HubOffer.cohort == cohort,
            crowds.c.people > HubOffer.venue_capacity,
        )
    )
    return number or 0


def list_sessions(tx: Transaction, request: ListSessions) -> SessionPage:
    """In the order of their start."""
    wanted = select(TrainingSession)
    for name in ("course", "cohort", "kind", "status", "group_id", "delivery_partner_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(TrainingSession, name) == value)
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


def _due(
    units: list[PlanUnit],
    groups: list[Group],
    offers: dict[UUID, HubOffer],
    webinar_link: str | None,
) -> Iterator[Due]:
    for unit in units:
        if unit.kind == Kind.webinar:
            assert unit.local_start is not None
            start = datetime.fromisoformat(unit.local_start)
            yield Due(unit, seats.COHORT, start, meeting_link=webinar_link)
        elif unit.kind == Kind.coaching:
            for group in groups:
                offer = offers.get(group.delivery_partner_id)
                yield Due(
                    unit,
                    seats.of_group(group.group_id),
                    in_week(unit.monday, group.slot),
                    group_id=group.group_id,
                    delivery_partner_id=group.delivery_partner_id,
                    meeting_link=offer.meeting_link if offer else None,
                )
        else:
            for hub, offer in sorted(offers.items()):
                yield Due(
                    unit,
                    seats.of_hub(hub),
                    in_week(unit.monday, offer.face_to_face_slot),
                    delivery_partner_id=hub,
                    venue=offer.venue,
                )


def _schedule(tx: Transaction, course: str, cohort: str, due: Due, starts_at: datetime) -> None:
    session = TrainingSession(
        session_id=uuid4(),
        revision=tx.next_revision(None),
        course=course,
        cohort=cohort,
        unit_code=due.unit.code,
        audience=due.audience,
        kind=due.unit.kind,
        title=due.unit.title,
        minutes=due.unit.minutes,
        group_id=due.group_id,
        delivery_partner_id=due.delivery_partner_id,
        local_start=due.local_start.isoformat(timespec="minutes"),
        fold=0,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=due.unit.minutes),
        venue=due.venue,
        meeting_link=due.meeting_link,
        status="scheduled",
        sequence=0,
        changed_at=tx.at,
        by_hand=False,
    )
    tx.add(session)
    tx.emit(SessionScheduled(**schemas.session_state(session)))


def _sessions_ahead(tx: Transaction, course: str, cohort: str) -> list[TrainingSession]:
    wanted = select(TrainingSession).where(
        TrainingSession.course == course,
        TrainingSession.cohort == cohort,
        TrainingSession.status == "scheduled",
        TrainingSession.starts_at > tx.at,
    )
    return list(tx.scalars(wanted.order_by(TrainingSession.session_id)))


def _is_ahead(session: TrainingSession, at: datetime) -> bool:
    return session.status == "scheduled" and session.starts_at > at


def _is_outdated(session: TrainingSession, due: Due, starts_at: datetime, at: datetime) -> bool:
    differs = session.local_start != due.local_start.isoformat(timespec="minutes")
    return differs and not session.by_hand and _is_ahead(session, at) and starts_at > at
