"""People's data in notifications: its audit trail, its export, and what became of an erasure."""

from headship_contracts import protection
from headship_contracts.shape import shape


@shape
class ListAudit(protection.ListAudit, to="notifications"):
    """Who read or changed these people's records in notifications."""


@shape
class VerifyAudit(protection.VerifyAudit, to="notifications"):
    """Is the audit trail of notifications what was sealed?"""


@shape
class ExportPerson(protection.ExportPerson, to="notifications"):
    """All that notifications holds about a person."""


@shape
class ExportDocument(protection.ExportDocument, to="notifications"):
    """A piece of a person's file in notifications."""


@shape
class ReportRetention(protection.ReportRetention, to="notifications"):
    """What would the retention job of notifications delete now?"""
