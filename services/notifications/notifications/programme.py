"""What sessions tells of plans, groups, sessions and seats, and who hears of it.

A seat alone makes no message: each session is announced by its reminders (see `reminders.py`).
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import inspect

from headship_contracts.sessions.events import (
    ParticipantGrouped,
    ParticipantSeated,
    ParticipantUngrouped,
    ParticipantUnseated,
    PlanPublished,
    SessionCancelled,
    SessionMoved,
    SessionState,
)
from kit import Transaction
from notifications import digests, queries
from notifications.digests import Together
from notifications.domain.values import (
    Value,
    day,
    moment,
    session_kind,
    slot,
    wall_day,
    wall_moment,
)
from notifications.models import (
    Application,
    DeliveryPartner,
    Group,
    Plan,
    Seat,
    TrainingSession,
)
from notifications.queueing import Wanted, queue, write
from notifications.settling import take_back

NEAR = timedelta(hours=48)
"""A change to a session that begins, or was to begin, within this time is told at once."""


def keep_plan(tx: Transaction, event: PlanPublished) -> None:
    """Keep a cohort's dates; everybody accepted hears them once, whichever is told first."""
    plan = queries.lock_newer(tx, Plan, (event.course, event.cohort), event.revision)
    if plan is None:
        return
    plan.plan_id = event.plan_id
    plan.starts_on, plan.last_unit_ends_on = event.starts_on, event.last_unit_ends_on
    tx.flush()
    for application in queries.applications_of(tx, event.course, event.cohort):
        if application.status == "accepted":
            tell_plan(tx, application)


def tell_plan(tx: Transaction, application: Application) -> None:
    """Queue the cohort's dates for one participant, if there is a plan."""
    plan = tx.get(Plan, (application.course, application.cohort))
    if plan is None:
        return
    group = tx.get(Group, application.application_id)
    wanted = Wanted(
        template="plan_published",
        key=f"{application.application_id}:{plan.plan_id}",
        person_id=application.participant_id,
        application_id=application.application_id,
        values={
            "starts on": day(plan.starts_on),
            "last unit ends on": day(plan.last_unit_ends_on),
            "has group": group is not None and group.group_id is not None,
        },
    )
    queue(tx, wanted)


def keep_group(tx: Transaction, event: ParticipantGrouped | ParticipantUngrouped) -> None:
    """Who has a new group hears when it meets; leaving one is followed by another, or an end."""
    group = queries.lock_newer(tx, Group, event.application_id, event.revision)
    if group is None:
        return
    is_new = inspect(group).pending
    if isinstance(event, ParticipantUngrouped):
        group.group_id = group.slot = None
        return
    former = (group.group_id, group.slot)
    group.group_id, group.slot = event.group_id, event.slot
    if former == (event.group_id, event.slot):
        return
    if former != (None, None) or not is_new:
        _take_back_former(tx, event.application_id)
    hub = tx.get(DeliveryPartner, event.delivery_partner_id)
    wanted = Wanted(
        template="group_joined",
        key=f"{event.application_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "slot": slot(event.slot),
            "hub": hub.name if hub else "your delivery partner",
        },
    )
    queue(tx, wanted)


def _take_back_former(tx: Transaction, application_id: UUID) -> None:
    """Of a group that they come back to before they have heard of it they hear once."""
    write(tx)
    for message in queries.unheard(tx, "group_joined", application_id):
        take_back(tx, message)


def keep_seat(tx: Transaction, event: ParticipantSeated | ParticipantUnseated) -> None:
    """Keep who sits in a session."""
    seat = queries.lock_newer(tx, Seat, event.seat_id, event.revision)
    if seat is not None:
        seat.application_id, seat.session_id = event.application_id, event.session_id
        seat.participant_id = event.participant_id
        seat.taken = isinstance(event, ParticipantSeated)


def keep_session(tx: Transaction, event: SessionState) -> None:
    """Keep a session; who has a seat in it hears in the evening that it moves or falls out, and at
    once if it is near. An older telling still says how the session was before.
    """
    before = tx.get(TrainingSession, event.session_id)
    venue = before.venue if before is not None and before.title is not None else event.venue
    session = queries.lock_newer(tx, TrainingSession, event.session_id, event.revision)
    if session is not None:
        session.kind, session.title = event.kind, event.title
        session.starts_at, session.ends_at = event.starts_at, event.ends_at
        session.local_start, session.venue = event.local_start, event.venue
        session.cancelled = isinstance(event, SessionCancelled)
    if event.starts_at <= tx.at or not isinstance(event, SessionMoved | SessionCancelled):
        return
    _tell_seated(tx, event, venue, is_newest=session is not None)


def _tell_seated(
    tx: Transaction,
    event: SessionMoved | SessionCancelled,
    former_venue: str | None,
    *,
    is_newest: bool,
) -> None:
    moved = isinstance(event, SessionMoved)
    former = event.former_starts_at if isinstance(event, SessionMoved) else event.starts_at
    together = Together(
        about=f"session:{event.session_id}",
        revision=event.revision,
        former=f"{former.isoformat()} {former_venue}",
        latter=f"{event.starts_at.isoformat()} {event.venue}" if moved else "cancelled",
    )
    values = event_values(event) | {"former when": moment(former)}
    seats = queries.seats_in(tx, event.session_id)
    heard = digests.heard_newer(tx, together) if not is_newest else frozenset()
    told = [
        (
            Wanted(
                template="session_moved" if moved else "session_cancelled",
                key=f"{seat.application_id}:{event.session_id}:{event.sequence}",
                person_id=seat.participant_id,
                application_id=seat.application_id,
                session_id=event.session_id,
                values=values,
            ),
            together,
        )
        for seat in seats
        if seat.participant_id not in heard
    ]
    soonest = min(former, event.starts_at)
    digests.tell_all(tx, told, urgent=is_newest and soonest - tx.at < NEAR)


def event_values(event: SessionState) -> dict[str, Value | None]:
    """What messages say of a session that has just been told of."""
    return {
        "title": event.title,
        "kind": session_kind(event.kind),
        "when": wall_moment(event.local_start),
        "day": wall_day(event.local_start),
        "venue": event.venue or "online",
    }


def session_values(session: TrainingSession) -> dict[str, Value | None]:
    """What messages say of a session."""
    return {
        "title": session.title,
        "kind": session_kind(session.kind),
        "when": wall_moment(session.local_start),
        "day": wall_day(session.local_start),
        "venue": session.venue or "online",
    }
