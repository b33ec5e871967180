"""Asking enrolment about delivery partners."""

from uuid import UUID

from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, number, shape, text

HUB_ACTS = r"^(added|rotation_begun|rotation_finished|suspended|resumed|removed|permitted)$"


@shape
class DeliveryPartnerRecord(Shape):
    """A delivery partner. Without a `dfe_delivery_partner_id` no declaration can name it."""

    delivery_partner_id: UUID
    revision: int
    dfe_delivery_partner_id: UUID | None = None
    name: str
    status: str  # active | suspended | removed
    place: str | None = None


@shape
class AddDeliveryPartner(Request[DeliveryPartnerRecord], to="enrolment", writes=True):
    """Add a delivery partner, or change the one of that name or DfE id. The sync adds DfE's own."""

    name: str = text(longest=200)
    dfe_delivery_partner_id: UUID | None = None
    status: str = text(longest=9, pattern=r"^(active|suspended|removed)$", default="active")
    place: str | None = text(longest=40, default=None)  # "51.50,-0.12"
    if_revision: int | None = None


@shape
class DeliveryPartnerPage(Page):
    """Delivery partners, by name."""

    items: list[DeliveryPartnerRecord]


@shape
class ListDeliveryPartners(ListRequest[DeliveryPartnerPage], to="enrolment"):
    """All delivery partners, or those of one status."""

    status: str | None = None


@shape
class NoteHubAccess(Request[Done], to="enrolment", writes=True):
    """What an operator does to a hub's access at the broker, for the audit trail."""

    delivery_partner_id: UUID
    act: str = text(longest=20, pattern=HUB_ACTS)
    credential: int = number(least=1, most=1_000_000)
