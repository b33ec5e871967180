"""What a hub asks of the messages that its people were sent. Each query is filtered by the hub."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from headship_contracts.messages import Event
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.hub import HubMessage, HubMessagePage, ListHubMessages
from kit import Transaction
from kit.hubs import callers
from kit.hubs.changes import HubFeed
from kit.paging import page
from notifications.models import Application, DeliveryPartner, Message


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown."""
    return callers.calling_hub(tx, DeliveryPartner)


def list_messages(tx: Transaction, request: ListHubMessages) -> HubMessagePage:
    """To the hub's people themselves, the newest first; what they say is between them and us."""
    wanted = (
        select(Message)
        .join(Application, Application.application_id == Message.application_id)
        .where(
            Application.delivery_partner_id == calling_hub(tx),
            Message.person_id == Application.participant_id,
        )
    )
    if request.application_id is not None:
        wanted = wanted.where(Application.application_id == request.application_id)
    if request.template is not None:
        wanted = wanted.where(Message.template == request.template)
    keys = (Message.created_at.desc(), Message.message_id.desc())
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return HubMessagePage(items=[_message(one) for one in found], next_cursor=cursor)


def concerned(connection: Connection, told: Sequence[Event]) -> list[set[UUID]]:
    """The hubs at which whoever was not reached is trained."""
    people = {event.person_id for event in told if isinstance(event, MessageFailed)}
    wanted = select(Application.participant_id, Application.delivery_partner_id).where(
        Application.participant_id.in_(people), Application.delivery_partner_id.is_not(None)
    )
    found: dict[UUID, set[UUID]] = {}
    for person, hub in connection.execute(wanted):
        found.setdefault(person, set()).add(hub)
    return [found.get(getattr(event, "person_id", None), set()) for event in told]


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
