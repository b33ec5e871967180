"""Delivery partners, schools and staff, and who is behind an id."""

from uuid import UUID

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.dfe.shapes import DfeDeliveryPartner
from enrolment.models import DeliveryPartner, Participant, School, Staff
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    DeliveryPartnerPage,
    DeliveryPartnerRecord,
    ListDeliveryPartners,
)
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.enrolment.schools import AddSchools
from headship_contracts.enrolment.staff import AddStaff, ListStaff, StaffPage, StaffRecord
from headship_contracts.errors import Conflict, NotFound
from headship_contracts.messages import Done
from kit import Transaction
from kit.paging import page

ACTIVE = "active"


def know_delivery_partner(tx: Transaction, shown: DfeDeliveryPartner) -> None:
    """One that DfE shows: it may have another name since, or be ours without DfE's id so far."""
    name = shown.name
    known = queries.lock_delivery_partner(tx, _key(name), shown.id)
    if known is None:
        known = _new_partner(tx, name)
        known.status = ACTIVE
    elif known.dfe_delivery_partner_id not in (None, shown.id):
        return  # a namesake with another id at DfE: a person has to tell them apart
    elif known.dfe_cohorts != shown.cohorts:
        known.dfe_cohorts = shown.cohorts
    if (known.dfe_delivery_partner_id, known.name) == (shown.id, name):
        return
    known.name, known.name_key, known.dfe_cohorts = name, _key(name), shown.cohorts
    known.dfe_delivery_partner_id = shown.id
    _partner_changed(tx, known)


def add_delivery_partner(tx: Transaction, request: AddDeliveryPartner) -> DeliveryPartnerRecord:
    """Add one, or change the one of that name or DfE id."""
    dfe_id = request.dfe_delivery_partner_id
    known = queries.lock_delivery_partner(tx, _key(request.name), dfe_id)
    if known is None:
        known = _new_partner(tx, request.name)
    elif dfe_id is not None and known.dfe_delivery_partner_id not in (None, dfe_id):
        raise Conflict("delivery_partner_exists", f"{known.name} has another id at DfE")
    known.name, known.name_key = request.name, _key(request.name)
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


def add_staff(tx: Transaction, request: AddStaff) -> StaffRecord:
    """Add someone, or change the one with that address."""
    partner_id = request.delivery_partner_id
    if partner_id is not None and tx.get(DeliveryPartner, partner_id) is None:
        raise NotFound("delivery_partner_not_found", str(partner_id))
    wanted = select(Staff).where(Staff.email_key == _key(request.email)).with_for_update()
    known = tx.scalars(wanted).first()
    if known is None:
        known = Staff(email_key=_key(request.email), created_at=tx.at, revision=0)
        tx.add(known)
    known.full_name, known.email = request.full_name, request.email
    known.roles = sorted(set(request.roles))
    known.school_urn, known.trust_id = request.school_urn, request.trust_id
    known.delivery_partner_id, known.active = partner_id, request.active
    known.address_failed_at = None
    known.revision = tx.next_revision(known.revision)
    tx.flush()  # its id is part of what is told
    tx.emit(schemas.staff_changed(known))
    return schemas.staff_record(known)


def list_staff(tx: Transaction, request: ListStaff) -> StaffPage:
    """Oldest first."""
    wanted = select(Staff)
    if request.role is not None:
        wanted = wanted.where(queries.staff_with_role(request.role))
    if request.delivery_partner_id is not None:
        wanted = wanted.where(Staff.delivery_partner_id == request.delivery_partner_id)
    if request.active is not None:
        wanted = wanted.where(Staff.active.is_(request.active))
    keys = (Staff.created_at, Staff.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return StaffPage(items=[schemas.staff_record(s) for s in found], next_cursor=cursor)


def add_schools(tx: Transaction, request: AddSchools) -> Done:
    """Add schools, or change those with the same URN."""
    urns = sorted({school.urn for school in request.schools})
    wanted = select(School).where(School.urn.in_(urns)).order_by(School.urn).with_for_update()
    known = {school.urn: school for school in tx.scalars(wanted)}
    for told in request.schools:
        school = known.get(told.urn)
        if school is None:
            school = known[told.urn] = School(urn=told.urn)
            tx.add(school)
        school.name, school.ukprn, school.trust_id = told.name, told.ukprn, told.trust_id
        school.local_authority, school.phase = told.local_authority, told.phase
        school.establishment_type = told.establishment_type
    return Done()


def people(tx: Transaction, request: People) -> PeopleFound:
    """Participants and staff; ids that nobody has are left out."""
    ids = set(request.ids)
    participants = tx.scalars(select(Participant).where(Participant.id.in_(ids)))
    found = [_person(p.id, "participant", p.full_name, p.email) for p in participants]
    staff = tx.scalars(select(Staff).where(Staff.id.in_(ids)))
    found += [_person(s.id, "staff", s.full_name, s.email) for s in staff]
    return PeopleFound(people=found)


def _person(person_id: UUID, kind: str, full_name: str, email: str | None) -> Person:
    return Person(person_id=person_id, kind=kind, full_name=full_name, email=email)


def _new_partner(tx: Transaction, name: str) -> DeliveryPartner:
    partner = DeliveryPartner(name=name, name_key=_key(name), revision=0)
    tx.add(partner)
    return partner


def _partner_changed(tx: Transaction, partner: DeliveryPartner) -> None:
    partner.revision = tx.next_revision(partner.revision)
    tx.flush()  # its id is part of what is told
    tx.emit(schemas.delivery_partner_changed(partner))


def _key(text: str) -> str:
    """Names and addresses that differ in case or spaces only are the same."""
    return " ".join(text.split()).casefold()
