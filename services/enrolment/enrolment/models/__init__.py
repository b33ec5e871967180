"""Enrolment's tables. What must never be true twice is also a constraint here."""

from enrolment.models.applications import Application, Participant, Quota
from enrolment.models.base import Base
from enrolment.models.declarations import (
    Cohort,
    DeadlineWarning,
    Declaration,
    Evidence,
    Outcome,
    Schedule,
)
from enrolment.models.dfe import DfeWrite, Traffic
from enrolment.models.organisations import DeliveryPartner, School, Staff

__all__ = [
    "Application",
    "Base",
    "Cohort",
    "DeadlineWarning",
    "Declaration",
    "DeliveryPartner",
    "DfeWrite",
    "Evidence",
    "Outcome",
    "Participant",
    "Quota",
    "Schedule",
    "School",
    "Staff",
    "Traffic",
]
