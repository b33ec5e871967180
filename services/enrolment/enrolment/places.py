"""Places: held when an application is accepted, given back when it comes to nothing."""

from uuid import UUID

from enrolment import metrics, queries, schemas
from enrolment.domain import places
from enrolment.domain.places import EVERYWHERE, HELD, NONE, OVER, WAITING
from enrolment.models import Application, DeliveryPartner, Quota
from headship_contracts.enrolment.applications import (
    ListPlaces,
    PlacesList,
    PlacesRecord,
    SetPlaces,
)
from headship_contracts.errors import NotFound, Refused
from kit import Transaction


def hold(tx: Transaction, application: Application) -> None:
    """Hold a place, in all quotas it counts in or in none. Raises Refused where none is left."""
    if application.place == HELD:
        return
    try:
        places.take(queries.lock_quotas(tx, application))
    except Refused:
        metrics.places_refused.inc()
        raise
    application.place = HELD


def hold_or_wait(tx: Transaction, application: Application) -> bool:
    """Hold a place, or wait for one; says whether it is held."""
    try:
        hold(tx, application)
    except Refused:
        application.place = WAITING
        return False
    return True


def hold_even_over(tx: Transaction, application: Application) -> None:
    """For an acceptance that DfE shows: it stands, whether or not a place was left."""
    try:
        hold(tx, application)
    except Refused:
        application.place = OVER


def give_back(tx: Transaction, application: Application) -> None:
    """The place is free for another."""
    if application.place == HELD:
        places.give_back(queries.lock_quotas(tx, application))
    application.place = NONE


def move(tx: Transaction, application: Application, to: UUID) -> None:
    """Another delivery partner: its quota is taken, the former's given back.

    Raises Refused, with nothing moved, where the new one has no place left.
    """
    former = application.delivery_partner_id
    if application.place == HELD and former != to:
        scopes = [str(to)] if former is None else sorted([str(to), str(former)])
        locked = [
            queries.lock_quota(tx, application.cohort, application.course, scope)
            for scope in scopes
        ]
        places.take(quota for quota in locked if quota.scope == str(to))
        places.give_back(quota for quota in locked if quota.scope != str(to))
    application.delivery_partner_id = to


def set_places(tx: Transaction, request: SetPlaces) -> PlacesRecord:
    """Set a cap, once nobody is taking a place."""
    partner_id = request.delivery_partner_id
    if partner_id is not None and tx.get(DeliveryPartner, partner_id) is None:
        raise NotFound("delivery_partner_not_found", str(partner_id))
    scope = EVERYWHERE if partner_id is None else str(partner_id)
    quota = queries.lock_quota(tx, request.cohort, request.course, scope)
    places.set_cap(quota, request.cap)
    return schemas.places_record(quota, partner_id)


def list_places(tx: Transaction, request: ListPlaces) -> PlacesList:
    """The overall cap first, then each delivery partner's."""
    found = queries.quotas(tx, request.cohort, request.course)
    in_order = sorted(found, key=lambda quota: (quota.scope != EVERYWHERE, quota.scope))
    return PlacesList(items=[schemas.places_record(q, _partner_of(q)) for q in in_order])


def _partner_of(quota: Quota) -> UUID | None:
    return None if quota.scope == EVERYWHERE else UUID(quota.scope)
