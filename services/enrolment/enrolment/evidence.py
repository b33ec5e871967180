"""Evidence: what other services tell of a participant's work, kept as it was told last."""

from typing import Any

from enrolment import outcomes, queries
from enrolment.domain.evidence import ENGAGEMENT, RESULT, SUBMISSION_MISSED
from enrolment.models import Evidence
from headship_contracts.assessment.events import ResultReleased, SubmissionMissed
from headship_contracts.sessions.events import EngagementChanged
from kit import Transaction


def keep_engagement(tx: Transaction, event: EngagementChanged) -> None:
    """Engagement so far; the daily run looks at what it proves."""
    known = queries.lock_evidence(
        tx, "sessions", event.application_id, ENGAGEMENT, event.application_id
    )
    _keep(tx, known, event.revision, event.dump())


def keep_result(tx: Transaction, event: ResultReleased) -> None:
    """A released result. Once `completed` is declared, DfE is owed each further one."""
    application = queries.lock_if_known(tx, event.application_id)
    known = queries.lock_evidence(tx, "assessment", event.result_id, RESULT, event.application_id)
    if _keep(tx, known, event.revision, event.dump()) and application is not None:
        outcomes.owe_further(tx, application)


def keep_missed_submission(tx: Transaction, event: SubmissionMissed) -> None:
    """No script came: it explains why `completed` has no evidence."""
    known = queries.lock_evidence(
        tx, "assessment", event.candidate_id, SUBMISSION_MISSED, event.application_id
    )
    _keep(tx, known, event.revision, event.dump())


def _keep(tx: Transaction, known: Evidence, revision: int, told: dict[str, Any]) -> bool:
    """Keep what is newer than what is known; says if it was."""
    if revision <= known.record_revision:
        return False
    known.record_revision, known.told_at = revision, tx.at
    known.fact = {name: value for name, value in told.items() if name != "revision"}
    tx.flush()
    return True
