"""Milestones reached, the evidence for them, and what is declared."""

from datetime import datetime, time, timedelta

from enrolment import declarations, due, evidence
from headship_contracts.assessment.events import (
    ResultReleased,
    SubmissionMissed,
)
from headship_contracts.enrolment.declarations import (
    DeclarationPage,
    DueDeclarations,
    DuePage,
    ListDeclarations,
)
from headship_contracts.sessions.events import (
    EngagementChanged,
)
from kit import Database, Transaction, handles, rpc, timer


class Declarations:
    db: Database

    @rpc(ListDeclarations)
    def list_declarations(self, tx: Transaction, request: ListDeclarations) -> DeclarationPage:
        """Declarations and their evidence."""
        return declarations.list_declarations(tx, request)

    @rpc(DueDeclarations)
    def due_declarations(self, tx: Transaction, request: DueDeclarations) -> DuePage:
        """What is open and not declared, and why."""
        return due.due_declarations(tx, request)

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
        declarations.declare_what_is_due(self.db, at)
