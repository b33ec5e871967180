"""What has changed for a hub: its sessions, and whatever concerns its people."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from headship_contracts.messages import Event
from headship_contracts.sessions import events
from kit.hubs.changes import HubFeed
from sessions.models import Enrolment, TrainingSession


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """A session's own hub, or for a webinar all of its cohort; and a person's hub."""
    people = {event.application_id for event in told if hasattr(event, "application_id")}
    sessions = {event.session_id for event in told if hasattr(event, "session_id")}
    wanted = select(Enrolment.application_id, Enrolment.delivery_partner_id).where(
        Enrolment.application_id.in_(people)
    )
    of_person = dict(connection.execute(wanted).all())
    of_session = _hubs_of_sessions(connection, sessions)
    found = []
    for event in told:
        person, session = getattr(event, "application_id", None), getattr(event, "session_id", None)
        hubs = {of_person.get(person), getattr(event, "delivery_partner_id", None)}
        own = of_session.get(session, set())
        if person is None or len(own) == 1:  # in a webinar, what is of one person is of their hub
            hubs |= own
        found.append({hub for hub in hubs if hub is not None})
    return found


def _hubs_of_sessions(connection: Connection, sessions: set[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    wanted = select(
        TrainingSession.session_id,
        TrainingSession.delivery_partner_id,
        TrainingSession.course,
        TrainingSession.cohort,
    ).where(TrainingSession.session_id.in_(sessions))
    everybodys = defaultdict(list)
    for session_id, hub, course, cohort in connection.execute(wanted):
        if hub is not None:
            found[session_id].add(hub)
        else:
            everybodys[course, cohort].append(session_id)
    for (course, cohort), ids in everybodys.items():
        hubs = set(
            connection.scalars(
                select(Enrolment.delivery_partner_id)
                .where(
                    Enrolment.course == course,
                    Enrolment.cohort == cohort,
                    Enrolment.delivery_partner_id.is_not(None),
                )
                .distinct()
            )
        )
        for session_id in ids:
            found[session_id] = hubs
    return found


FEED: Final = HubFeed(
    (
        events.ParticipantGrouped,
        events.ParticipantUngrouped,
        events.ParticipantSeated,
        events.ParticipantUnseated,
        events.SessionScheduled,
        events.SessionMoved,
        events.SessionCancelled,
        events.SessionChanged,
        events.AttendanceRecorded,
        events.CatchUpDecided,
        events.EngagementChanged,
        events.EngagementAtRisk,
        events.AssessmentReady,
        events.AssessmentReadyWithdrawn,
    ),
    concerned,
)
