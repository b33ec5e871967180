"""People's data in assessment: its audit trail, its export, and what became of an erasure."""

from headship_contracts import protection
from headship_contracts.shape import shape


@shape
class ListAudit(protection.ListAudit, to="assessment"):
    """Who read or changed these people's records in assessment."""


@shape
class VerifyAudit(protection.VerifyAudit, to="assessment"):
    """Is the audit trail of assessment what was sealed?"""


@shape
class ExportPerson(protection.ExportPerson, to="assessment"):
    """All that assessment holds about a person."""


@shape
class ExportDocument(protection.ExportDocument, to="assessment"):
    """A piece of a person's file in assessment."""


@shape
class ReportRetention(protection.ReportRetention, to="assessment"):
    """What would the retention job of assessment delete now?"""
