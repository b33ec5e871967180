"""What a hub asks of its people's way through assessment. Each query is filtered by the hub.

Of each of them it is told the way to the first result, and nothing after it: a later attempt says
that somebody has failed, and a result that is told again that they have appealed. Times are the
window's: more time of somebody's own says what was pleaded.
"""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import contains_eager

from assessment.domain.candidates import CandidateState
from assessment.models import Application, Candidate, DeliveryPartner, Window
from headship_contracts.assessment import events
from headship_contracts.assessment.hub import HubProgress, HubProgressPage, ListHubProgress
from headship_contracts.messages import Event
from kit import Transaction
from kit.hubs import callers
from kit.hubs.changes import HubFeed
from kit.paging import page

FIRST: Final = 1


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown or not active."""
    return callers.calling_hub(tx, DeliveryPartner)


def list_progress(tx: Transaction, request: ListHubProgress) -> HubProgressPage:
    """In the order in which their windows open; no mark and no result."""
    wanted = (
        select(Candidate)
        .join(Candidate.application)
        .join(Candidate.window)
        .options(contains_eager(Candidate.application), contains_eager(Candidate.window))
        .where(
            Application.delivery_partner_id == calling_hub(tx),
            Candidate.attempt == FIRST,
            Candidate.state != CandidateState.REMOVED,
        )
    )
    for name in ("application_id", "course", "cohort"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Application, name) == value)
    keys = (Window.opens_at, Candidate.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return HubProgressPage(items=[_progress(one) for one in found], next_cursor=cursor)


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """The hub of whom an event is about, of what it is told."""
    people = {event.application_id for event in told if hasattr(event, "application_id")}
    wanted = select(Application.application_id, Application.delivery_partner_id).where(
        Application.application_id.in_(people), Application.delivery_partner_id.is_not(None)
    )
    hubs = dict(connection.execute(wanted).all())
    later = select(Candidate.application_id, Candidate.window_id).where(
        Candidate.application_id.in_(people), Candidate.attempt > FIRST
    )
    again = {tuple(row) for row in connection.execute(later)}
    return [
        {hubs[event.application_id]}
        if hasattr(event, "application_id")
        and event.application_id in hubs
        and not _says_more(event, again)
        else set()
        for event in told
    ]


def _says_more(event: Event, again: Collection[tuple[UUID, UUID]]) -> bool:
    """Whether an event tells more than that somebody is on the way to their first result."""
    if isinstance(event, events.CandidateEntered) and event.because is not None:
        return True
    if isinstance(event, events.ResultReleased) and event.replaces is not None:
        return True
    window = (getattr(event, "application_id", None), getattr(event, "window_id", None))
    return getattr(event, "attempt", FIRST) > FIRST or window in again


FEED: Final = HubFeed(
    (
        events.CandidateEntered,
        events.CandidateRemoved,
        events.SubmissionReceived,
        events.SubmissionMissed,
        events.ResultReleased,
    ),
    concerned,
)


def _progress(of: Candidate) -> HubProgress:
    return HubProgress(
        application_id=of.application_id,
        participant_id=of.application.participant,
        course=of.window.course,
        cohort=of.window.cohort,
        window_id=of.window_id,
        attempt=of.attempt,
        state=of.state,
        opens_at=of.window.opens_at,
        closes_at=of.window.closes_at,
    )
