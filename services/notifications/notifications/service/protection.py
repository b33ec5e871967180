"""People's data: who saw it, what there is of whom, and when it goes."""

from datetime import datetime, time, timedelta

from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.notifications import protection as contracts
from headship_contracts.notifications.events import PersonErased
from headship_contracts.protection import (
    AuditCheck,
    AuditPage,
    DocumentPiece,
    PersonExport,
    RetentionReport,
)
from kit import Database, Transaction, handles, rpc, timer
from kit.audit import checking, listing
from kit.personal import exporting, retaining
from kit.personal.erasing import Decision, Keeping, carry_out, telling_by
from kit.personal.retention import load_rules
from notifications.protection import erased
from notifications.protection.custody import CUSTODY
from notifications.protection.taking_back import take_back
from notifications.settings import NotificationsSettings

OFFICE = ("staff", "operator")


class Protection:
    db: Database
    settings: NotificationsSettings

    @property
    def _keeping(self) -> Keeping:
        rules = load_rules("notifications.protection", CUSTODY.kinds, self.settings.retention_rules)
        return Keeping(CUSTODY, rules, telling_by(PersonErased))

    @rpc(contracts.ListAudit, allowed=OFFICE)
    def list_audit(self, tx: Transaction, request: contracts.ListAudit) -> AuditPage:
        """Who read or changed these people's records."""
        return listing.list_entries(tx, request, CUSTODY)

    @rpc(contracts.VerifyAudit, allowed=OFFICE)
    def verify_audit(self, tx: Transaction, request: contracts.VerifyAudit) -> AuditCheck:
        """Is the audit trail what was sealed?"""
        return checking.verify(tx, request)

    @rpc(contracts.ExportPerson, allowed=OFFICE)
    def export_person(self, tx: Transaction, request: contracts.ExportPerson) -> PersonExport:
        """All that is held about a person."""
        return exporting.export(tx, CUSTODY, request)

    @rpc(contracts.ExportDocument, allowed=OFFICE)
    def export_document(self, tx: Transaction, request: contracts.ExportDocument) -> DocumentPiece:
        """A piece of a file of a person's."""
        return exporting.piece(tx, CUSTODY, request)

    @handles(ErasureDecided, queue="erase_person")
    def erase_person(self, tx: Transaction, event: ErasureDecided) -> None:
        """A person's data is to go."""
        erased.alone(tx)
        decision = Decision.of(event)
        take_back(tx, decision.subject)
        carry_out(tx, self._keeping, decision)

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
