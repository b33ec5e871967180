"""Files that were uploaded and counted, until their sender has seen the count and confirms."""

from typing import Any

from assessment import files, queries, submission_links, submissions
from assessment.domain import submitting, words
from assessment.domain.candidates import CandidateState
from assessment.domain.submitting import Draft, Refusal
from assessment.files import Spooled
from assessment.models import Candidate, Submission, Upload
from assessment.submissions import Arrival, Read
from headship_contracts.errors import Refused
from kit import Transaction
from kit.db import ServiceDatabase

WORDS_SHOWN = 40
"""Words around the cut-off line that its author is shown."""


def take(db: ServiceDatabase, token: str, filename: str, spool: Spooled, read: Read) -> None:
    """Read and count a file, and keep it for its sender to confirm; or as late.

    Raises Refused for a file that cannot be read; it is recorded and told as well.
    """
    with db.transaction() as tx:
        candidate = submission_links.behind(tx, token)
        submissions.require_sending(tx, candidate)
        at = tx.at
        late = submissions.is_late(candidate, at)
        upload = submissions.what_reading_needs(candidate, filename) | {"path": str(spool.path)}
        key = candidate.application_id, candidate.window_id
    found = submissions.refusal_of_late(candidate) if late else read(upload)
    with db.transaction() as tx:
        candidate = queries.candidates.require(tx, *key, lock=True)
        files.put_spooled(tx, spool)
        arrival = Arrival(at, filename, spool.sha256, submissions.is_in_grace(candidate, at))
        if "refused" not in found and candidate.state != CandidateState.ENTERED:
            found = submissions.TOO_LATE
        if "refused" in found:
            submissions.keep(tx, candidate, arrival, found, declaration=None)
        else:
            _keep(tx, candidate, arrival, found)
    if "refused" in found:
        raise Refused(found["refused"], found["detail"])


def of(tx: Transaction, candidate: Candidate) -> Draft | None:
    """What waits for a candidate's confirmation."""
    upload = tx.get(Upload, candidate.id)
    if upload is None:
        return None
    before = after = ""
    cut = upload.found["cut_off_at"]
    if cut is not None and upload.text_sha256 is not None:
        text = files.get(tx, upload.text_sha256).decode()
        before, after = words.around(text, cut, WORDS_SHOWN)
    return Draft(upload.sha256, upload.filename, upload.found, before, after)


def confirm(tx: Transaction, candidate: Candidate, sha256: str, *, own_work: bool) -> Submission:
    """The file that was shown is the script. The candidate is locked.

    Raises Refused where nothing waits or another file does, so that nobody confirms what they have
    not seen; a confirmation that is repeated is the same submission.
    """
    upload = tx.get(Upload, candidate.id, populate_existing=True)
    if upload is None:
        sent = queries.submissions.counting(tx, candidate.id)
        if sent is not None and sent.sha256 == sha256:
            return sent
        raise Refused("nothing_to_confirm", "choose a file and send it first")
    if upload.sha256 != sha256:
        raise Refused("another_file_since", "another file has been sent since; look at it first")
    if not own_work:
        raise Refused("own_work_not_declared", "declare that the script is your own work")
    found = upload.found | {"text_sha256": upload.text_sha256}
    if candidate.state != CandidateState.ENTERED:
        found = {"refused": Refusal.NOT_CONFIRMED}
    declaration = submitting.DECLARATION
    kept = submissions.keep(
        tx, candidate, _arrival(candidate, upload), found, declaration=declaration
    )
    tx.delete(upload)
    return kept


def lapse(tx: Transaction, candidate: Candidate) -> None:
    """What nobody confirmed in time is recorded as refused: a lead may still accept it."""
    upload = tx.get(Upload, candidate.id, populate_existing=True)
    if upload is None:
        return
    refused = {"refused": Refusal.NOT_CONFIRMED}
    submissions.keep(tx, candidate, _arrival(candidate, upload), refused, declaration=None)
    tx.delete(upload)


def _keep(tx: Transaction, candidate: Candidate, arrival: Arrival, found: dict[str, Any]) -> None:
    upload = tx.get(Upload, candidate.id, populate_existing=True)
    if upload is not None and upload.received_at > arrival.at:
        return  # read more quickly, though it came later
    text_sha256 = files.put(tx, found["text"].encode())
    if upload is None:
        upload = Upload(candidate_id=candidate.id)
        tx.add(upload)
    upload.received_at, upload.filename = arrival.at, arrival.filename
    upload.sha256 = arrival.sha256
    upload.text_sha256 = text_sha256
    upload.found = {name: value for name, value in found.items() if name != "text"}


def _arrival(candidate: Candidate, upload: Upload) -> Arrival:
    in_grace = submissions.is_in_grace(candidate, upload.received_at)
    return Arrival(upload.received_at, upload.filename, upload.sha256, in_grace)
