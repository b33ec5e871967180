"""Places: held when an application is accepted, given back when it comes to nothing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from enrolment import metrics, queries, schemas
from enrolment.domain import places, waitlist
from enrolment.domain.places import COUNTED, EVERYWHERE, HELD, NONE, OFFERED, OVER, WAITING
from enrolment.domain.revisions import check_revision
from enrolment.models import Application, DeliveryPartner, Offer, Quota, WaitlistEntry
from headship_contracts.enrolment.applications import (
    ListPlaces,
    PlacesList,
    PlacesRecord,
    SetPlaces,
)
from headship_contracts.enrolment.events import PlaceOfferEnded
from headship_contracts.errors import NotFound, Refused
from kit import Transaction

OFFER_TIMER = "offer_places"


def hold(tx: Transaction, application: Application, locked: Sequence[Quota] | None = None) -> None:
    """Hold a place, in all quotas it counts in or in none. Raises Refused where none is left.

    Who was offered one takes it with this. `locked`: its quotas, where they are locked already.
    """
    if application.place == HELD:
        return
    if application.place != OFFERED:
        try:
            places.take(locked or queries.lock_quotas(tx, application))
        except Refused:
            metrics.places_refused.inc()
            raise
    _leave_line(tx, application, HELD, waitlist.TAKEN, "accepted")


def hold_even_over(tx: Transaction, application: Application) -> None:
    """For an acceptance that DfE shows: it stands, whether or not a place was left."""
    try:
        hold(tx, application)
    except Refused:
        _leave_line(tx, application, OVER, waitlist.TAKEN, "accepted")


def reserve(tx: Transaction, application: Application, cohort: str) -> None:
    """Hold a place in another cohort beside the one that it has, until DfE has answered the move.

    Raises Refused where none is left there.
    """
    places.take(queries.lock_quotas(tx, application, cohort))
    application.reserved_cohort = cohort


def release(tx: Transaction, application: Application) -> None:
    """It does not move: the place that was held for it is free again."""
    if application.reserved_cohort is None:
        return
    places.give_back(queries.lock_quotas(tx, application, application.reserved_cohort))
    application.reserved_cohort = None
    tx.wake(OFFER_TIMER)


def change_cohort(tx: Transaction, application: Application, cohort: str) -> None:
    """DfE shows it in another cohort: in the place held there, or even over the cap."""
    reserved = application.reserved_cohort == cohort
    if reserved:
        application.reserved_cohort = None
    give_back(tx, application)
    application.cohort = cohort
    if reserved:
        application.place = HELD
    else:
        hold_even_over(tx, application)


def give_back(tx: Transaction, application: Application) -> None:
    """The place is free for another; and whoever has it or waits for it no longer does."""
    release(tx, application)
    if application.place in COUNTED:
        places.give_back(queries.lock_quotas(tx, application))
        tx.wake(OFFER_TIMER)
    _leave_line(tx, application, NONE, waitlist.LEFT, "withdrawn")


def end_offer(tx: Transaction, application: Application, outcome: str, reason: str | None) -> Offer:
    """End the open offer and tell it, once the application's place says how it stands now."""
    offer = open_offer(tx, application)
    offer.state, offer.ended_at, offer.reason = outcome, tx.at, reason
    offer.revision = tx.next_revision(offer.revision)
    application.revision = tx.next_revision(application.revision)
    tx.emit(schemas.told(PlaceOfferEnded, application, outcome=outcome))
    tx.count(metrics.offers_ended.labels(outcome=outcome))
    return offer


def open_offer(tx: Transaction, application: Application) -> Offer:
    """The offer that waits for an answer. Raises Refused."""
    wanted = select(Offer).where(Offer.application_id == application.id, Offer.state == "open")
    found = tx.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise Refused("no_open_offer", f"the place of this application is {application.place}")
    return found


def _leave_line(
    tx: Transaction, application: Application, place: str, state: str, outcome: str
) -> None:
    """Who waits or was offered a place is settled otherwise."""
    former, application.place = application.place, place
    if former not in (WAITING, OFFERED):
        return
    entry = tx.get(WaitlistEntry, application.id)
    if entry is not None:
        entry.state, entry.revision = state, tx.next_revision(entry.revision)
    if former == OFFERED:
        end_offer(tx, application, outcome, None)


def move(tx: Transaction, application: Application, to: UUID) -> None:
    """Another delivery partner: its quota is taken, the former's given back.

    Raises Refused, with nothing moved, where the new one has no place left.
    """
    former = application.delivery_partner_id
    counted = [application.cohort] if application.place in COUNTED else []
    if application.reserved_cohort is not None:
        counted.append(application.reserved_cohort)
    if counted and former != to:
        scopes = [str(to)] if former is None else sorted([str(to), str(former)])
        locked = [
            queries.lock_quota(tx, cohort, application.course, scope)
            for cohort in sorted(counted)
            for scope in scopes
        ]
        places.take(quota for quota in locked if quota.scope == str(to))
        places.give_back(quota for quota in locked if quota.scope != str(to))
        tx.wake(OFFER_TIMER)
    application.delivery_partner_id = to


def set_places(tx: Transaction, request: SetPlaces) -> PlacesRecord:
    """Set a cap, once nobody is taking a place; what is free then is offered to who waits."""
    partner_id = request.delivery_partner_id
    if partner_id is not None and tx.get(DeliveryPartner, partner_id) is None:
        raise NotFound("delivery_partner_not_found", str(partner_id))
    scope = EVERYWHERE if partner_id is None else str(partner_id)
    quota = queries.lock_quota(tx, request.cohort, request.course, scope)
    check_revision(quota.revision or 0, request.if_revision)
    former = quota.cap
    places.set_cap(quota, request.cap)
    if former != request.cap:
        quota.revision = tx.next_revision(quota.revision)
    if former is not None and (request.cap is None or request.cap > former):
        tx.wake(OFFER_TIMER)
    return schemas.places_record(quota, partner_id)


def list_places(tx: Transaction, request: ListPlaces) -> PlacesList:
    """The overall cap first, then each delivery partner's."""
    found = queries.quotas(tx, request.cohort, request.course)
    in_order = sorted(found, key=lambda quota: (quota.scope != EVERYWHERE, quota.scope))
    return PlacesList(items=[schemas.places_record(q, _partner_of(q)) for q in in_order])


def _partner_of(quota: Quota) -> UUID | None:
    return None if quota.scope == EVERYWHERE else UUID(quota.scope)
