"""People's data: who saw it, what there is of whom, and when it goes."""

from datetime import datetime, time, timedelta

from enrolment.protection import erasures, identities
from enrolment.protection.custody import CUSTODY
from enrolment.settings import EnrolmentSettings
from headship_contracts.assessment.events import PersonErased as ErasedInAssessment
from headship_contracts.enrolment import protection as contracts
from headship_contracts.notifications.events import PersonErased as ErasedInNotifications
from headship_contracts.protection import AuditCheck, AuditPage, PersonExport, RetentionReport
from headship_contracts.sessions.events import PersonErased as ErasedInSessions
from kit import Database, Transaction, handles, rpc, timer
from kit.audit import checking, listing
from kit.personal import exporting, retaining
from kit.personal.erasing import Keeping
from kit.personal.retention import load_rules

OFFICE = ("staff", "operator")


class Protection:
    db: Database
    settings: EnrolmentSettings

    @property
    def _keeping(self) -> Keeping:
        rules = load_rules("enrolment.protection", CUSTODY.kinds, self.settings.retention_rules)
        return Keeping(CUSTODY, rules, erasures.note_own)

    @rpc(contracts.ListAudit, allowed=OFFICE)
    def list_audit(self, tx: Transaction, request: contracts.ListAudit) -> AuditPage:
        """Who read or changed these people's records."""
        return listing.list_entries(tx, request, CUSTODY)

    @rpc(contracts.VerifyAudit, allowed=OFFICE)
    def verify_audit(self, tx: Transaction, request: contracts.VerifyAudit) -> AuditCheck:
        """Is the audit trail what was sealed?"""
        return checking.verify(tx, request)

    @rpc(contracts.IdentifyPerson, allowed=OFFICE)
    def identify_person(
        self, tx: Transaction, request: contracts.IdentifyPerson
    ) -> contracts.PersonIds:
        """By which ids is somebody known?"""
        return identities.identify(tx, request)

    @rpc(contracts.ExportPerson, allowed=OFFICE)
    def export_person(self, tx: Transaction, request: contracts.ExportPerson) -> PersonExport:
        """All that is held about a person."""
        return exporting.export(tx, CUSTODY, request)

    @rpc(contracts.DecideErasure, allowed=OFFICE)
    def decide_erasure(
        self, tx: Transaction, request: contracts.DecideErasure
    ) -> contracts.ErasureCertificate:
        """Erase a person, as far as nothing has to be kept."""
        return erasures.decide(tx, request, self._keeping.rules)

    @rpc(contracts.GetErasure, allowed=OFFICE)
    def get_erasure(
        self, tx: Transaction, request: contracts.GetErasure
    ) -> contracts.ErasureCertificate:
        """What was erased, and what was kept and why."""
        return erasures.certificate(tx, request)

    @rpc(contracts.ListErasures, allowed=OFFICE)
    def list_erasures(
        self, tx: Transaction, request: contracts.ListErasures
    ) -> contracts.ErasurePage:
        """All erasures."""
        return erasures.list_erasures(tx, request)

    @handles(ErasedInSessions, ErasedInAssessment, ErasedInNotifications, queue="note_erased")
    def note_erased(self, tx: Transaction, event: erasures.PersonErased) -> None:
        """What another service did about an erasure."""
        erasures.note_part(tx, event)

    @rpc(contracts.ReportRetention, allowed=OFFICE)
    def report_retention(
        self, tx: Transaction, _request: contracts.ReportRetention
    ) -> RetentionReport:
        """What would the retention job delete now?"""
        return retaining.report(tx, self._keeping)

    @timer(every=timedelta(days=1), at=time(2, 40), missed="skip")
    def keep_retention(self, at: datetime) -> None:
        """What nobody needs any more goes; or it is said what that would be."""
        retaining.run(self.db, self._keeping, at, apply=self.settings.retention_apply)
