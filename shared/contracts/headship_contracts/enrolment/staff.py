"""Asking enrolment who works for the programme."""

from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

BROKER_USER = r"^[A-Za-z0-9][A-Za-z0-9._@-]*$"


@shape
class StaffRecord(Shape):
    """Someone who works for the provider or a delivery partner.

    The broker knows them as `staff.<broker_user>`, or as `staff.<staff_id>` where none is set.
    """

    staff_id: UUID
    revision: int
    full_name: str
    email: str
    roles: list[str] = items(most=20)
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: UUID | None = None
    active: bool = True
    broker_user: str | None = None


@shape
class AddStaff(Request[StaffRecord], to="enrolment", writes=True):
    """Add someone, or change the one with that id or e-mail address.

    All is set as given: what is left out is emptied. Without a `trust_id` it is the school's.
    """

    full_name: str = text(longest=200)
    email: str = text(longest=320, pattern=r"^[^@\s]+@[^@\s]+$")
    roles: list[str] = items(most=20)  # coach, facilitator, assessor, moderator, lead
    school_urn: str | None = text(longest=7, pattern=r"^\d{6,7}$", default=None)
    trust_id: str | None = text(longest=20, default=None)
    delivery_partner_id: UUID | None = None
    active: bool = True
    broker_user: str | None = text(longest=100, pattern=BROKER_USER, default=None)
    staff_id: UUID | None = None
    if_revision: int | None = None


@shape
class DeactivateStaff(Request[StaffRecord], to="enrolment", writes=True):
    """Someone no longer works here: they coach, mark and are written to no more."""

    staff_id: UUID
    if_revision: int | None = None


@shape
class GetStaff(Request[StaffRecord], to="enrolment"):
    """One of them, by id or by the broker's user without `staff.`; one of the two is given."""

    staff_id: UUID | None = None
    broker_user: str | None = text(longest=100, default=None)


@shape
class StaffPage(Page):
    """Staff, oldest first."""

    items: list[StaffRecord]


@shape
class ListStaff(ListRequest[StaffPage], to="enrolment"):
    """Staff that fit every filter given."""

    role: str | None = None
    delivery_partner_id: UUID | None = None
    active: bool | None = None
    school_urn: str | None = None
    trust_id: str | None = None
