"""A person's school and details: moved here or at DfE, and told without saying who it is."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from enrolment import schemas
from enrolment.domain import training as rules
from enrolment.domain.revisions import check_revision
from enrolment.domain.training import SCHOOL
from enrolment.models import Application, MovedSchool, Participant, School
from enrolment.training import history
from headship_contracts.enrolment.events import ParticipantMovedSchool
from headship_contracts.enrolment.training import MoveParticipantSchool, SchoolMoved
from headship_contracts.errors import NotFound, Refused
from kit import Transaction

OVER = ("rejected", "removed")


def move_participant_school(tx: Transaction, request: MoveParticipantSchool) -> SchoolMoved:
    """Move each of a person's applications that is not over; the same school again is no move."""
    if tx.get(Participant, request.participant_id) is None:
        raise NotFound("participant_not_found", str(request.participant_id))
    school = tx.get(School, request.school_urn)
    if school is None:
        raise NotFound("school_not_found", f"{request.school_urn}: add it first")
    if school.status == "closed":
        raise Refused("school_closed", f"{request.school_urn} is closed")
    today = history.today(tx)
    effective_on = request.effective_on or today
    current = _lock_current(tx, request.participant_id)
    check_revision(max((a.revision for a in current), default=0), request.if_revision)
    moved = []
    for application in current:
        if application.school_urn == request.school_urn:
            continue
        earliest = history.earliest(application)
        if application.status == "accepted":
            rules.check_effective(effective_on, earliest=earliest, today=today)
        _keep_from_dfe(tx, application)
        former, application.school_urn = application.school_urn, request.school_urn
        be_moved(tx, application, former, effective_on)
        moved.append(application.id)
    return SchoolMoved(
        participant_id=request.participant_id,
        school_urn=request.school_urn,
        application_ids=moved,
        revision=max((a.revision for a in current), default=0),
    )


def be_moved(
    tx: Transaction, application: Application, former: str | None, effective_on: date | None = None
) -> None:
    """It has another school now. Who is enrolled has a history, and others who hear of it."""
    application.revision = tx.next_revision(application.revision)
    if application.status != "accepted":
        return
    history.note(tx, application, SCHOOL, application.school_urn, effective_on=effective_on)
    told = schemas.told(ParticipantMovedSchool, application, former_school_urn=former)
    tx.emit(told)


def school_shown(tx: Transaction, application: Application, urn: str | None) -> str | None:
    """DfE's school; or ours, where somebody moved and DfE goes on showing the former one."""
    if urn == application.school_urn:
        return urn
    moved = tx.get(MovedSchool, application.id)
    if moved is None:
        return urn
    if moved.dfe_school_urn == urn:
        return application.school_urn
    tx.delete(moved)
    return urn


def _lock_current(tx: Transaction, participant_id: UUID) -> Sequence[Application]:
    wanted = (
        select(Application)
        .where(Application.participant_id == participant_id, Application.status.not_in(OVER))
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    return tx.scalars(wanted).all()


def _keep_from_dfe(tx: Transaction, application: Application) -> None:
    """DfE will go on showing the school that it showed so far."""
    if application.dfe_application_id is None:
        return
    if tx.get(MovedSchool, application.id) is None:
        tx.add(MovedSchool(application_id=application.id, dfe_school_urn=application.school_urn))
