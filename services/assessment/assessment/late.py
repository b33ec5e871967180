"""Scripts that came late or were never confirmed, and count after all because a lead says so."""

from io import BytesIO

from assessment import candidates, comparing, files, queries, roles, schemas, submissions
from assessment.domain.candidates import CandidateState
from assessment.domain.submitting import ACCEPTABLE
from assessment.domain.windows import WindowState
from assessment.models import Submission
from assessment.submissions import Read
from headship_contracts.assessment.submissions import AcceptLateScript, Receipt
from headship_contracts.errors import Refused
from kit import Caller, Transaction
from kit.db import ServiceDatabase


def accept(db: ServiceDatabase, request: AcceptLateScript, caller: Caller, read: Read) -> Receipt:
    """Read the file that was kept, and let it count."""
    with db.transaction(caller=caller) as tx:
        roles.require(tx, roles.LEADS)
        submission = queries.submissions.require(tx, request.submission_id)
        _require_acceptable(submission)
        upload = submissions.what_reading_needs(submission.candidate, submission.filename)
        content = files.get(tx, submission.sha256)
    with files.spooled(BytesIO(content)) as spool:
        found = read(upload | {"path": str(spool.path)})
    if "refused" in found:
        raise Refused(found["refused"], found["detail"])
    with db.transaction(caller=caller) as tx:
        known = queries.submissions.require(tx, request.submission_id)
        (application,) = queries.applications.lock_all(tx, [known.candidate.application_id])
        candidates.require_may_sit(tx, application)
        queries.windows.lock(tx, known.candidate.window_id)
        queries.candidates.require(
            tx, known.candidate.application_id, known.candidate.window_id, lock=True
        )
        submission = queries.submissions.require(tx, request.submission_id, lock=True)
        _require_acceptable(submission)
        _count(tx, submission, found, request.reason)
        return schemas.receipt(submission)


def _require_acceptable(submission: Submission) -> None:
    window = submission.candidate.window
    if submission.state == "received":
        raise Refused("already_received", f"it came at {submission.received_at:%Y-%m-%d %H:%M}")
    if submission.reason not in ACCEPTABLE:
        raise Refused("not_late", f"it was refused because {submission.reason}: send it again")
    if window.state not in (WindowState.OPEN, WindowState.CLOSED):
        raise Refused(f"window_{window.state}", "marking has begun: extend or defer instead")


def _count(tx: Transaction, submission: Submission, found: dict[str, object], why: str) -> None:
    candidate = submission.candidate
    candidates.come_back(tx, candidate)
    submission.accepted_because = f"{tx.caller}: {why}"
    submission.revision = tx.next_revision(submission.revision)
    submissions.take(tx, submission, found)
    if candidate.window.state == WindowState.CLOSED:  # and has been compared without it
        comparing.queue(tx, candidate.window_id)
    if candidate.state == CandidateState.MISSED:
        candidate.state = CandidateState.SUBMITTED
        candidate.revision = tx.next_revision(candidate.revision)
