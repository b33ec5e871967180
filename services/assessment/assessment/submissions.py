"""Scripts as participants send them: read in a child process, counted, kept, and receipted."""

import logging
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from assessment import candidates, files, metrics, queries, roles, schemas
from assessment.domain import windows, words
from assessment.domain.candidates import CandidateState
from assessment.domain.submitting import DECLARATION, Refusal
from assessment.domain.windows import WindowState
from assessment.models import Candidate, Submission
from headship_contracts.assessment.events import SubmissionReceived, SubmissionRefused
from headship_contracts.assessment.submissions import (
    GetReceipt,
    ListSubmissions,
    Receipt,
    SubmissionPage,
    SubmitScript,
)
from headship_contracts.errors import Invalid, Refused
from kit import Caller, Transaction, jobs
from kit.db import ServiceDatabase

log = logging.getLogger(__name__)

REMOVE_NAMES_TIMER = "remove_names"

Read = Callable[[dict[str, Any]], dict[str, Any]]
"""Runs `domain.extraction.read_script` where it can do no harm."""


def in_a_child_process(seconds: int, megabytes: int) -> Read:
    """Reads within these limits; a file that exceeds them is refused like any that is too much."""

    def read(upload: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()
        try:
            found: dict[str, Any] = jobs.run(
                "assessment.domain.extraction:read_script",
                upload,
                seconds=seconds,
                megabytes=megabytes,
            )
        except (jobs.JobTooLong, jobs.JobTooBig):
            found = {
                "refused": "file_too_heavy",
                "detail": "it takes too long to read; simplify it",
            }
        except jobs.JobFailed as error:
            log.error("a script could not be read", exc_info=error)
            found = {
                "refused": "file_not_readable",
                "detail": "save it again, or as plain text",
            }
        metrics.extraction_duration.observe(time.monotonic() - started)
        return found

    return read


TOO_LATE = {
    "refused": Refusal.READ_TOO_LATE,
    "detail": "it came in time, but was read after the window had been closed; ask the lead",
}


@dataclass(frozen=True)
class Arrival:
    """A file that came: when, under which name, and whether only the grace made it in time."""

    at: datetime
    filename: str
    sha256: str
    in_grace: bool = False


def submit(db: ServiceDatabase, request: SubmitScript, caller: Caller, read: Read) -> Receipt:
    """Take a script in time, read it, then keep it.

    A file that cannot be read, or that comes late, is recorded and told as refused as well, and
    the caller learns why.
    """
    content = _content(request)
    with db.transaction(caller=caller) as tx:
        roles.require(tx, roles.LEADS)
        candidate = queries.candidates.require(tx, request.application_id, request.window_id)
        require_sending(tx, candidate)
        if not request.own_work:
            raise Refused("own_work_not_declared", "declare that the script is your own work")
        at, sha256 = tx.at, files.put(tx, content)
        arrival = Arrival(at, request.filename, sha256, is_in_grace(candidate, at))
        late = is_late(candidate, at)
        upload = what_reading_needs(candidate, request.filename) | {"content": content}
    found = refusal_of_late(candidate) if late else read(upload)  # outside of any transaction
    with db.transaction(caller=caller) as tx:
        candidate = queries.candidates.require(
            tx, request.application_id, request.window_id, lock=True
        )
        if not late and candidate.state != CandidateState.ENTERED:
            found = TOO_LATE  # what they sent before has been compared, and may be with a marker
        submission = keep(tx, candidate, arrival, found, declaration=DECLARATION)
        receipt = schemas.receipt(submission)
    if late:
        raise Refused("window_closed", found["detail"])
    if "refused" in found:
        raise Refused(found["refused"], found["detail"])
    return receipt


def receipt(tx: Transaction, request: GetReceipt) -> Receipt:
    """The receipt of one submission. For leads: it tells whose it is."""
    roles.require(tx, roles.LEADS)
    return schemas.receipt(queries.submissions.require(tx, request.submission_id))


def list_all(tx: Transaction, request: ListSubmissions) -> SubmissionPage:
    """Receipts, oldest first. For leads: they tell whose they are."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.submissions.page_of(tx, request)
    return SubmissionPage(items=[schemas.receipt(one) for one in found], next_cursor=cursor)


def grace_of(candidate: Candidate) -> timedelta:
    """How long after the close a script of this candidate is still taken."""
    return timedelta(minutes=candidate.window.paper.grace_minutes)


def is_late(candidate: Candidate, at: datetime) -> bool:
    """Whether the candidate's window and its grace are over."""
    return windows.is_over(candidate.closes_at, at, grace_of(candidate))


def is_in_grace(candidate: Candidate, at: datetime) -> bool:
    """Whether it is over but for the grace."""
    return windows.is_over(candidate.closes_at, at) and not is_late(candidate, at)


def require_sending(tx: Transaction, candidate: Candidate) -> None:
    """Refuse what comes before the window opens, and what comes once marking has begun."""
    windows.require_open(candidate.opens_at, max(candidate.closes_at, tx.at), tx.at)
    if is_late(candidate, tx.at) and candidate.window.state not in (
        WindowState.OPEN,
        WindowState.CLOSED,
    ):
        windows.require_open(candidate.opens_at, candidate.closes_at, tx.at)


def refusal_of_late(candidate: Candidate) -> dict[str, Any]:
    """What is found of a file that came late, without reading it."""
    closed = candidate.closes_at.astimezone(windows.LONDON)
    told = f"the window closed at {closed:%Y-%m-%d %H:%M:%S} (London); it is kept for the lead"
    return {"refused": Refusal.LATE, "detail": told}


def what_reading_needs(candidate: Candidate, filename: str) -> dict[str, Any]:
    """What `read_script` needs besides the file."""
    paper = candidate.window.paper
    return {
        "filename": filename,
        "last_marked": words.last_marked_word(paper.word_limit, paper.tolerance_percent),
        "question": [paper.title, paper.question],
    }


def keep(
    tx: Transaction,
    candidate: Candidate,
    arrival: Arrival,
    found: dict[str, Any],
    *,
    declaration: str | None,
) -> Submission:
    """Record and tell what came. `found` is what reading gave; its text may be kept already, and is
    then named by `text_sha256`. The candidate is locked."""
    kept = Submission(
        id=uuid4(),
        candidate=candidate,
        received_at=arrival.at,
        filename=arrival.filename,
        sha256=arrival.sha256,
        in_grace=arrival.in_grace,
        declaration=declaration,
        names_removed=0,
        names_checked=False,
        revision=tx.next_revision(None),
    )
    if "refused" in found:
        kept.state, kept.reason, kept.counts = "refused", found["refused"], False
        kept.words = kept.excluded = kept.hidden = 0
        tx.emit(_refused(kept))
    else:
        take(tx, kept, found)
    tx.add(kept)
    tx.count(metrics.submissions.labels(outcome=kept.state))
    return kept


def take(tx: Transaction, submission: Submission, found: dict[str, Any]) -> None:
    """Let a submission count that was read; the latest to arrive does."""
    submission.state, submission.reason = "received", None
    submission.words, submission.method = found["words"], found["method"]
    submission.excluded, submission.hidden = found["excluded"], found["hidden"]
    submission.cut_off_word = found["cut_off_word"]
    submission.cut_off_at = found["cut_off_at"]
    submission.names_removed = found.get("names_removed", 0)
    submission.text_sha256 = found.get("text_sha256") or files.put(tx, found["text"].encode())
    submission.counts = _is_the_latest(tx, submission.candidate, submission.received_at)
    tx.emit(_received(tx, submission))
    tx.wake(REMOVE_NAMES_TIMER)


def _content(request: SubmitScript) -> bytes:
    try:
        return b64decode(request.content, validate=True)
    except (NotBase64, ValueError) as error:
        raise Invalid(
            "invalid_fields", "the file did not arrive whole", {"content": ["is no base64"]}
        ) from error


def _is_the_latest(tx: Transaction, candidate: Candidate, at: datetime) -> bool:
    """The latest to arrive counts, even if it was read sooner than one that came before."""
    former = queries.submissions.counting(tx, candidate.id)
    if former is not None and former.received_at > at:
        return False
    if former is not None:
        former.counts = False
        tx.flush()  # only one may count at a time
    return True


def _received(tx: Transaction, submission: Submission) -> SubmissionReceived:
    candidate = submission.candidate
    return SubmissionReceived(
        revision=submission.revision,
        submission_id=submission.id,
        application_id=candidate.application_id,
        participant_id=candidate.application.participant,
        window_id=candidate.window_id,
        attempt=candidate.attempt,
        fee=candidates.resubmission_fee(tx, candidate.application_id),
        received_at=submission.received_at,
        words=submission.words,
        word_limit=candidate.window.paper.word_limit,
        sha256=submission.sha256,
    )


def _refused(submission: Submission) -> SubmissionRefused:
    candidate = submission.candidate
    return SubmissionRefused(
        revision=submission.revision,
        submission_id=submission.id,
        application_id=candidate.application_id,
        participant_id=candidate.application.participant,
        window_id=candidate.window_id,
        reason=submission.reason or "",
    )
