"""Evidence: what other services tell of a participant's work, kept as it was told last."""

from datetime import UTC, datetime, timedelta
from typing import Any

from enrolment import outcomes, queries
from enrolment.domain.evidence import ENGAGEMENT, RESULT, SUBMISSION_MISSED
from enrolment.models import Evidence, Participant, Staff
from headship_contracts.assessment.events import ResultReleased, SubmissionMissed
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.sessions.events import EngagementChanged
from kit import Transaction

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def note_failed_address(tx: Transaction, event: MessageFailed) -> None:
    """An address that does not work; not if it was changed after the message failed."""
    if not event.permanent:
        return
    failed_at = EPOCH + timedelta(microseconds=event.revision)
    person = tx.get(Participant, event.person_id, with_for_update=True)
    if person is not None:
        if failed_at >= person.email_set_at:
            person.address_failed_at = failed_at
        return
    staff = tx.get(Staff, event.person_id, with_for_update=True)
    if staff is not None and event.revision >= staff.revision:
        staff.address_failed_at = failed_at


def _keep(tx: Transaction, known: Evidence, revision: int, told: dict[str, Any]) -> bool:
    """Keep what is newer than what is known; says if it was."""
    if revision <= known.record_revision:
        return False
    known.record_revision, known.told_at = revision, tx.at
    known.fact = {name: value for name, value in told.items() if name != "revision"}
    tx.flush()
    return True
