"""When somebody sits their assessment: in their calendar for as long as they are to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from headship_contracts.assessment.events import CandidateEntered, CandidateRemoved
from kit import Transaction
from sessions import queries
from sessions.models import AssessmentWindow, Enrolment


def keep(tx: Transaction, event: CandidateEntered | CandidateRemoved) -> None:
    """Keep what assessment says of a candidate, if it is newer; told again when its times change.

    The application may be one that enrolment has not told of yet.
    """
    person = queries.lock_enrolments(tx, [event.application_id]).get(event.application_id)
    row = tx.get(AssessmentWindow, event.candidate_id, with_for_update=True)
    if row is None:
        row = AssessmentWindow(
            candidate_id=event.candidate_id,
            application_id=event.application_id,
            revision=0,
            shown=False,
            changes=0,
            changed_at=tx.at,
        )
        tx.add(row)
    if event.revision <= row.revision:
        return
    row.revision, row.entered = event.revision, isinstance(event, CandidateEntered)
    if isinstance(event, CandidateEntered):
        told = (event.attempt, event.opens_at, event.closes_at)
        if row.shown and told != (row.attempt, row.opens_at, row.closes_at):
            row.changes, row.changed_at = row.changes + 1, tx.at
        row.attempt, row.opens_at, row.closes_at = told
    _show(tx, [row], in_training=person is None or person.in_training)


def follow(tx: Transaction, person: Enrolment) -> None:
    """Who leaves training, or pauses, sits no window that is not over; who comes back does where
    assessment has them still. The caller holds the person's lock."""
    rows = of(tx, person.application_id)
    ahead = [row for row in rows if row.closes_at is None or row.closes_at > tx.at]
    _show(tx, ahead, in_training=person.in_training)


def of(tx: Transaction, application_id: UUID) -> Sequence[AssessmentWindow]:
    """Somebody's windows, the former ones too."""
    wanted = select(AssessmentWindow).where(AssessmentWindow.application_id == application_id)
    return list(tx.scalars(wanted.order_by(AssessmentWindow.candidate_id)))


def _show(tx: Transaction, rows: Sequence[AssessmentWindow], *, in_training: bool) -> None:
    for row in rows:
        shown = row.entered and in_training
        if row.shown != shown:
            row.shown, row.changes, row.changed_at = shown, row.changes + 1, tx.at
