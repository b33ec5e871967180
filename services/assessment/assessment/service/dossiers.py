"""Dossiers, and the reliability of a window's markers: for who assures quality."""

from functools import partial

from assessment import dossiers, reliability
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.dossiers import (
    Dossier,
    DossierCheck,
    DossierCheckPage,
    DossierDocument,
    GetDossier,
    PrintDossier,
    SignDossier,
    VerifyDossier,
    VerifyDossiers,
)
from headship_contracts.assessment.reliability import ReliabilityReport, ReportReliability
from kit import Caller, Database, Transaction, jobs, rpc

MEGABYTES = 2_048
"""Of address space for a job: NumPy alone reserves several hundred."""


class Dossiers:
    db: Database
    settings: AssessmentSettings

    @rpc(GetDossier, allowed=WITHIN)
    def get_dossier(self, tx: Transaction, request: GetDossier) -> Dossier:
        """Give a script's whole record as JSON."""
        return dossiers.get(tx, request)

    @rpc(PrintDossier, transaction=False, allowed=WITHIN)
    def print_dossier(self, request: PrintDossier, caller: Caller) -> DossierDocument:
        """Give a script's whole record as PDF."""
        make = partial(
            jobs.run,
            "assessment.documents.dossier:make",
            seconds=self.settings.letter_seconds,
            megabytes=MEGABYTES,
        )
        return dossiers.printed(self.db, request, caller, make)

    @rpc(SignDossier, allowed=WITHIN)
    def sign_dossier(self, tx: Transaction, request: SignDossier) -> DossierCheck:
        """Confirm and sign what of a script's record has no seal or signature yet."""
        return dossiers.sign(tx, request)

    @rpc(VerifyDossier, allowed=WITHIN)
    def verify_dossier(self, tx: Transaction, request: VerifyDossier) -> DossierCheck:
        """Hold a script's rows against their seals."""
        return dossiers.verify(tx, request)

    @rpc(VerifyDossiers, allowed=WITHIN)
    def verify_dossiers(self, tx: Transaction, request: VerifyDossiers) -> DossierCheckPage:
        """Hold the rows of a window's scripts against their seals."""
        return dossiers.verify_window(tx, request)

    @rpc(ReportReliability, transaction=False, allowed=WITHIN)
    def report_reliability(self, request: ReportReliability, caller: Caller) -> ReliabilityReport:
        """Report how far those who marked a window agree."""
        examine = partial(
            jobs.run,
            "assessment.domain.reliability.window:examine",
            seconds=self.settings.reliability_seconds,
            megabytes=MEGABYTES,
        )
        return reliability.report(self.db, request, caller, examine)
