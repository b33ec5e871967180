"""Asking enrolment about delivery partners, schools and the people who work for the programme."""

from dataclasses import dataclass
from uuid import UUID

from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, text


@dataclass(frozen=True, kw_only=True)
class DeliveryPartnerRecord(Shape):
    """A delivery partner. Without a `dfe_delivery_partner_id` no declaration can name it."""

    delivery_partner_id: UUID
    revision: int
    dfe_delivery_partner_id: UUID | None = None
    name: str
    status: str  # active | suspended | removed
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class AddDeliveryPartner(Request[DeliveryPartnerRecord], to="enrolment", writes=True):
    """Add a delivery partner, or change the one of that name or DfE id. The sync adds DfE's own."""

    name: str = text(longest=200)
    dfe_delivery_partner_id: UUID | None = None
    status: str = text(longest=9, pattern=r"^(active|suspended|removed)$", default="active")
    place: str | None = text(longest=40, default=None)  # "51.50,-0.12"


@dataclass(frozen=True, kw_only=True)
class DeliveryPartnerPage(Page):
    """Delivery partners, by name."""

    items: list[DeliveryPartnerRecord]


@dataclass(frozen=True, kw_only=True)
class ListDeliveryPartners(ListRequest[DeliveryPartnerPage], to="enrolment"):
    """All delivery partners, or those of one status."""

    status: str | None = None


@dataclass(frozen=True, kw_only=True)
class StaffRecord(Shape):
    """Someone who works for the provider or a delivery partner."""

    staff_id: UUID
    revision: int
    full_name: str
    email: str
    roles: list[str] = items(most=20)
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: UUID | None = None
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class AddStaff(Request[StaffRecord], to="enrolment", writes=True):
    """Add someone, or change the one with that e-mail address."""

    full_name: str = text(longest=200)
    email: str = text(longest=320, pattern=r"^[^@\s]+@[^@\s]+$")
    roles: list[str] = items(most=20)  # coach, facilitator, assessor, moderator, lead
    school_urn: str | None = text(longest=7, pattern=r"^\d{6,7}$", default=None)
    trust_id: str | None = text(longest=20, default=None)
    delivery_partner_id: UUID | None = None
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class StaffPage(Page):
    """Staff, oldest first."""

    items: list[StaffRecord]


@dataclass(frozen=True, kw_only=True)
class ListStaff(ListRequest[StaffPage], to="enrolment"):
    """Staff that fit every filter given."""

    role: str | None = None
    delivery_partner_id: UUID | None = None
    active: bool | None = None


@dataclass(frozen=True, kw_only=True)
class School(Shape):
    """What is known of a school. `establishment_type` is a code of GIAS: 1 community school..."""

    urn: str = text(longest=7, pattern=r"^\d{6,7}$")
    name: str = text(longest=200)
    ukprn: str | None = text(longest=8, default=None)
    trust_id: str | None = text(longest=20, default=None)
    local_authority: str | None = text(longest=60, default=None)
    phase: str | None = text(longest=40, default=None)
    establishment_type: str | None = text(longest=2, pattern=r"^\d{1,2}$", default=None)


@dataclass(frozen=True, kw_only=True)
class AddSchools(Request[Done], to="enrolment", writes=True):
    """Add or change up to 500 schools. Events then tell their trust, authority and phase."""

    schools: list[School] = items(most=500)
