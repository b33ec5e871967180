"""Delivery partners."""

from collections.abc import Sequence

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.dfe.shapes import DfeDeliveryPartner
from enrolment.domain.revisions import check_revision
from enrolment.models import DeliveryPartner
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    DeliveryPartnerPage,
    DeliveryPartnerRecord,
    ListDeliveryPartners,
    NoteHubAccess,
)
from headship_contracts.errors import Conflict, NotFound
from headship_contracts.messages import Done
from kit import Transaction
from kit.audit.trail import CHANGE
from kit.paging import page

ACTIVE = "active"

ACCESS_AFTER = {
    "added": "open",
    "resumed": "open",
    "suspended": "suspended",
    "removed": "removed",
}


def know_delivery_partners(tx: Transaction, shown: Sequence[DfeDeliveryPartner]) -> None:
    """All that DfE confirms for us. Any other is confirmed for no cohort now: DfE would refuse what
    names it.
    """
    for one in shown:
        _know(tx, one)
    theirs = DeliveryPartner.dfe_delivery_partner_id
    others = select(DeliveryPartner).where(
        theirs.is_not(None), theirs.not_in([one.id for one in shown])
    )
    for known in tx.scalars(others.order_by(DeliveryPartner.id).with_for_update()):
        known.dfe_cohorts = []


def _know(tx: Transaction, shown: DfeDeliveryPartner) -> None:
    """One that DfE shows: it may have another name since, or be ours without DfE's id so far.

    It keeps its name while another is called as it is now: DfE may show us that one's new name yet,
    or a person has to tell them apart.
    """
    name = shown.name
    known = queries.lock_delivery_partner(tx, key(name), shown.id)
    if known is None:
        known = _new_partner(tx, name)
        known.status = ACTIVE
    elif known.dfe_delivery_partner_id not in (None, shown.id):
        return  # a namesake with another id at DfE: a person has to tell them apart
    else:
        known.dfe_cohorts = shown.cohorts
        if _is_of_another(tx, name, known):
            name = known.name
    if (known.dfe_delivery_partner_id, known.name) == (shown.id, name):
        return
    known.name, known.name_key, known.dfe_cohorts = name, key(name), shown.cohorts
    known.dfe_delivery_partner_id = shown.id
    _partner_changed(tx, known)


def _is_of_another(tx: Transaction, name: str, known: DeliveryPartner) -> bool:
    wanted = select(DeliveryPartner.id).where(
        DeliveryPartner.name_key == key(name), DeliveryPartner.id != known.id
    )
    return tx.scalars(wanted).first() is not None


def add_delivery_partner(tx: Transaction, request: AddDeliveryPartner) -> DeliveryPartnerRecord:
    """Add one, or change the one of that name or DfE id."""
    dfe_id = request.dfe_delivery_partner_id
    known = queries.lock_delivery_partner(tx, key(request.name), dfe_id)
    if known is None:
        known = _new_partner(tx, request.name)
    elif dfe_id is not None and known.dfe_delivery_partner_id not in (None, dfe_id):
        raise Conflict("delivery_partner_exists", f"{known.name} has another id at DfE")
    elif _is_of_another(tx, request.name, known):
        raise Conflict("delivery_partner_exists", f"another one is called {request.name}")
    else:
        check_revision(known.revision, request.if_revision)
    known.name, known.name_key = request.name, key(request.name)
    known.dfe_delivery_partner_id = dfe_id or known.dfe_delivery_partner_id
    known.status, known.place = request.status, request.place or known.place
    _partner_changed(tx, known)
    return schemas.delivery_partner_record(known)


def list_delivery_partners(tx: Transaction, request: ListDeliveryPartners) -> DeliveryPartnerPage:
    """By name."""
    wanted = select(DeliveryPartner)
    if request.status is not None:
        wanted = wanted.where(DeliveryPartner.status == request.status)
    keys = (DeliveryPartner.name_key,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return DeliveryPartnerPage(
        items=[schemas.delivery_partner_record(p) for p in found], next_cursor=cursor
    )


def note_hub_access(tx: Transaction, request: NoteHubAccess) -> Done:
    """Who did what to which hub's access, into the audit trail; and whether it still has any, for
    what it reads without the broker. Raises NotFound."""
    partner = tx.get(DeliveryPartner, request.delivery_partner_id, with_for_update=True)
    if partner is None:
        raise NotFound("delivery_partner_not_found", str(request.delivery_partner_id))
    tx.audit([(CHANGE, f"hub_{request.act}", partner.id)])
    access = ACCESS_AFTER.get(request.act, partner.access)
    if access != partner.access:
        partner.access = access
        _partner_changed(tx, partner)
    return Done()


def _new_partner(tx: Transaction, name: str) -> DeliveryPartner:
    partner = DeliveryPartner(name=name, name_key=key(name), revision=0)
    tx.add(partner)
    return partner


def _partner_changed(tx: Transaction, partner: DeliveryPartner) -> None:
    partner.revision = tx.next_revision(partner.revision)
    tx.flush()  # its id is part of what is told
    tx.emit(schemas.delivery_partner_changed(partner))


def key(text: str) -> str:
    """Names and addresses that differ in case or spaces only are the same."""
    return " ".join(text.split()).casefold()
