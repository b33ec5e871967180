"""Notifications' tables. What must never be true twice is also a constraint here."""

from notifications.models.base import Base
from notifications.models.mailings import Mailing, MailingBadRow, MailingErased, MailingPiece
from notifications.models.messages import Attachment, Message
from notifications.models.people import (
    DigestItem,
    Language,
    Preference,
    SchoolHoliday,
    Suppression,
)
from notifications.models.rules import Bucket, DailyCount, Wording
from notifications.models.told import (
    Application,
    Attendance,
    Candidate,
    Declaration,
    DeliveryPartner,
    Group,
    Outcome,
    Plan,
    Result,
    Seat,
    StaffMember,
    Submission,
    TrainingSession,
)

__all__ = [
    "Application",
    "Attachment",
    "Attendance",
    "Base",
    "Bucket",
    "Candidate",
    "DailyCount",
    "Declaration",
    "DeliveryPartner",
    "DigestItem",
    "Group",
    "Language",
    "Mailing",
    "MailingBadRow",
    "MailingErased",
    "MailingPiece",
    "Message",
    "Outcome",
    "Plan",
    "Preference",
    "Result",
    "SchoolHoliday",
    "Seat",
    "StaffMember",
    "Submission",
    "Suppression",
    "TrainingSession",
    "Wording",
]
