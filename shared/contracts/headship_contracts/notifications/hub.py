"""What a hub may ask notifications: which messages its people were sent, without their text."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from headship_contracts.hub_changes import HubChanges, HubChangesRequest
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, text


@dataclass(frozen=True, kw_only=True)
class HubMessage(Shape):
    """A message about one of the hub's people. `status` as in the provider's own list."""

    message_id: UUID
    application_id: UUID
    template: str
    status: str
    created_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HubMessagePage(Page):
    """Messages, the newest first."""

    items: list[HubMessage]


@dataclass(frozen=True, kw_only=True)
class ListHubMessages(ListRequest[HubMessagePage], to="notifications", for_hubs=True):
    """Messages about the hub's people that fit every filter given."""

    application_id: UUID | None = None
    template: str | None = text(longest=100, default=None)


@dataclass(frozen=True, kw_only=True)
class ListHubChanges(HubChangesRequest, Request[HubChanges], to="notifications", for_hubs=True):
    """Messages to the hub's people that could not be delivered."""
