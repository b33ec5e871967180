"""What candidates send."""

from assessment import submissions
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.submissions import (
    GetReceipt,
    ListSubmissions,
    Receipt,
    SubmissionPage,
    SubmitScript,
)
from kit import Caller, Database, Transaction, rpc


class Submissions:
    db: Database
    settings: AssessmentSettings

    @rpc(SubmitScript, transaction=False, allowed=WITHIN)
    def submit_script(self, request: SubmitScript, caller: Caller) -> Receipt:
        """Take a candidate's script; the latest in time counts."""
        read = submissions.in_a_child_process(
            self.settings.extraction_seconds, self.settings.extraction_megabytes
        )
        return submissions.submit(self.db, request, caller, read)

    @rpc(GetReceipt, allowed=WITHIN)
    def get_receipt(self, tx: Transaction, request: GetReceipt) -> Receipt:
        """Show a receipt again."""
        return submissions.receipt(tx, request)

    @rpc(ListSubmissions, allowed=WITHIN)
    def list_submissions(self, tx: Transaction, request: ListSubmissions) -> SubmissionPage:
        """List what was sent."""
        return submissions.list_all(tx, request)
