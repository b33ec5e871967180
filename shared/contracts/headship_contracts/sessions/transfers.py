"""Who changes hubs keeps group and seats until a new place was proposed and confirmed."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.sessions.plans import ShortfallRecord
from headship_contracts.shape import Shape, items, shape, text


@shape
class PlaceProposal(Shape):
    """A place at the new hub for someone who was transferred, or why there is none yet.

    `state`: open | confirmed | declined | overtaken. Without `group_id` no group there takes them:
    `reason` is no_group | no_room | does_not_fit. `shortfalls`: what could not be kept for whoever
    came to the place just now.
    """

    proposal_id: UUID
    application_id: UUID
    participant_id: UUID
    former_group_id: UUID
    delivery_partner_id: UUID
    group_id: UUID | None = None
    slot: str | None = None
    reason: str | None = None
    state: str
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = text(longest=2_000, default=None)
    shortfalls: list[ShortfallRecord] = items(most=100, default_factory=list)


@shape
class PlaceProposalPage(Page):
    """Proposals, the oldest first."""

    items: list[PlaceProposal]


@shape
class ListPlaceProposals(ListRequest[PlaceProposalPage], to="sessions"):
    """Proposals that fit every filter; without `state` only the open ones."""

    application_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    state: str | None = None


@shape
class DecidePlaceProposal(Request[PlaceProposal], to="sessions", writes=True):
    """Confirm a proposed place, so that group and seats change, or decline it.

    Declined, they stay where they are, until another is asked for by ProposePlace.
    """

    proposal_id: UUID
    confirmed: bool
    note: str | None = text(longest=2_000, default=None)


@shape
class ProposePlace(Request[PlaceProposal], to="sessions", writes=True):
    """Look for a place at their own hub now; `group_id`: in this group. An open one is replaced."""

    application_id: UUID
    group_id: UUID | None = None
