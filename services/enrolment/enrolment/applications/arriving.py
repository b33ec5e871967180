"""Applications as DfE's list shows them: new ones arrive, known ones follow what is new."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID, uuid4

from enrolment import queries, schemas
from enrolment.applications import newcomers
from enrolment.applications.following import (
    follow_dfe,
    is_a_second,
    know_person,
    tell_details,
)
from enrolment.dfe.shapes import DfeApplication
from enrolment.models import Application, Participant
from enrolment.participants import merging
from enrolment.traffic import drift
from enrolment.traffic.shown import Batch, Told
from enrolment.traffic.writes import wall
from kit import Transaction

News = dict[UUID, set[str]]
"""What is new of which participants, by our id."""

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


def follow_applications(tx: Transaction, batch: Batch[DfeApplication]) -> Told:
    """A page of applications: some new, some known."""
    told = Told()
    news: News = defaultdict(set)
    known = queries.lock_seen(tx, [seen.id for seen in batch.read])
    people = merging.people_at_dfe(tx, [seen.participant_id for seen in batch.read])
    schemas.know_schools(tx, {seen.school_urn for seen in batch.read if seen.school_urn})
    arrived = [seen for seen in batch.read if seen.id not in known]
    for second in newcomers.arrive(tx, arrived, people, news) if arrived else ():
        _stand_as_second(tx, second, batch.number, told)
    told.received = len(arrived)
    if known:
        _follow_known(tx, batch, known, people, news, told)
    tell_details(tx, news)
    return told


def _meet(tx: Transaction, seen: DfeApplication) -> Participant:
    participant = Participant(id=uuid4(), **newcomers.person(seen, wall()))
    tx.add(participant)
    return participant


def _follow_known(
    tx: Transaction,
    batch: Batch[DfeApplication],
    known: Mapping[UUID, Application],
    people: dict[UUID, Participant],
    news: News,
    told: Told,
) -> None:
    ids = [application.id for application in known.values()]
    busy = queries.told_lately(tx, ids, batch.asked_at)
    drifted = drift.open_ids(tx, "application", known)
    for seen in sorted(batch.read, key=lambda one: one.status == "accepted"):  # who gives way first
        application = known.get(seen.id)
        if application is None:
            continue
        person = people.get(seen.participant_id) or _meet(tx, seen)
        people[seen.participant_id] = person
        moved = _follow_owner(tx, application, person, seen, batch.number, told)
        fresh = know_person(person, seen)
        news[person.id] |= fresh
        if is_a_second(tx, application, seen):
            _stand_as_second(tx, application, batch.number, told)
            continue
        before = drift.state_of(application, COMPARED)
        differs = follow_dfe(tx, application, seen, asked_at=batch.asked_at)
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


def _stand_as_second(tx: Transaction, second: Application, number: int, told: Told) -> None:
    difference = ("status", second.status, "accepted")
    dfe_id = second.dfe_application_id
    if dfe_id is not None:
        told.drifted += drift.stands(tx, "application", second, dfe_id, difference, number)
        told.passed_over.add(dfe_id)


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
