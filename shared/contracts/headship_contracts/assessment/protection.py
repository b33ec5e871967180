"""People's data in assessment: its audit trail, its export, and what became of an erasure."""

from dataclasses import dataclass

from headship_contracts import protection


@dataclass(frozen=True, kw_only=True)
class ListAudit(protection.ListAudit, to="assessment"):
    """Who read or changed these people's records in assessment."""


@dataclass(frozen=True, kw_only=True)
class VerifyAudit(protection.VerifyAudit, to="assessment"):
    """Is the audit trail of assessment what was sealed?"""


@dataclass(frozen=True, kw_only=True)
class ExportPerson(protection.ExportPerson, to="assessment"):
    """All that assessment holds about a person."""


@dataclass(frozen=True, kw_only=True)
class ExportDocument(protection.ExportDocument, to="assessment"):
    """A piece of a person's file in assessment."""


@dataclass(frozen=True, kw_only=True)
class ReportRetention(protection.ReportRetention, to="assessment"):
    """What would the retention job of assessment delete now?"""
