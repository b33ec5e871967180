"""What a hub asks of the messages that its people were sent. Each query is filtered by the hub."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from headship_contracts.messages import Event
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.hub import HubMessage, HubMessagePage, ListHubMessages
from kit import Transaction
from kit.hubs import callers
from kit.hubs.changes import HubFeed
from kit.paging import page
from notifications.models import Application, Candidate, DeliveryPartner, Message

NOT_TOLD: Final = frozenset(
    {
        *("appeal_received", "appeal_decided", "resubmission_offered"),
        *("circumstances_decided", "extension_granted", "assessment_dates_changed"),
    }
)
"""Templates that by their name alone tell how an assessment went, or what somebody pleaded: it is
for the participant to tell their hub."""

_again = aliased(Candidate)
_former = aliased(Message)
AGAIN: Final = or_(
    exists().where(
        _again.application_id == Message.application_id,
        _again.window_id == Message.window_id,
        _again.attempt.is_distinct_from(1),
    ),
    and_(
        Message.template == "result",
        exists().where(
            _former.application_id == Message.application_id,
            _former.template == Message.template,
            tuple_(_former.created_at, _former.message_id)
            < tuple_(Message.created_at, Message.message_id),
        ),
    ),
)
"""Messages about an attempt after the first, or a result after it: who has failed or appealed."""

TOLD: Final = (
    Message.person_id == Application.participant_id,
    Message.template.not_in(NOT_TOLD),
    ~AGAIN,
    Application.status == "accepted",  # who only applied is the provider's affair
)
"""Which messages a hub is told of."""


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown or not active."""
    return callers.calling_hub(tx, DeliveryPartner)


def list_messages(tx: Transaction, request: ListHubMessages) -> HubMessagePage:
    """To the hub's people themselves, the newest first; what they say is between them and us."""
    wanted = (
        select(Message)
        .join(Application, Application.application_id == Message.application_id)
        .where(Application.delivery_partner_id == calling_hub(tx), *TOLD)
    )
    if request.application_id is not None:
        wanted = wanted.where(Application.application_id == request.application_id)
    if request.template is not None:
        wanted = wanted.where(Message.template == request.template)
    keys = (Message.created_at.desc(), Message.message_id.desc())
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return HubMessagePage(items=[_message(one) for one in found], next_cursor=cursor)


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """The hub in whose list the message is that did not arrive."""
    ids = {event.message_id for event in told if isinstance(event, MessageFailed)}
    wanted = (
        select(Message.message_id, Application.delivery_partner_id)
        .join(Application, Application.application_id == Message.application_id)
        .where(
            Message.message_id.in_(ids),
            Application.delivery_partner_id.is_not(None),
            *TOLD,
        )
    )
    hubs = {row.message_id: row.delivery_partner_id for row in connection.execute(wanted)}
    found = (hubs.get(getattr(event, "message_id", None)) for event in told)
    return [set() if hub is None else {hub} for hub in found]


FEED: Final = HubFeed((MessageFailed,), concerned)


def _message(of: Message) -> HubMessage:
    assert of.application_id is not None
    return HubMessage(
        message_id=of.message_id,
        application_id=of.application_id,
        template=of.template,
        status=of.status,
        created_at=of.created_at,
        sent_at=of.sent_at,
    )
