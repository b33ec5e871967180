"""Who may do what: staff by their roles, known by the broker's user."""

from collections.abc import Iterable
from uuid import UUID

from assessment.models import Allocation, StaffMember
from headship_contracts.errors import NotFound, Refused
from kit import Transaction

MARKERS = ("assessor",)
ADJUDICATORS = ("moderator", "lead")
LEADS = ("lead",)

WITHIN = ("staff", "operator", "service")
"""Callers within the provider: none of this is for hubs."""


def require(tx: Transaction, roles: Iterable[str]) -> None:
    """Refuse a member of staff without one of these roles. An operator may act for anyone."""
    if tx.caller.kind != "staff":
        return
    member = _staff_member(tx)
    if member is None or not member.active or not set(roles).intersection(member.roles):
        raise Refused("not_permitted", f"this is for staff with the role {' or '.join(roles)}")


def require_lead(tx: Transaction) -> None:
    """Refuse a member of staff who is no lead."""
    require(tx, LEADS)


def require_own(tx: Transaction, allocation: Allocation, staff_id: UUID) -> None:
    """Raise NotFound unless the allocation is this member of staff's, and nobody else asks."""
    require_self(tx, staff_id)
    if allocation.staff_id != staff_id:
        raise NotFound("allocation_not_found", str(allocation.id))


def acting(tx: Transaction, staff_id: UUID | None, roles: Iterable[str]) -> UUID | None:
    """Who decides: the member of staff who calls, or for whom an operator says they act.

    Raises NotFound for another's name, Refused for who lacks these roles; None for an operator who
    names nobody.
    """
    if tx.caller.kind == "staff":
        require(tx, roles)
        own = UUID(tx.caller.name)
        require_self(tx, staff_id or own)
        return own
    if staff_id is None:
        return None
    member = tx.get(StaffMember, staff_id)
    if member is None or not member.active or not set(roles).intersection(member.roles):
        wanted = " or ".join(roles)
        raise Refused("not_permitted", f"{staff_id} is no active member of staff as {wanted}")
    return staff_id


def require_self(tx: Transaction, staff_id: UUID) -> None:
    """Raise NotFound when a member of staff asks in the name of another, Refused when they have
    left or neither mark nor adjudicate any more."""
    if tx.caller.kind == "staff" and tx.caller.name != str(staff_id):
        raise NotFound("staff_not_found", str(staff_id))
    require(tx, (*MARKERS, *ADJUDICATORS))


def require_self_or(tx: Transaction, staff_id: UUID, roles: Iterable[str]) -> None:
    """Refuse a member of staff who asks for another, but for one with one of these roles."""
    if tx.caller.kind == "staff" and tx.caller.name != str(staff_id):
        require(tx, roles)


def _staff_member(tx: Transaction) -> StaffMember | None:
    try:
        staff_id = UUID(tx.caller.name)
    except ValueError:
        return None
    return tx.get(StaffMember, staff_id)
