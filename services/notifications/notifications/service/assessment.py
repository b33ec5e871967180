"""What assessment tells."""

from headship_contracts.assessment import events as assessment
from kit import Transaction, handles
from notifications import assessments, cases, models, queries
from notifications.protection.erased import hears
from notifications.settings import NotificationsSettings


class ToldByAssessment:
    settings: NotificationsSettings

    @hears(
        assessment.CandidateEntered,
        assessment.CandidateRemoved,
        queue="keep_candidate",
        ahead=queries.locking(models.Candidate),
    )
    def keep_candidate(
        self, tx: Transaction, event: assessment.CandidateEntered | assessment.CandidateRemoved
    ) -> None:
        """When someone's window opens and closes, and that it does not."""
        assessments.keep_candidate(tx, event)

    @hears(assessment.ExtensionGranted, queue="tell_extension")
    def tell_extension(self, tx: Transaction, event: assessment.ExtensionGranted) -> None:
        """More time for one candidate."""
        assessments.tell_extension(tx, event)

    @handles(assessment.WindowOpened, queue="open_window")
    def open_window(self, tx: Transaction, event: assessment.WindowOpened) -> None:
        """The window is open."""
        assessments.open_window(tx, event)

    @hears(
        assessment.SubmissionReceived,
        queue="keep_submission",
        ahead=queries.locking(models.Submission),
    )
    def keep_submission(self, tx: Transaction, event: assessment.SubmissionReceived) -> None:
        """A receipt."""
        assessments.keep_submission(tx, event)

    @hears(assessment.SubmissionRefused, queue="tell_refusal")
    def tell_refusal(self, tx: Transaction, event: assessment.SubmissionRefused) -> None:
        """Why a file could not be taken."""
        assessments.tell_refusal(tx, event)

    @hears(assessment.SubmissionMissed, queue="tell_missed")
    def tell_missed(self, tx: Transaction, event: assessment.SubmissionMissed) -> None:
        """The window closed without a script."""
        assessments.tell_missed(tx, event)

    @hears(assessment.ScriptAllocated, queue="tell_allocation")
    def tell_allocation(self, tx: Transaction, event: assessment.ScriptAllocated) -> None:
        """A script to mark."""
        assessments.tell_allocation(tx, event)

    @hears(assessment.ScriptWithdrawn, queue="tell_withdrawal")
    def tell_withdrawal(self, tx: Transaction, event: assessment.ScriptWithdrawn) -> None:
        """A script that need not be marked after all."""
        assessments.tell_withdrawal(tx, event)

    @hears(assessment.MarkingOverdue, queue="tell_overdue")
    def tell_overdue(self, tx: Transaction, event: assessment.MarkingOverdue) -> None:
        """Scripts that are due soon, or overdue."""
        assessments.tell_overdue(tx, event)

    @hears(assessment.ResubmissionOffered, queue="tell_resubmission")
    def tell_resubmission(self, tx: Transaction, event: assessment.ResubmissionOffered) -> None:
        """A further attempt."""
        assessments.tell_resubmission(tx, event)

    @hears(assessment.ResultReleased, queue="tell_result", ahead=queries.locking(models.Result))
    def tell_result(self, tx: Transaction, event: assessment.ResultReleased) -> None:
        """The result, never in a subject."""
        assessments.tell_result(tx, event)

    @hears(assessment.CircumstancesDecided, queue="tell_circumstances")
    def tell_circumstances(self, tx: Transaction, event: assessment.CircumstancesDecided) -> None:
        """What was decided about circumstances that someone told of."""
        cases.tell_circumstances(tx, event)

    @handles(assessment.CaseOverdue, queue="tell_overdue_case")
    def tell_overdue_case(self, tx: Transaction, event: assessment.CaseOverdue) -> None:
        """The provider's team hears of what should have been decided, if it has an address."""
        if self.settings.team_address:
            cases.tell_overdue_case(tx, event)

    @hears(assessment.AppealReceived, assessment.AppealDecided, queue="tell_appeal")
    def tell_appeal(
        self, tx: Transaction, event: assessment.AppealReceived | assessment.AppealDecided
    ) -> None:
        """That an appeal is there, and what became of it."""
        cases.tell_appeal(tx, event)
