"""People's data in sessions: its audit trail, its export, and what became of an erasure."""

from headship_contracts import protection
from headship_contracts.shape import shape


@shape
class ListAudit(protection.ListAudit, to="sessions"):
    """Who read or changed these people's records in sessions."""


@shape
class VerifyAudit(protection.VerifyAudit, to="sessions"):
    """Is the audit trail of sessions what was sealed?"""


@shape
class ExportPerson(protection.ExportPerson, to="sessions"):
    """All that sessions holds about a person."""


@shape
class ReportRetention(protection.ReportRetention, to="sessions"):
    """What would the retention job of sessions delete now?"""
