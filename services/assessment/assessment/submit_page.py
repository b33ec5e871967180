"""The page behind a submission link: read the paper, upload, see the count, confirm, receipt."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from http import HTTPStatus

from assessment import drafts, files, queries, submission_links, submissions
from assessment.domain.typed import plain_name
from assessment.domain.windows import WindowState
from assessment.pages import submit as pages
from assessment.submissions import Read
from headship_contracts.errors import NotFound, Refused
from headship_contracts.records import APPLICATION
from kit.audit.trail import CHANGE
from kit.db import ServiceDatabase
from kit.pages import Request, Response

LONGEST_NAME = 255
PROBLEMS = {
    "own_work_not_declared": "Tick the declaration that this is your own work.",
    "nothing_to_confirm": "There is no file to confirm: choose one and upload it.",
    "another_file_since": "Another file was uploaded since: look at its count and confirm it.",
    "window_not_open": "The assessment has not opened.",
    "late": "The assessment has closed. Your file is kept as late; ask the assessment lead.",
    "not_confirmed": "The assessment closed before you confirmed. Your file is kept; ask the lead.",
    "file_empty": "The file is empty.",
    "file_too_large": "The file is too large.",
    "file_has_macros": "The file holds macros, scripts or other files.",
    "file_encrypted": "The file needs a password.",
    "file_corrupt": "The file is damaged.",
    "file_expands_too_far": "Unpacked, the file is far too large.",
    "file_is_several": "The file is two kinds of file at once.",
    "file_type_mismatch": "The file is not what its name says.",
    "file_type_not_taken": "This kind of file is not taken.",
    "file_too_heavy": "The file takes too long to read.",
    "file_not_readable": "The file could not be read.",
    "text_empty": "No word of text was found in the file.",
    "text_too_long": "The text is far too long.",
}


def show(db: ServiceDatabase, token: str, problems: Sequence[str] = ()) -> Response:
    """The page as it stands at this moment."""
    with db.transaction() as tx:
        candidate = submission_links.behind(tx, token)
        if tx.at < candidate.opens_at:
            return pages.not_open(candidate)
        sent = queries.submissions.counting(tx, candidate.id)
        if submissions.is_late(candidate, tx.at):
            may_send = candidate.window.state in (WindowState.OPEN, WindowState.CLOSED)
            return pages.over(candidate, token, sent, problems, may_send=may_send)
        return pages.sitting(candidate, token, drafts.of(tx, candidate), sent, problems)


def upload(db: ServiceDatabase, request: Request, token: str, read: Read) -> Response:
    """Take a file and count its words; then the page shows them."""
    with db.transaction() as tx:
        submission_links.behind(tx, token)  # before anything of the body is read
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return show(db, token, ["Choose a file first."])
    filename = plain_name(sent.filename)[-LONGEST_NAME:]
    try:
        with closing(sent), files.spooled(sent.stream) as spool:
            drafts.take(db, token, filename, spool, read)
    except Refused as error:
        return show(db, token, [_told(error)])
    return _see(f"/submit/{token}")


def confirm(db: ServiceDatabase, token: str, sent: Mapping[str, str]) -> Response:
    """The file that was shown is the script."""
    try:
        with db.transaction() as tx:
            candidate = submission_links.behind(tx, token, lock=True)
            tx.audit([(CHANGE, APPLICATION, candidate.application_id)])
            own_work = sent.get("own_work") == "yes"
            kept = drafts.confirm(tx, candidate, sent.get("sha256", ""), own_work=own_work)
            refused = kept.reason
    except Refused as error:
        if error.code.startswith("link_"):
            raise
        return show(db, token, [_told(error)])
    if refused is not None:
        return show(db, token, [PROBLEMS[refused]])
    return _see(f"/submit/{token}/receipt")


def receipt(db: ServiceDatabase, token: str) -> Response:
    """The receipt of the script that counts."""
    with db.transaction() as tx:
        candidate = submission_links.behind(tx, token)
        sent = queries.submissions.counting(tx, candidate.id)
        if sent is None:
            raise NotFound("nothing_sent", "no script of yours has been received")
        return pages.received(sent, token)


def _told(error: Refused) -> str:
    known = PROBLEMS.get(error.code, "")
    detail = f"{error.detail[:1].upper()}{error.detail[1:]}." if error.detail else ""
    return f"{known} {detail}".strip() or error.code


def _see(path: str) -> Response:
    """Go there by GET, so that going back and again sends nothing twice."""
    return Response(HTTPStatus.SEE_OTHER, "", {"Location": path})
