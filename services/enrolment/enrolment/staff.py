"""Who works for the programme."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from enrolment import queries
from enrolment.domain.revisions import check_revision
from enrolment.models import DeliveryPartner, School, Staff
from enrolment.organisations import key
from headship_contracts.enrolment.events import StaffChanged
from headship_contracts.enrolment.staff import (
    AddStaff,
    DeactivateStaff,
    GetStaff,
    ListStaff,
    StaffPage,
    StaffRecord,
)
from headship_contracts.errors import Conflict, Invalid, NotFound
from kit import Transaction
from kit.paging import page

ROLE = re.compile(r"[a-z][a-z_]{0,39}")


def add_staff(tx: Transaction, request: AddStaff) -> StaffRecord:
    """Add someone, or change the one with that id or address."""
    _check(tx, request)
    known, trust_id = _lock_known(tx, request), _trust(tx, request)
    former = None
    if known is None:
        known = Staff(created_at=tx.at, revision=0)
        tx.add(known)
    else:
        check_revision(known.revision, request.if_revision)
        if known.delivery_partner_id != request.delivery_partner_id:
            former = known.delivery_partner_id
    if known.revision == 0 or known.email_key != key(request.email):
        known.address_failed_at = None
    known.email, known.email_key = request.email, key(request.email)
    known.full_name, known.roles = request.full_name, sorted(set(request.roles))
    known.school_urn, known.trust_id = request.school_urn, trust_id
    known.delivery_partner_id, known.active = request.delivery_partner_id, request.active
    known.broker_user = request.broker_user
    tell(tx, known, former_hub=former)
    return _record(known)


def deactivate_staff(tx: Transaction, request: DeactivateStaff) -> StaffRecord:
    """Someone has left; their history stays."""
    known = _lock(tx, request.staff_id)
    check_revision(known.revision, request.if_revision)
    if not known.active:
        return _record(known)
    known.active = False
    tell(tx, known)
    return _record(known)


def get_staff(tx: Transaction, request: GetStaff) -> StaffRecord:
    """By id, or by the broker's user: their own name there, else their id."""
    if (request.staff_id is None) == (request.broker_user is None):
        problem = {"staff_id": ["give it, or broker_user"]}
        raise Invalid("invalid_fields", "one of the two is needed", problem)
    if request.staff_id is not None:
        found = tx.get(Staff, request.staff_id)
    else:
        found = _behind(tx, request.broker_user or "")
    if found is None:
        told = str(request.staff_id or "nobody is this user of the broker")
        raise NotFound("staff_not_found", told)
    return _record(found)


def list_staff(tx: Transaction, request: ListStaff) -> StaffPage:
    """Oldest first."""
    wanted = select(Staff)
    if request.role is not None:
        wanted = wanted.where(queries.staff_with_role(request.role))
    for name in ("delivery_partner_id", "school_urn", "trust_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Staff, name) == value)
    if request.active is not None:
        wanted = wanted.where(Staff.active.is_(request.active))
    keys = (Staff.created_at, Staff.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return StaffPage(items=[_record(s) for s in found], next_cursor=cursor)


def _check(tx: Transaction, request: AddStaff) -> None:
    wrong = [n for n, role in enumerate(request.roles, start=1) if not ROLE.fullmatch(role)]
    if wrong:
        problem = {"roles": [f"number {n} is not a word like coach" for n in wrong]}
        raise Invalid("invalid_fields", "a role is not right", problem)
    partner_id = request.delivery_partner_id
    if partner_id is not None and tx.get(DeliveryPartner, partner_id) is None:
        raise NotFound("delivery_partner_not_found", str(partner_id))


def _lock_known(tx: Transaction, request: AddStaff) -> Staff | None:
    by_address = select(Staff).where(Staff.email_key == key(request.email)).with_for_update()
    same_address = tx.scalars(by_address).first()
    known = same_address if request.staff_id is None else _lock(tx, request.staff_id)
    if same_address is not None and same_address is not known:
        raise Conflict("address_taken", f"{same_address.id} has this address")
    if request.broker_user is not None:
        other = _behind(tx, request.broker_user)
        if other is not None and other is not known:
            raise Conflict("broker_user_taken", f"{other.id} is this user of the broker")
    return known


def _behind(tx: Transaction, broker_user: str) -> Staff | None:
    """Who the broker knows under this name: as set, or by an id for which none is set."""
    named = tx.scalars(select(Staff).where(Staff.broker_user == broker_user)).first()
    if named is not None:
        return named
    try:
        found = tx.get(Staff, UUID(broker_user))
    except ValueError:
        return None
    return found if found is not None and found.broker_user is None else None


def _lock(tx: Transaction, staff_id: UUID) -> Staff:
    found = tx.get(Staff, staff_id, with_for_update=True)
    if found is None:
        raise NotFound("staff_not_found", str(staff_id))
    return found


def _trust(tx: Transaction, request: AddStaff) -> str | None:
    if request.trust_id is not None or request.school_urn is None:
        return request.trust_id
    school = tx.get(School, request.school_urn)
    return school.trust_id if school is not None else None


def tell(tx: Transaction, member: Staff, *, former_hub: UUID | None = None) -> None:
    """They are another from now on: all services hear it, without name or address, and so do
    their hub and the one that they leave."""
    member.revision = tx.next_revision(member.revision)
    tx.flush()  # its id is part of what is told
    state = _state(member)
    tx.emit(StaffChanged(staff_id=member.id, former_delivery_partner_id=former_hub, **state))


def _record(of: Staff) -> StaffRecord:
    return StaffRecord(
        staff_id=of.id,
        full_name=of.full_name,
        email=of.email,
        broker_user=of.broker_user,
        **_state(of),
    )


def _state(of: Staff) -> dict[str, Any]:
    return {
        "revision": of.revision,
        "roles": list(of.roles),
        "school_urn": of.school_urn,
        "trust_id": of.trust_id,
        "delivery_partner_id": of.delivery_partner_id,
        "active": of.active,
    }
