"""Extenuating circumstances, the evidence of any case, and what is overdue."""

from datetime import datetime, time, timedelta

from assessment import chasing, circumstances, evidence
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.circumstances import (
    AddEvidence,
    CircumstancesPage,
    CircumstancesRecord,
    DecideCircumstances,
    EvidenceFile,
    EvidencePage,
    EvidenceRecord,
    FileCircumstances,
    GetEvidence,
    ListCircumstances,
    ListEvidence,
    WithdrawCircumstances,
)
from kit import Database, Transaction, rpc, timer


class Circumstances:
    db: Database
    settings: AssessmentSettings

    @rpc(FileCircumstances, allowed=WITHIN)
    def file_circumstances(
        self, tx: Transaction, request: FileCircumstances
    ) -> CircumstancesRecord:
        """Take a case of extenuating circumstances."""
        return circumstances.file(tx, request, days=self.settings.circumstances_days)

    @rpc(DecideCircumstances, allowed=WITHIN)
    def decide_circumstances(
        self, tx: Transaction, request: DecideCircumstances
    ) -> CircumstancesRecord:
        """Decide a case, and carry it out."""
        return circumstances.decide(tx, request)

    @rpc(WithdrawCircumstances, allowed=WITHIN)
    def withdraw_circumstances(
        self, tx: Transaction, request: WithdrawCircumstances
    ) -> CircumstancesRecord:
        """Take a case back."""
        return circumstances.withdraw(tx, request)

    @rpc(ListCircumstances, allowed=WITHIN)
    def list_circumstances(self, tx: Transaction, request: ListCircumstances) -> CircumstancesPage:
        """List cases, those due first first."""
        return circumstances.list_all(tx, request)

    @timer(every=timedelta(days=1), at=time(7, 30), missed="skip")
    def chase_cases(self, at: datetime) -> None:
        """Tell of cases and appeals that are overdue."""
        chasing.chase(self.db, at)

    @rpc(AddEvidence, allowed=WITHIN)
    def add_evidence(self, tx: Transaction, request: AddEvidence) -> EvidenceRecord:
        """Add a file to circumstances or to an appeal."""
        return evidence.add(tx, request)

    @rpc(ListEvidence, allowed=WITHIN)
    def list_evidence(self, tx: Transaction, request: ListEvidence) -> EvidencePage:
        """List a case's evidence."""
        return evidence.list_all(tx, request)

    @rpc(GetEvidence, allowed=WITHIN)
    def get_evidence(self, tx: Transaction, request: GetEvidence) -> EvidenceFile:
        """Give a file of evidence to who decides."""
        return evidence.get(tx, request)
