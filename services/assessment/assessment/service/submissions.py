"""What candidates send, by RPC and by the page behind their link."""

from datetime import datetime, time, timedelta

from assessment import blinding, files, late, submission_links, submissions, submit_page
from assessment.domain.uploads import LARGEST_FILE
from assessment.roles import WITHIN, require_lead
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.submissions import (
    AcceptLateScript,
    GetReceipt,
    ListSubmissions,
    MakeSubmissionLink,
    Receipt,
    RevokeSubmissionLink,
    SubmissionLink,
    SubmissionLinks,
    SubmissionPage,
    SubmitScript,
)
from headship_contracts.links import LinksFound
from headship_contracts.messages import Done
from kit import Ask, Caller, Database, Transaction, http, rpc, timer
from kit.pages import Request, Response

UPLOAD_BYTES = LARGEST_FILE + 65_536
"""The largest file, and the form around it."""

FORM_BYTES = 4_096


class Submissions:
    db: Database
    ask: Ask
    settings: AssessmentSettings

    @rpc(SubmitScript, transaction=False, allowed=WITHIN, permits=require_lead)
    def submit_script(self, request: SubmitScript, caller: Caller) -> Receipt:
        """Take a candidate's script; the latest in time counts."""
        return submissions.submit(self.db, request, caller, self._read)

    @rpc(AcceptLateScript, transaction=False, allowed=WITHIN, permits=require_lead)
    def accept_late_script(self, request: AcceptLateScript, caller: Caller) -> Receipt:
        """Let a script count that came late or was never confirmed."""
        return late.accept(self.db, request, caller, self._read)

    @rpc(GetReceipt, allowed=WITHIN)
    def get_receipt(self, tx: Transaction, request: GetReceipt) -> Receipt:
        """Show a receipt again."""
        return submissions.receipt(tx, request)

    @rpc(ListSubmissions, allowed=WITHIN)
    def list_submissions(self, tx: Transaction, request: ListSubmissions) -> SubmissionPage:
        """List what was sent."""
        return submissions.list_all(tx, request)

    @rpc(MakeSubmissionLink, allowed=WITHIN)
    def make_submission_link(self, tx: Transaction, request: MakeSubmissionLink) -> SubmissionLink:
        """A link by which a candidate reads the paper and sends the script."""
        return submission_links.make(tx, request, self.settings.public_url)

    @rpc(SubmissionLinks, allowed=("service", "operator"))
    def submission_links(self, tx: Transaction, request: SubmissionLinks) -> LinksFound:
        """The links that messages to candidates carry."""
        return submission_links.told(tx, request, self.settings.public_url)

    @rpc(RevokeSubmissionLink, allowed=WITHIN)
    def revoke_submission_link(self, tx: Transaction, request: RevokeSubmissionLink) -> Done:
        """The link is no longer good."""
        return submission_links.revoke(tx, request)

    @timer(every=timedelta(minutes=10), missed="skip")
    def remove_names(self, _at: datetime) -> None:
        """Take authors' names out of new scripts; woken by each."""
        blinding.remove_names(self.db, self.ask)

    @timer(every=timedelta(days=1), at=time(3, 30), missed="skip")
    def clear_files(self, at: datetime) -> None:
        """Clear away files that nothing refers to."""
        files.drop_unused(self.db, at)

    # the page

    @http("GET", "/submit/<token>")
    def submit_page(self, _request: Request, token: str) -> Response:
        """The paper and the form, for whoever has the link."""
        return submit_page.show(self.db, token)

    @http("POST", "/submit/<token>", most_bytes=UPLOAD_BYTES)
    def submit_upload(self, request: Request, token: str) -> Response:
        """Take a file and count it."""
        return submit_page.upload(self.db, request, token, self._read)

    @http("POST", "/submit/<token>/confirm", most_bytes=FORM_BYTES)
    def submit_confirm(self, request: Request, token: str) -> Response:
        """Send the file that was shown."""
        return submit_page.confirm(self.db, token, request.form.to_dict())

    @http("GET", "/submit/<token>/receipt")
    def submit_receipt(self, _request: Request, token: str) -> Response:
        """The receipt."""
        return submit_page.receipt(self.db, token)

    @property
    def _read(self) -> submissions.Read:
        return submissions.in_a_child_process(
            self.settings.extraction_seconds, self.settings.extraction_megabytes
        )
