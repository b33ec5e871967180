"""Participants as DfE's list shows them: merges, and how training stands in each enrolment."""

from enrolment import queries
from enrolment.dfe.shapes import DfeEnrolment, DfeParticipant
from enrolment.models import Application
from enrolment.participants import merging
from enrolment.traffic import drift
from enrolment.traffic.shown import Batch, Told
from enrolment.training import changing
from kit import Transaction
from kit.clock import LONDON

COMPARED = ("training_status",)


def follow_participants(tx: Transaction, batch: Batch[DfeParticipant]) -> Told:
    """A page of participants, each with the applications of theirs that were accepted."""
    told = Told()
    for participant in batch.read:
        _follow_merges(tx, participant, batch.number, told)
    shown = [(p, enrolment) for p in batch.read for enrolment in p.enrolments]
    known = queries.lock_seen(tx, [enrolment.application_id for _, enrolment in shown])
    busy = queries.told_lately(tx, [a.id for a in known.values()], batch.asked_at)
    drifted = drift.open_ids(tx, "application", known)
    for participant, enrolment in shown:
        application = known.get(enrolment.application_id)
        if application is None or application.status != "accepted" or application.id in busy:
            told.passed_over.add(participant.id)  # the list of applications tells of it first
            told.unsettled = True
            continue
        told.changed += _follow_training(tx, application, enrolment, batch, told)
        if enrolment.application_id in drifted and _agrees(application, enrolment):
            drift.agreed(tx, "application", [enrolment.application_id], COMPARED)
    return told


def _follow_merges(tx: Transaction, participant: DfeParticipant, number: int, told: Told) -> None:
    """Each id that was merged into this one; in the order in which DfE did it."""
    for change in participant.id_changes:
        stuck = merging.merge(tx, change.former_id, participant.id)
        if not stuck:
            continue
        told.passed_over.add(participant.id)
        difference = ("participant_id", change.former_id, participant.id)
        for application in stuck:
            if application.dfe_application_id is not None:
                theirs = application.dfe_application_id
                told.drifted += drift.stands(
                    tx, "application", application, theirs, difference, number
                )


def _follow_training(
    tx: Transaction,
    application: Application,
    shown: DfeEnrolment,
    batch: Batch[DfeParticipant],
    told: Told,
) -> bool:
    """What has just been accepted here, because DfE shows it so, is not in training otherwise."""
    if _agrees(application, shown) or shown.training_status is None:
        return False
    difference = ("training_status", application.training_status, shown.training_status)
    takes_part = shown.training_status != "withdrawn" and application.training_status == "withdrawn"
    whose = application.participant_id
    if takes_part and queries.holds_accepted(tx, whose, application, but=application.id):
        told.drifted += drift.stands(
            tx, "application", application, shown.application_id, difference, batch.number
        )
        return False
    if application.accepted_at is not None and application.accepted_at < batch.began_at:
        told.drifted += drift.followed(
            tx, "application", application, shown.application_id, [difference], batch.number
        )
    since = shown.training_changed_at or tx.at
    changing.become(
        tx,
        application,
        shown.training_status,
        effective_on=since.astimezone(LONDON).date(),
        reason=shown.training_reason,
        dfe_at=shown.training_changed_at,
    )
    return True


def _agrees(application: Application, shown: DfeEnrolment) -> bool:
    return application.training_status == shown.training_status
