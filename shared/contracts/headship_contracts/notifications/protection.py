"""People's data in notifications: its audit trail, its export, and what became of an erasure."""

from dataclasses import dataclass

from headship_contracts import protection


@dataclass(frozen=True, kw_only=True)
class ListAudit(protection.ListAudit, to="notifications"):
    """Who read or changed these people's records in notifications."""


@dataclass(frozen=True, kw_only=True)
class VerifyAudit(protection.VerifyAudit, to="notifications"):
    """Is the audit trail of notifications what was sealed?"""


@dataclass(frozen=True, kw_only=True)
class ExportPerson(protection.ExportPerson, to="notifications"):
    """All that notifications holds about a person."""


@dataclass(frozen=True, kw_only=True)
class ExportDocument(protection.ExportDocument, to="notifications"):
    """A piece of a person's file in notifications."""


@dataclass(frozen=True, kw_only=True)
class ReportRetention(protection.ReportRetention, to="notifications"):
    """What would the retention job of notifications delete now?"""
