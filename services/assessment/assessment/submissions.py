"""Scripts as participants send them: read in a child process, counted, kept, and receipted."""

import logging
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from assessment import files, metrics, queries, schemas
from assessment.domain import windows, words
from assessment.domain.candidates import CandidateState
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

Read = Callable[[dict[str, Any]], dict[str, Any]]
"""Runs `domain.extraction.read_script` where it can do no harm."""


def in_a_child_process(seconds: int, megabytes: int) -> Read:
    """Reads within these limits; a file that exceeds them is refused like any that is too much."""

    def read(upload: dict[str, Any]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = jobs.run(
                "assessment.domain.extraction:read_script",
                upload,
                seconds=seconds,
                megabytes=megabytes,
            )
            return found
        except (jobs.JobTooLong, jobs.JobTooBig):
            return {"refused": "file_too_heavy", "detail": "it takes too long to read; simplify it"}
        except jobs.JobFailed as error:
            log.error("a script could not be read", exc_info=error)
            return {"refused": "file_not_readable", "detail": "save it again, or as plain text"}

    return read


TOO_LATE = {
    "refused": "read_too_late",
    "detail": "it came in time, but was read after the window had been closed; ask the lead",
}


@dataclass(frozen=True)
class Arrival:
    """A file that came in time, and what reading it needs."""

    candidate_id: UUID
    at: datetime
    content: bytes
    upload: dict[str, Any]


def submit(db: ServiceDatabase, request: SubmitScript, caller: Caller, read: Read) -> Receipt:
    """Take a script in time, read it, then keep it.

    A file that cannot be read is recorded and told as refused as well, and the caller learns why.
    """
    with db.transaction(caller=caller) as tx:
        arrival = _admit(tx, request)
    found = read(arrival.upload)  # outside of any transaction
    with db.transaction(caller=caller) as tx:
        candidate = queries.candidates.require(
            tx, request.application_id, request.window_id, lock=True
        )
        if candidate.state not in (CandidateState.ENTERED, CandidateState.SUBMITTED):
            found = TOO_LATE
        submission = _keep(tx, candidate, arrival, request.filename, found)
        receipt = schemas.receipt(submission)
        tx.count(metrics.submissions.labels(outcome=receipt.state))
    if "refused" in found:
        raise Refused(found["refused"], found["detail"])
    return receipt


def receipt(tx: Transaction, request: GetReceipt) -> Receipt:
    """The receipt of one submission."""
    return schemas.receipt(queries.submissions.require(tx, request.submission_id))


def list_all(tx: Transaction, request: ListSubmissions) -> SubmissionPage:
    """Receipts, oldest first."""
    found, cursor = queries.submissions.page_of(tx, request)
    return SubmissionPage(items=[schemas.receipt(one) for one in found], next_cursor=cursor)


def _admit(tx: Transaction, request: SubmitScript) -> Arrival:
    candidate = queries.candidates.require(tx, request.application_id, request.window_id)
    windows.require_open(candidate.opens_at, candidate.closes_at, tx.at)
    if not request.own_work:
        raise Refused("own_work_not_declared", "declare that the script is your own work")
    try:
        content = b64decode(request.content, validate=True)
    except (NotBase64, ValueError) as error:
        raise Invalid(
            "invalid_fields", "the file did not arrive whole", {"content": ["is no base64"]}
        ) from error
    paper = candidate.window.paper
    upload = {
        "filename": request.filename,
        "content": content,
        "last_marked": words.last_marked_word(paper.word_limit, paper.tolerance_percent),
        "question": [paper.title, paper.question],
    }
    return Arrival(candidate.id, tx.at, content, upload)


def _keep(
    tx: Transaction, candidate: Candidate, arrival: Arrival, filename: str, found: dict[str, Any]
) -> Submission:
    kept = Submission(
        id=uuid4(),
        candidate=candidate,
        received_at=arrival.at,
        filename=filename,
        sha256=files.put(tx, arrival.content),
        revision=tx.next_revision(None),
    )
    if "refused" in found:
        kept.state, kept.reason, kept.counts = "refused", found["refused"], False
        kept.words = kept.excluded = kept.hidden = 0
    else:
        kept.state = "received"
        kept.words, kept.method = found["words"], found["method"]
        kept.excluded, kept.hidden = found["excluded"], found["hidden"]
        kept.cut_off_word, kept.cut_off_at = found["cut_off_word"], found["cut_off_at"]
        kept.text_sha256 = files.put(tx, found["text"].encode())
        kept.counts = _is_the_latest(tx, candidate, arrival.at)
    tx.add(kept)
    tx.emit(_refused(kept) if kept.state == "refused" else _received(kept))
    return kept


def _is_the_latest(tx: Transaction, candidate: Candidate, at: datetime) -> bool:
    """The latest to arrive counts, even if it was read sooner than one that came before."""
    former = queries.submissions.counting(tx, candidate.id)
    if former is not None and former.received_at > at:
        return False
    if former is not None:
        former.counts = False
        tx.flush()  # only one may count at a time
    return True


def _received(submission: Submission) -> SubmissionReceived:
    candidate = submission.candidate
    return SubmissionReceived(
        revision=submission.revision,
        submission_id=submission.id,
        application_id=candidate.application_id,
        participant_id=candidate.application.participant,
        window_id=candidate.window_id,
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
