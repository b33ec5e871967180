"""Participants whom DfE found to be one person: all that we hold moves to the id that is left."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import or_, select

from enrolment import queries, schemas
from enrolment.applications.following import changed
from enrolment.models import Application, Fee, Participant, RetiredParticipant
from headship_contracts.enrolment.events import ParticipantMerged
from kit import Transaction
from kit.db.bulk import among

CONTACT = (
    *("full_name", "email", "email_set_at", "address_failed_at", "trn", "trn_verified"),
    "erased",
)


def people_at_dfe(tx: Transaction, dfe_ids: Iterable[UUID]) -> dict[UUID, Participant]:
    """Those that are known, by DfE's id: by a retired one whoever it means now."""
    wanted = set(dfe_ids)
    found = queries.participants_by_dfe_id(tx, list(wanted))
    if len(found) < len(wanted):
        retired = select(RetiredParticipant).where(
            among(tx, RetiredParticipant.dfe_participant_id, wanted - found.keys())
        )
        for one in tx.scalars(retired):
            found[one.dfe_participant_id] = tx.get_one(Participant, one.participant_id)
    return found


def merge(tx: Transaction, former_dfe_id: UUID, into_dfe_id: UUID) -> list[Application]:
    """Move all that we hold under one id of DfE's to another; says what could not be moved.

    That is where the person has two accepted applications of one course and cohort then. Nothing
    happens where the former id is not known, or was moved before.
    """
    people = queries.participants_by_dfe_id(tx, [former_dfe_id, into_dfe_id])
    former = people.get(former_dfe_id)
    if former is None:
        return []
    into = people.get(into_dfe_id) or people_at_dfe(tx, [into_dfe_id]).get(into_dfe_id)
    if into is None:
        into = _same_person(tx, former, into_dfe_id)
    its = select(Application).where(Application.participant_id == former.id)
    stuck = [
        application
        for application in tx.scalars(
            its.order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
        if not move(tx, application, into)
    ]
    if not stuck:
        _retire(tx, former, former_dfe_id, into)
    return stuck


def move(tx: Transaction, application: Application, into: Participant) -> bool:
    """The application is this participant's, and the others hear it; says whether it can be."""
    takes_part = application.status == "accepted" and application.training_status != "withdrawn"
    if takes_part and queries.holds_accepted(tx, into.id, application, but=application.id):
        return False
    former_id = application.participant_id
    application.participant, application.participant_id = into, into.id
    changed(tx, application)
    tx.flush()
    _move_own_fees(tx, application.id, former_id, into.id)
    why = {"former_participant_id": former_id}
    tx.emit(schemas.told(ParticipantMerged, application, **why))
    return True


def _move_own_fees(tx: Transaction, application_id: UUID, former_id: UUID, into_id: UUID) -> None:
    """Of fees that they pay themselves, who pays is known by their id."""
    wanted = select(Fee).where(
        Fee.application_id == application_id,
        Fee.payer == "self",
        Fee.payer_reference == str(former_id),
    )
    for fee in tx.scalars(wanted.with_for_update(of=Fee)):
        fee.payer_reference = str(into_id)
        fee.revision = tx.next_revision(fee.revision)


def _same_person(tx: Transaction, former: Participant, into_dfe_id: UUID) -> Participant:
    facts: dict[str, Any] = {name: getattr(former, name) for name in CONTACT}
    into = Participant(id=uuid4(), dfe_participant_id=into_dfe_id, **facts)
    tx.add(into)
    tx.flush()
    return into


def _retire(tx: Transaction, former: Participant, dfe_id: UUID, into: Participant) -> None:
    """The former row stays for whoever still asks by its id: it is as reachable as the other."""
    older = select(RetiredParticipant).where(
        or_(
            RetiredParticipant.participant_id == former.id,
            RetiredParticipant.dfe_participant_id == dfe_id,
        )
    )
    for retired in tx.scalars(older):
        retired.participant_id = into.id  # merged before, into one that is merged now
    for name in CONTACT:
        setattr(former, name, getattr(into, name))
    former.dfe_participant_id = None
    tx.add(
        RetiredParticipant(
            dfe_participant_id=dfe_id,
            participant_id=into.id,
            former_participant_id=former.id,
            merged_at=tx.at,
        )
    )
    tx.flush()
