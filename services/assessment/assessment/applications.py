"""What other services tell of an application; whatever changes, its candidacy is settled anew.

Each teller has a revision of its own: what is older than what is known is ignored.
"""

from uuid import UUID

from assessment import candidates, queries
from assessment.models import Application, DeclaredConflict, DfeOutcome
from assessment.queries.locking import lock_or_add
from headship_contracts.enrolment.events import ApplicationState, OutcomeReported
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    ParticipantGrouped,
    ParticipantUngrouped,
)
from kit import Transaction

TOLD_BY_SESSIONS = "sessions"
"""Who declared that somebody was a participant's coach."""


def keep_application(tx: Transaction, event: ApplicationState) -> None:
    """Keep the state as enrolment tells it; enter or remove the candidate."""
    application = _locked(tx, event.application_id)
    if event.revision <= application.revision:
        return
    application.revision = event.revision
    application.participant_id = event.participant_id
    application.course, application.cohort = event.course, event.cohort
    application.status = event.status
    application.training_status = event.training_status
    application.schedule = event.schedule
    application.delivery_partner_id = event.delivery_partner_id
    application.school_urn, application.trust_id = event.school_urn, event.trust_id
    application.phase = event.phase
    candidates.settle(tx, application)


def keep_coach(tx: Transaction, event: ParticipantGrouped | ParticipantUngrouped) -> None:
    """Keep who coaches a participant: a coach marks nothing of theirs.

    Leaving a group does not undo what the coach knows, so the last coach stays, and those before
    keep off as if they had declared it, whenever it is told.
    """
    application = _locked(tx, event.application_id)
    is_older = event.revision <= application.group_revision
    if isinstance(event, ParticipantGrouped):
        former = event.coach_staff_id if is_older else application.coach_staff_id
        latest = application.coach_staff_id if is_older else event.coach_staff_id
        if former not in (None, latest):
            _keep_off(tx, former, application)
    if is_older:
        return
    application.group_revision = event.revision
    if isinstance(event, ParticipantGrouped):
        application.group_id = event.group_id
        application.coach_staff_id = event.coach_staff_id
    else:
        application.group_id = None


def keep_readiness(tx: Transaction, event: AssessmentReady | AssessmentReadyWithdrawn) -> None:
    """Keep whether the engagement gate is met; enter or remove the candidate."""
    application = _locked(tx, event.application_id)
    if event.revision <= application.ready_revision:
        return
    application.ready_revision = event.revision
    application.ready = isinstance(event, AssessmentReady)
    application.gate_version = event.gate_version
    candidates.settle(tx, application)


def keep_outcome(tx: Transaction, event: OutcomeReported) -> None:
    """Keep what DfE holds, to be seen beside the result."""
    outcome = lock_or_add(tx, DfeOutcome, event.application_id, revision=0)
    if event.revision <= outcome.revision:
        return
    outcome.revision = event.revision
    outcome.state, outcome.completion_date = event.state, event.completion_date


def _keep_off(tx: Transaction, coach: UUID, application: Application) -> None:
    key = str(application.application_id)
    if f"application:{key}" in queries.assessors.declared(tx, [coach]).get(coach, ()):
        return
    tx.add(
        DeclaredConflict(
            staff_id=coach,
            kind="application",
            key=key,
            reason="was the coach of this participant",
            declared_at=tx.at,
            declared_by=TOLD_BY_SESSIONS,
        )
    )
    tx.flush()


def _locked(tx: Transaction, application_id: UUID) -> Application:
    nothing_told = {"revision": 0, "group_revision": 0, "ready_revision": 0, "ready": False}
    return lock_or_add(tx, Application, application_id, **nothing_told)
