"""Who looks after a participant: assigned, transferred, or put right where it was wrong."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from enrolment import places, queries, schemas
from enrolment.applications.deciding import check_undecided, refuse_for
from enrolment.applications.following import changed
from enrolment.domain import training as rules
from enrolment.domain.declarations import READY
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.delivery_partners import (
    DeclaredPartners,
    check_change_delivery_partner,
)
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import cohort_year
from enrolment.domain.revisions import check_revision
from enrolment.domain.training import DELIVERY_PARTNER
from enrolment.models import Application, Declaration, DeliveryPartner
from enrolment.traffic.writes import owe
from enrolment.training import history
from headship_contracts.enrolment.applications import ApplicationRecord, AssignDeliveryPartner
from headship_contracts.enrolment.events import ParticipantTransferred
from headship_contracts.enrolment.training import ChangeDeliveryPartner, TransferParticipant
from headship_contracts.errors import NotFound, Refused
from kit import Transaction


def assign_delivery_partner(tx: Transaction, request: AssignDeliveryPartner) -> ApplicationRecord:
    """Assign; once accepted, it is a transfer from today on."""
    application = _locked(tx, request.application_id, request.if_revision)
    partner = _active(tx, request.delivery_partner_id)
    _look_after(tx, application, partner, history.today(tx))
    return schemas.application_record(application)


def transfer_participant(tx: Transaction, request: TransferParticipant) -> ApplicationRecord:
    """Another delivery partner from a day on. Sessions keeps group and seats until it decides."""
    application = _locked(tx, request.application_id, request.if_revision)
    _check_accepted(application)
    partner = _active(tx, request.delivery_partner_id)
    today = history.today(tx)
    effective_on = request.effective_on or today
    rules.check_effective(effective_on, earliest=history.earliest(application), today=today)
    _look_after(tx, application, partner, effective_on)
    return schemas.application_record(application)


def change_delivery_partner(
    tx: Transaction, request: ChangeDeliveryPartner, own_name: str | None
) -> ApplicationRecord:
    """It was another one from the start: what we declared is owed to DfE once more. What another
    lead provider declared stays as it is: DfE lets nobody but them change it. `own_name`: what DfE
    calls us, as the settings say.
    """
    application = _locked(tx, request.application_id, request.if_revision)
    _check_accepted(application)
    check_undecided(tx, application)
    partner = _active(tx, request.delivery_partner_id)
    former = application.delivery_partner_id
    own_name = own_name or queries.own_name_at_dfe(tx)
    wrong = [
        made
        for made in queries.declarations_of(tx, [application.id])
        if made.state in (READY, *LIVE_STATES)
        and made.delivery_partner_id != partner.id
        and queries.made_by_us(made, own_name)
    ]
    for declaration in wrong:
        refuse_for(_check(tx, application, declaration, partner))
    for declaration in wrong:
        body = {"delivery_partner_id": _at_dfe(partner)}
        kept = {"partner": str(partner.id)}
        owe(tx, application, "change_delivery_partner", body, subject=str(declaration.id), **kept)
    since = history.last_of(tx, application.id, DELIVERY_PARTNER)
    _look_after(tx, application, partner, since.effective_on if since else history.today(tx))
    if former == partner.id and wrong:
        changed(tx, application)
    return schemas.application_record(application)


def partner_changed(tx: Transaction, declaration: Declaration, partner_id: UUID) -> None:
    """DfE has the other delivery partner with this declaration."""
    declaration.delivery_partner_id = partner_id
    declaration.revision = tx.next_revision(declaration.revision)


def _look_after(
    tx: Transaction, application: Application, partner: DeliveryPartner, effective_on: date
) -> None:
    if application.status in ("rejected", "removed"):
        raise Refused(f"already_{application.status}", "nobody looks after this application")
    former = application.delivery_partner_id
    if former == partner.id:
        return
    places.move(tx, application, partner.id)
    changed(tx, application)
    if application.status == "accepted":
        history.note(tx, application, DELIVERY_PARTNER, str(partner.id), effective_on=effective_on)
        why = {"former_delivery_partner_id": former}
        tx.emit(schemas.told(ParticipantTransferred, application, **why))


def _check(
    tx: Transaction, application: Application, declaration: Declaration, partner: DeliveryPartner
) -> list[Problem]:
    former = (
        tx.get(DeliveryPartner, declaration.delivery_partner_id)
        if declaration.delivery_partner_id
        else None
    )
    known = tx.scalars(select(DeliveryPartner.dfe_delivery_partner_id)).all()
    theirs = _at_dfe(partner)
    year, years = cohort_year(application.cohort), partner.dfe_cohorts
    confirmed = {theirs} if theirs and (years is None or year in years) else set()
    return check_change_delivery_partner(
        DeclaredPartners(
            cohort_year=year,
            in_england=application.in_england,
            delivery_partner_id=_at_dfe(former),
        ),
        delivery_partner_id=theirs,
        secondary_delivery_partner_id=None,
        known_delivery_partners={str(theirs) for theirs in known if theirs is not None},
        confirmed_delivery_partners=confirmed,
    )


def _at_dfe(partner: DeliveryPartner | None) -> str | None:
    if partner is None or partner.dfe_delivery_partner_id is None:
        return None
    return str(partner.dfe_delivery_partner_id)


def _locked(tx: Transaction, application_id: UUID, if_revision: int | None) -> Application:
    application = queries.lock_application(tx, application_id)
    check_revision(application.revision, if_revision)
    return application


def _check_accepted(application: Application) -> None:
    if application.status != "accepted":
        raise Refused("not_enrolled", f"the application is {application.status}")


def _active(tx: Transaction, partner_id: UUID) -> DeliveryPartner:
    partner = tx.get(DeliveryPartner, partner_id)
    if partner is None:
        raise NotFound("delivery_partner_not_found", str(partner_id))
    if partner.status != "active":
        raise Refused("delivery_partner_not_active", f"{partner.name} is {partner.status}")
    return partner
