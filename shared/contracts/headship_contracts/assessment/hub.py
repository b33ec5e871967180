"""What a hub may ask assessment: how far its people are, without marks and results."""

from datetime import datetime
from uuid import UUID

from headship_contracts.hub_changes import HubChanges, HubChangesRequest
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class HubProgress(Shape):
    """Somebody in an assessment window. `state`: entered | submitted | missed | released.

    `released`: the result is out, which the participant is told and may tell the hub. What comes
    after that is not told, so `attempt` is 1. The times are the window's, without more time that
    somebody may have.
    """

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    window_id: UUID
    attempt: int
    state: str
    opens_at: datetime
    closes_at: datetime


@shape
class HubProgressPage(Page):
    """Candidates in the order in which their windows open."""

    items: list[HubProgress]


@shape
class ListHubProgress(ListRequest[HubProgressPage], to="assessment", for_hubs=True):
    """The hub's people in assessment windows that fit every filter given."""

    application_id: UUID | None = None
    course: str | None = text(longest=60, default=None)
    cohort: str | None = text(longest=16, default=None)


@shape
class ListHubChanges(HubChangesRequest, Request[HubChanges], to="assessment", for_hubs=True):
    """Changes of the hub's people in assessment: entered, submitted, missed, first result out."""
