"""Swaps: people who hold places change delivery partners with each other, all or none."""

from sqlalchemy import select

from enrolment import schemas
from enrolment.domain.places import HELD, OFFERED, OVER
from enrolment.domain.training import DELIVERY_PARTNER
from enrolment.models import Application
from enrolment.training import history
from enrolment.waitlist.line import note
from headship_contracts.enrolment.events import ParticipantTransferred
from headship_contracts.enrolment.waitlist import SwapDeliveryPartners, Swapped
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import Transaction

WITH_PLACE = (HELD, OFFERED, OVER)


def swap(tx: Transaction, request: SwapDeliveryPartners) -> Swapped:
    """Each gets the delivery partner of the next, the last that of the first.

    As many hold a place at each partner afterwards as before, so no quota changes.
    """
    ids = request.application_ids
    if len(set(ids)) != len(ids) or len(ids) < 2:
        problem = {"application_ids": ["must be two or more different applications"]}
        raise Invalid("invalid_fields", "that is no swap", problem)
    wanted = select(Application).where(Application.id.in_(ids)).order_by(Application.id)
    locked = wanted.with_for_update(of=Application).execution_options(populate_existing=True)
    found = {application.id: application for application in tx.scalars(locked)}
    missing = [str(one) for one in ids if one not in found]
    if missing:
        raise NotFound("application_not_found", ", ".join(missing))
    round_trip = [found[one] for one in ids]
    _check(round_trip)
    partners = [application.delivery_partner_id for application in round_trip]
    for application, partner in zip(round_trip, partners[1:] + partners[:1], strict=True):
        former = application.delivery_partner_id
        if former == partner:
            continue
        application.delivery_partner_id = partner
        application.revision = tx.next_revision(application.revision)
        note(tx, application, "swapped", request.reason)
        if application.status == "accepted":
            history.note(tx, application, DELIVERY_PARTNER, str(partner))
            why = {"former_delivery_partner_id": former}
            tx.emit(schemas.told(ParticipantTransferred, application, **why))
    return Swapped(items=[schemas.application_record(application) for application in round_trip])


def _check(applications: list[Application]) -> None:
    if len({(a.cohort, a.course) for a in applications}) > 1:
        raise Refused("different_courses", "they are not of one cohort and course")
    for application in applications:
        if application.status not in ("pending", "accepted"):
            raise Refused(f"already_{application.status}", str(application.id))
        if application.delivery_partner_id is None:
            raise Refused("no_delivery_partner", str(application.id))
        if application.reserved_cohort is not None:  # at the delivery partner of today
            told = f"{application.id}: DfE has not answered yet on {application.reserved_cohort}"
            raise Refused("decision_pending", told)
    if len({a.place for a in applications}) > 1 or applications[0].place not in WITH_PLACE:
        raise Refused("places_differ", "each of them must hold a place, in the same way")
