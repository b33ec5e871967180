"""What a hub may ask notifications: which messages its people were sent, without their text."""

from datetime import datetime
from uuid import UUID

from headship_contracts.hub_changes import HubChanges, HubChangesRequest
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class HubMessage(Shape):
    """A message to one of the hub's people. `status` as in the provider's own list.

    Of appeals, of another attempt, of circumstances and of more time nothing is told, nor of a
    result after the first.
    """

    message_id: UUID
    application_id: UUID
    template: str
    status: str
    created_at: datetime
    sent_at: datetime | None = None


@shape
class HubMessagePage(Page):
    """Messages, the newest first."""

    items: list[HubMessage]


@shape
class ListHubMessages(ListRequest[HubMessagePage], to="notifications", for_hubs=True):
    """Messages to the hub's people that fit every filter given."""

    application_id: UUID | None = None
    template: str | None = text(longest=100, default=None)


@shape
class ListHubChanges(HubChangesRequest, Request[HubChanges], to="notifications", for_hubs=True):
    """Messages to the hub's people that could not be delivered."""
