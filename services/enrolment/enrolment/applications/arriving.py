"""Applications as DfE's list shows them: new ones arrive, known ones follow what is new."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select

from enrolment import queries, schemas
from enrolment.applications.following import changed, facts_shown, follow_dfe, know_person
from enrolment.dfe.shapes import DfeApplication
from enrolment.domain.places import NONE
from enrolment.models import Application, Participant
from enrolment.participants import merging
from enrolment.traffic import drift
from enrolment.traffic.shown import Batch, Told
from enrolment.traffic.writes import wall
from headship_contracts.enrolment.events import ApplicationReceived, ParticipantDetailsChanged
from kit import Transaction
from kit.db.bulk import insert_rows

COMPARED = (
    "status",
    "training_status",
    "cohort",
    "schedule",
    "funded_place",
    "eligible_for_funding",
    "ineligible_for_funding_reason",
)
"""What drifts where it differs; of a status that differs only that, since the others follow it."""

PENDING = "pending"

NOTHING_YET: dict[str, Any] = {"training_status": None, "delivery_partner_id": None}
"""What an application of DfE's does not have when it arrives."""

TOLD_AS = {"trn": "teacher_reference_number", "trn_verified": "teacher_reference_number"}
"""Fields of a participant that others know by DfE's word for them."""


def follow_applications(tx: Transaction, batch: Batch[DfeApplication]) -> Told:
    """A page of applications: some new, some known."""
    told = Told()
    known = queries.lock_seen(tx, [seen.id for seen in batch.read])
    people = merging.people_at_dfe(tx, [seen.participant_id for seen in batch.read])
    schemas.know_schools(tx, {seen.school_urn for seen in batch.read if seen.school_urn})
    arrived = [seen for seen in batch.read if seen.id not in known]
    _arrive(tx, arrived, people)
    told.received = len(arrived)
    if known:
        _follow_known(tx, batch, known, people, told)
    return told


def _arrive(
    tx: Transaction, arrived: list[DfeApplication], people: dict[UUID, Participant]
) -> None:
    """Written as rows, in few statements: the first sync brings ten thousand.

    Nobody is told of one that was rejected before we heard of it.
    """
    if not arrived:
        return
    met = _meet_all(tx, arrived, people)
    rows = [_row(tx, seen, met[seen.participant_id]) for seen in arrived]
    tx.flush()
    insert_rows(tx, inspect(Application).local_table, rows)
    for row in rows:
        if row["status"] == PENDING:
            of: Any = SimpleNamespace(**NOTHING_YET, **row)
            tx.emit(ApplicationReceived(**schemas.public_state(of, tx)))
    accepted = [seen for seen in arrived if seen.status == "accepted"]
    if accepted:
        _accept(tx, accepted)


def _meet_all(
    tx: Transaction, arrived: list[DfeApplication], people: dict[UUID, Participant]
) -> dict[UUID, UUID]:
    """Our id of each participant, by DfE's; those who are new are written down."""
    ids = {dfe_id: participant.id for dfe_id, participant in people.items()}
    rows = []
    for seen in arrived:
        if seen.participant_id in people:
            know_person(people[seen.participant_id], seen)
        elif seen.participant_id not in ids:
            ids[seen.participant_id] = uuid4()
            rows.append({"id": ids[seen.participant_id], **_person(seen)})
    if rows:
        insert_rows(tx, inspect(Participant).local_table, rows)
    return ids


def _person(seen: DfeApplication) -> dict[str, Any]:
    return {
        "dfe_participant_id": seen.participant_id,
        "full_name": seen.full_name,
        "email": seen.email,
        "email_set_at": wall(),
        "trn": seen.trn,
        "trn_verified": seen.trn_verified,
    }


def _meet(tx: Transaction, seen: DfeApplication) -> Participant:
    participant = Participant(id=uuid4(), **_person(seen))
    tx.add(participant)
    return participant


def _row(tx: Transaction, seen: DfeApplication, participant_id: UUID) -> dict[str, Any]:
    """One that is accepted already begins as all do, and is accepted then."""
    rejected = seen.status == "rejected"
    return {
        "id": uuid4(),
        "dfe_application_id": seen.id,
        "source": "dfe",
        "participant_id": participant_id,
        "status": "rejected" if rejected else PENDING,
        "reason_for_rejection": seen.reason_for_rejection if rejected else None,
        "place": NONE,
        "created_at": tx.at,
        "revision": tx.next_revision(None),
        "school_urn": seen.school_urn,
        **facts_shown(seen),
    }


def _accept(tx: Transaction, accepted: list[DfeApplication]) -> None:
    shown = {seen.id: seen for seen in accepted}
    for dfe_id, application in queries.lock_seen(tx, list(shown)).items():
        follow_dfe(tx, application, shown[dfe_id])


def _follow_known(
    tx: Transaction,
    batch: Batch[DfeApplication],
    known: Mapping[UUID, Application],
    people: dict[UUID, Participant],
    told: Told,
) -> None:
    ids = [application.id for application in known.values()]
    busy = queries.told_lately(tx, ids, batch.asked_at)
    drifted = drift.open_ids(tx, "application", known)
    news: dict[UUID, set[str]] = defaultdict(set)
    for seen in batch.read:
        application = known.get(seen.id)
        if application is None:
            continue
        person = people.get(seen.participant_id) or _meet(tx, seen)
        people[seen.participant_id] = person
        moved = _follow_owner(tx, application, person, seen, batch.number, told)
        fresh = know_person(person, seen)
        news[person.id].update(TOLD_AS.get(name, name) for name in fresh)
        before = drift.state_of(application, COMPARED)
        differs = follow_dfe(tx, application, seen)
        differences = drift.differences(application, before)
        if differences and differences[0][0] == "status":
            del differences[1:]
        if application.id not in busy:
            told.drifted += drift.followed(
                tx, "application", application, seen.id, differences, batch.number
            )
        if seen.id in drifted:
            drift.agreed(tx, "application", [seen.id], [*COMPARED, "application"])
        told.changed += differs or moved or bool(fresh)
    _tell_details(tx, {one: fields for one, fields in news.items() if fields})


def _follow_owner(
    tx: Transaction,
    application: Application,
    person: Participant,
    seen: DfeApplication,
    number: int,
    told: Told,
) -> bool:
    """The application is of whom DfE says; says if that is news. It stays where that cannot be."""
    if person.id == application.participant_id:
        return False
    tx.flush()
    former = application.participant.dfe_participant_id
    difference = ("participant_id", former, seen.participant_id)
    if not merging.move(tx, application, person):
        told.drifted += drift.stands(tx, "application", application, seen.id, difference, number)
        return False
    told.drifted += drift.followed(tx, "application", application, seen.id, [difference], number)
    drift.agreed(tx, "application", [seen.id], ["participant_id"])
    return True


def _tell_details(tx: Transaction, news: Mapping[UUID, Collection[str]]) -> None:
    """Who works with a participant hears what changed, and asks for it when it is needed."""
    if not news:
        return
    theirs = select(Application).where(
        Application.participant_id.in_(news), Application.status == "accepted"
    )
    for application in tx.scalars(theirs.order_by(Application.id).with_for_update(of=Application)):
        changed(tx, application)
        fields = sorted(news[application.participant_id])
        tx.emit(schemas.told(ParticipantDetailsChanged, application, fields=fields))
