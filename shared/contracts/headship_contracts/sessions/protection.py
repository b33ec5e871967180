"""People's data in sessions: its audit trail, its export, and what became of an erasure."""

from dataclasses import dataclass

from headship_contracts import protection


@dataclass(frozen=True, kw_only=True)
class ListAudit(protection.ListAudit, to="sessions"):
    """Who read or changed these people's records in sessions."""


@dataclass(frozen=True, kw_only=True)
class VerifyAudit(protection.VerifyAudit, to="sessions"):
    """Is the audit trail of sessions what was sealed?"""


@dataclass(frozen=True, kw_only=True)
class ExportPerson(protection.ExportPerson, to="sessions"):
    """All that sessions holds about a person."""


@dataclass(frozen=True, kw_only=True)
class ReportRetention(protection.ReportRetention, to="sessions"):
    """What would the retention job of sessions delete now?"""
