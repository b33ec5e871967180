"""What a hub asks of its people's way through assessment. Each query is filtered by the hub."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import contains_eager

from assessment.domain.candidates import CandidateState
from assessment.models import Application, Candidate, DeliveryPartner
from headship_contracts.assessment import events
from headship_contracts.assessment.hub import HubProgress, HubProgressPage, ListHubProgress
from headship_contracts.messages import Event
from kit import Transaction
from kit.hubs import callers
from kit.hubs.changes import HubFeed
from kit.paging import page


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown or not active."""
    return callers.calling_hub(tx, DeliveryPartner)


def list_progress(tx: Transaction, request: ListHubProgress) -> HubProgressPage:
    """In the order in which windows open for them; no mark and no result."""
    wanted = (
        select(Candidate)
        .join(Candidate.application)
        .options(contains_eager(Candidate.application))
        .where(
            Application.delivery_partner_id == calling_hub(tx),
            Candidate.state != CandidateState.REMOVED,
        )
    )
    for name in ("application_id", "course", "cohort"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Application, name) == value)
    keys = (Candidate.opens_at, Candidate.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return HubProgressPage(items=[_progress(one) for one in found], next_cursor=cursor)


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """The hub of whom an event is about."""
    people = {event.application_id for event in told if hasattr(event, "application_id")}
    wanted = select(Application.application_id, Application.delivery_partner_id).where(
        Application.application_id.in_(people)
    )
    hubs = dict(connection.execute(wanted).all())
    found = (hubs.get(getattr(event, "application_id", None)) for event in told)
    return [set() if hub is None else {hub} for hub in found]


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
        opens_at=of.opens_at,
        closes_at=of.closes_at,
    )
