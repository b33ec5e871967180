"""Notifications' tables. What must never be true twice is also a constraint here."""

from notifications.models.base import Base
from notifications.models.messages import Message
from notifications.models.told import (
    Application,
    Attendance,
    Candidate,
    Declaration,
    DeliveryPartner,
    Group,
    Plan,
    Result,
    Seat,
    StaffMember,
    Submission,
    TrainingSession,
)

__all__ = [
    "Application",
    "Attendance",
    "Base",
    "Candidate",
    "Declaration",
    "DeliveryPartner",
    "Group",
    "Message",
    "Plan",
    "Result",
    "Seat",
    "StaffMember",
    "Submission",
    "TrainingSession",
]
