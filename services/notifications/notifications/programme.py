"""What sessions tells of plans, groups, sessions, seats and attendance, and who hears of it.

A seat alone makes no message: each session is announced by its reminders (see `reminders.py`).
"""

from datetime import timedelta
from uuid import UUID

from headship_contracts.sessions.events import (
    AttendanceRecorded,
    CatchUpDecided,
    EngagementAtRisk,
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
from notifications import digests, hub_news, queries
from notifications.digests import Together
from notifications.domain.relevance import MISSED
from notifications.domain.statuses import Status
from notifications.domain.values import (
    SOME_SESSION,
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
    Attendance,
    DeliveryPartner,
    Group,
    Plan,
    Seat,
    TrainingSession,
)
from notifications.queueing import Wanted, queue, write

NEAR = timedelta(hours=48)
"""A change to a session that begins, or was to begin, within this time is told at once."""

MISSED_AFTER = timedelta(hours=12)
"""How long a register stands before someone hears that they missed a session."""


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
    if isinstance(event, ParticipantUngrouped):
        group.group_id = group.slot = None
        return
    former = (group.group_id, group.slot)
    group.group_id, group.slot = event.group_id, event.slot
    if former == (event.group_id, event.slot):
        return
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


def tell_attendance(tx: Transaction, event: AttendanceRecorded) -> None:
    """Who was not there hears how to catch up, once, unless the register is put right, or they have
    caught up, before it goes out.
    """
    attendance = queries.lock_newer(tx, Attendance, event.attendance_id, event.revision)
    if attendance is None:
        return
    is_again = attendance.status is not None
    attendance.application_id, attendance.session_id = event.application_id, event.session_id
    attendance.status = event.status
    if event.status not in MISSED:
        return
    session = tx.get(TrainingSession, event.session_id)
    key = f"{event.application_id}:{event.session_id}"
    if is_again and _was_taken_back(tx, f"session_missed:{key}"):
        key = f"{key}:{event.revision}"
    wanted = Wanted(
        template="session_missed",
        key=key,
        person_id=event.participant_id,
        application_id=event.application_id,
        session_id=event.session_id,
        values={
            "title": session.title if session else SOME_SESSION,
            "when": wall_moment(session.local_start) if session else "see your calendar",
        },
    )
    queue(tx, wanted, due_at=tx.at + MISSED_AFTER)
    hub_news.tell(
        tx,
        _hub_of(tx, event.application_id),
        "hub_missed_session",
        Together(about=f"missed:{event.attendance_id}", revision=event.revision),
        application_id=event.application_id,
        participant_id=event.participant_id,
        session_id=event.session_id,
        values=wanted.values,
    )


def _was_taken_back(tx: Transaction, business_key: str) -> bool:
    write(tx)
    message = queries.message_of_key(tx, business_key)
    return message is not None and message.status == Status.CANCELLED


def _hub_of(tx: Transaction, application_id: UUID) -> UUID | None:
    application = tx.get(Application, application_id)
    return application.delivery_partner_id if application else None


def tell_catch_up(tx: Transaction, event: CatchUpDecided) -> None:
    """The decision on each catch-up is told."""
    session = tx.get(TrainingSession, event.session_id)
    wanted = Wanted(
        template="catch_up_decided",
        key=f"{event.attendance_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        session_id=event.session_id,
        values={
            "title": session.title if session else SOME_SESSION,
            "approved": event.outcome == "approved",
            "refused": event.outcome != "approved",
        },
    )
    queue(tx, wanted)


def tell_risk(tx: Transaction, event: EngagementAtRisk) -> None:
    """Who can miss little more hears it, once for each number of sessions left."""
    wanted = Wanted(
        template="engagement_at_risk",
        key=f"{event.application_id}:{event.missable}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "missable": [str(event.missable)] if event.missable > 0 else [],
            "some left": event.missable > 0,
            "none left": event.missable <= 0,
        },
    )
    queue(tx, wanted)
    hub_news.tell(
        tx,
        _hub_of(tx, event.application_id),
        "hub_at_risk",
        Together(about=f"risk:{event.application_id}", revision=event.revision),
        application_id=event.application_id,
        participant_id=event.participant_id,
        values={"missable": max(event.missable, 0)},
    )
