"""Milestones reached, the evidence for them, what is declared, taken back, and its outcome."""

from datetime import datetime, time, timedelta

from enrolment import evidence, outcomes
from enrolment.declarations import batches, due, making, voids
from enrolment.settings import EnrolmentSettings
from headship_contracts.assessment.events import (
    ResultReleased,
    SubmissionMissed,
)
from headship_contracts.enrolment.batches import (
    BatchReport,
    DeclareBatch,
    ListOutcomes,
    OutcomePage,
    OutcomeRecord,
    ReportOutcome,
    TriedPage,
    TryDeclarations,
    VoidDeclaration,
)
from headship_contracts.enrolment.declarations import (
    DeclarationPage,
    DeclarationRecord,
    DueDeclarations,
    DuePage,
    ListDeclarations,
)
from headship_contracts.sessions.events import (
    EngagementChanged,
)
from kit import Caller, Database, Transaction, handles, rpc, timer


class Declarations:
    db: Database
    settings: EnrolmentSettings

    @rpc(ListDeclarations)
    def list_declarations(self, tx: Transaction, request: ListDeclarations) -> DeclarationPage:
        """Declarations and their evidence."""
        return making.list_declarations(tx, request)

    @rpc(DueDeclarations)
    def due_declarations(self, tx: Transaction, request: DueDeclarations) -> DuePage:
        """What is open and not declared, and why."""
        return due.due_declarations(tx, request)

    @rpc(TryDeclarations)
    def try_declarations(self, tx: Transaction, request: TryDeclarations) -> TriedPage:
        """What a batch would come to."""
        return due.try_declarations(tx, request)

    @rpc(DeclareBatch, transaction=False)
    def declare_batch(self, request: DeclareBatch, caller: Caller) -> BatchReport:
        """Declare for many at once."""
        return batches.declare_batch(self.db, request, caller)

    @rpc(VoidDeclaration)
    def void_declaration(self, tx: Transaction, request: VoidDeclaration) -> DeclarationRecord:
        """Take a declaration back."""
        return voids.void_declaration(tx, request, self.settings.dfe_lead_provider)

    @rpc(ListOutcomes)
    def list_outcomes(self, tx: Transaction, request: ListOutcomes) -> OutcomePage:
        """What DfE holds of results, or is owed."""
        return outcomes.list_outcomes(tx, request)

    @rpc(ReportOutcome)
    def report_outcome(self, tx: Transaction, request: ReportOutcome) -> OutcomeRecord:
        """Tell DfE another result."""
        return outcomes.report_outcome(tx, request)

    @handles(EngagementChanged, queue="keep_engagement")
    def keep_engagement(self, tx: Transaction, event: EngagementChanged) -> None:
        """Engagement is evidence for `started` and the retentions."""
        evidence.keep_engagement(tx, event)

    @handles(ResultReleased, queue="keep_result")
    def keep_result(self, tx: Transaction, event: ResultReleased) -> None:
        """A result is evidence for `completed`, and after that an outcome for DfE."""
        evidence.keep_result(tx, event)

    @handles(SubmissionMissed, queue="keep_missed_submission")
    def keep_missed_submission(self, tx: Transaction, event: SubmissionMissed) -> None:
        """Why there is no result."""
        evidence.keep_missed_submission(tx, event)

    @timer(every=timedelta(days=1), at=time(5, 0), missed="skip")
    def declare_what_is_due(self, at: datetime) -> None:
        """Make the declarations that are due and evidenced; warn of deadlines."""
        batches.declare_what_is_due(self.db, at)

    @timer(every=timedelta(days=1), at=time(21, 0), missed="skip")
    def declare_what_came_today(self, at: datetime) -> None:
        """What a register of today is evidence of may have its deadline, or that of its statement,
        today."""
        batches.declare_what_is_due(self.db, at, told_since=at - timedelta(days=1))
