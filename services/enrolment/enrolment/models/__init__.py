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
from enrolment.models.fees import Fee, Instalment, LedgerEntry, LedgerLine
from enrolment.models.money import Adjustment, Contract, Statement
from enrolment.models.organisations import DeliveryPartner, School, Staff

__all__ = [
    "Adjustment",
    "Application",
    "Base",
    "Cohort",
    "Contract",
    "DeadlineWarning",
    "Declaration",
    "DeliveryPartner",
    "DfeWrite",
    "Evidence",
    "Fee",
    "Instalment",
    "LedgerEntry",
    "LedgerLine",
    "Outcome",
    "Participant",
    "Quota",
    "Schedule",
    "School",
    "Staff",
    "Statement",
    "Traffic",
]
