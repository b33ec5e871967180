"""What a hub asks of its own participants. Each query is filtered by the hub that calls."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from enrolment.models import Application, DeliveryPartner, Participant, Schedule
from headship_contracts.enrolment import events
from headship_contracts.enrolment.hub import (
    GetHubParticipant,
    HubParticipant,
    HubParticipantPage,
    ListHubParticipants,
)
from headship_contracts.errors import NotFound
from headship_contracts.messages import Event
from kit import Transaction
from kit.db.postgres import KEPT
from kit.hubs import callers
from kit.hubs.changes import HubFeed
from kit.paging import page

OVERLAP: Final = timedelta(minutes=2)
"""A change has its revision before its commit: what was asked for meanwhile is asked for again."""

_AS_IT_IS: Final = (
    "participant_id",
    "revision",
    "course",
    "cohort",
    "status",
    "training_status",
    "training_reason",
    "training_effective_on",
    "expected_return_on",
    "schedule",
    "school_urn",
    "accepted_at",
)

_FIELDS: Final[dict[str, Any]] = {
    "application_id": Application.id,
    **{name: getattr(Application, name) for name in _AS_IT_IS},
    "full_name": Participant.full_name,
    "email": Participant.email,
    "address_failed": Participant.address_failed_at.is_not(None),
    "starts_on": Schedule.starts_on,
}
"""What a hub is told of a participant, and where it stands."""

OF_A_HUB: Final = (
    select(*_FIELDS.values())
    .join(Participant, Participant.id == Application.participant_id)
    .outerjoin(
        Schedule,
        (Schedule.cohort == Application.cohort) & (Schedule.schedule == Application.schedule),
    )
    .where(Application.delivery_partner_id == bindparam("hub"))
    .where(Application.accepted_at.is_not(None))
)
"""Those who were ever accepted: who only applied is the provider's affair."""

ONE_OF_A_HUB: Final = (
    OF_A_HUB.where(Application.id == bindparam("id"))
    .where(callers.is_active(DeliveryPartner))
    .execution_options(**KEPT)
)

FILTERS: Final = ("course", "cohort", "training_status")


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown or not active."""
    return callers.calling_hub(tx, DeliveryPartner)


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """Whom events of enrolment concern: the hub of today, and the one that somebody leaves. Of who
    only applied nobody hears."""
    ids = {event.application_id for event in told if hasattr(event, "application_id")}
    accepted = select(Application.id).where(
        Application.id.in_(ids), Application.accepted_at.is_not(None)
    )
    theirs = set(connection.scalars(accepted))
    names = ("delivery_partner_id", "former_delivery_partner_id")
    return [
        {hub for name in names if (hub := getattr(event, name, None))}
        if _is_the_hubs(event, theirs)
        else set()
        for event in told
    ]


def _is_the_hubs(event: Event, accepted: Collection[UUID]) -> bool:
    """What a hub may read, or could until this happened."""
    application_id = getattr(event, "application_id", None)
    taken_back = isinstance(event, events.ApplicationRemoved) and event.cause == "reverted"
    return application_id is None or application_id in accepted or taken_back


FEED: Final = HubFeed(
    (
        events.ApplicationAccepted,
        events.ApplicationRejected,
        events.ApplicationRemoved,
        events.ParticipantDeferred,
        events.ParticipantResumed,
        events.ParticipantWithdrawn,
        events.ParticipantTransferred,
        events.ParticipantRescheduled,
        events.ParticipantMerged,
        events.ParticipantMovedSchool,
        events.ParticipantDetailsChanged,
        events.StaffChanged,
    ),
    concerned,
)


def list_participants(tx: Transaction, request: ListHubParticipants) -> HubParticipantPage:
    """Those changed last at the end: who changes while one reads comes again, and is not missed."""
    began = datetime.now(UTC)
    wanted = OF_A_HUB.params(hub=calling_hub(tx))
    for name in FILTERS:
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Application, name) == value)
    if request.updated_since is not None:
        wanted = wanted.where(Application.revision >= _microseconds(request.updated_since))
    keys = (Application.revision, Application.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return HubParticipantPage(
        items=[_participant(row) for row in found],
        next_cursor=cursor,
        updated_since=began - OVERLAP,
    )


def get_participant(tx: Transaction, request: GetHubParticipant) -> HubParticipant:
    """One of them. Raises NotFound, also for another hub's."""
    asked = {"hub": callers.hub_of(tx), "id": request.application_id}
    found = tx.connection().execute(ONE_OF_A_HUB, asked).one_or_none()
    if found is None:
        calling_hub(tx)  # refuses one that is not active
        raise NotFound("participant_not_found", str(request.application_id))
    return _participant(found)


def _participant(row: Sequence[Any]) -> HubParticipant:
    return HubParticipant(**dict(zip(_FIELDS, row, strict=True)))


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000)
