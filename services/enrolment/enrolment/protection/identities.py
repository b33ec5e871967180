"""By which ids somebody is known."""

from uuid import UUID

from sqlalchemy import select

from enrolment.models import Application, Participant, RetiredParticipant, Staff
from headship_contracts.enrolment.protection import IdentifyPerson, PersonIds
from headship_contracts.errors import NotFound
from kit import Transaction

PARTICIPANT, STAFF = "participant", "staff"


def identify(tx: Transaction, request: IdentifyPerson) -> PersonIds:
    """All ids of a participant or of a member of staff. Raises NotFound."""
    if tx.get(Staff, request.person_id) is not None:
        return PersonIds(kind=STAFF, person_ids=[request.person_id], application_ids=[])
    person_id = _now(tx, request.person_id)
    if tx.get(Participant, person_id) is None:
        raise NotFound("person_not_found", str(request.person_id))
    people = _all_of(tx, person_id)
    applications = select(Application.id).where(Application.participant_id.in_(people))
    return PersonIds(
        kind=PARTICIPANT,
        person_ids=people,
        application_ids=list(tx.scalars(applications.order_by(Application.id))),
    )


def _now(tx: Transaction, person_id: UUID) -> UUID:
    """Into whom that id was merged, or whose application it is; else the id itself."""
    application = tx.get(Application, person_id)
    now = application.participant_id if application is not None else person_id
    seen: set[UUID] = set()
    while now not in seen:
        seen.add(now)
        into = tx.scalar(
            select(RetiredParticipant.participant_id)
            .where(RetiredParticipant.former_participant_id == now)
            .order_by(RetiredParticipant.merged_at.desc())
            .limit(1)
        )
        now = into or now
    return now


def _all_of(tx: Transaction, person_id: UUID) -> list[UUID]:
    """That id, and those merged into it, step by step."""
    found = [person_id]
    for one in found:
        former = tx.scalars(
            select(RetiredParticipant.former_participant_id).where(
                RetiredParticipant.participant_id == one,
                RetiredParticipant.former_participant_id.is_not(None),
            )
        )
        found += [each for each in former if each is not None and each not in found]
    return found
