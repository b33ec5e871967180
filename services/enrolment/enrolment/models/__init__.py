"""Enrolment's tables. What must never be true twice is also a constraint here."""

from enrolment.models.admissions import (
    AdmissionPolicy,
    AdmissionStep,
    LikelyDuplicate,
    Offer,
    PlaceAct,
    WaitlistEntry,
)
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
from enrolment.models.erasures import ErasureDecision, ErasurePart
from enrolment.models.fees import Fee, Instalment, LedgerEntry, LedgerLine
from enrolment.models.imports import Import, ImportBadRow, ImportedRow, ImportPiece
from enrolment.models.money import Adjustment, Contract, Statement
from enrolment.models.organisations import (
    DeliveryPartner,
    EligibilityEntry,
    School,
    Staff,
    Trust,
)
from enrolment.models.tasks import Task
from enrolment.models.traffic import (
    Budget,
    DfeWrite,
    Drift,
    RetiredParticipant,
    Shown,
    Stream,
    Traffic,
)
from enrolment.models.training import CourseTerms, MovedSchool, TrainingEntry

__all__ = [
    "Adjustment",
    "AdmissionPolicy",
    "AdmissionStep",
    "Application",
    "Base",
    "Budget",
    "Cohort",
    "Contract",
    "CourseTerms",
    "DeadlineWarning",
    "Declaration",
    "DeliveryPartner",
    "DfeWrite",
    "Drift",
    "EligibilityEntry",
    "ErasureDecision",
    "ErasurePart",
    "Evidence",
    "Fee",
    "Import",
    "ImportBadRow",
    "ImportPiece",
    "ImportedRow",
    "Instalment",
    "LedgerEntry",
    "LedgerLine",
    "LikelyDuplicate",
    "MovedSchool",
    "Offer",
    "Outcome",
    "Participant",
    "PlaceAct",
    "Quota",
    "RetiredParticipant",
    "Schedule",
    "School",
    "Shown",
    "Staff",
    "Statement",
    "Stream",
    "Task",
    "Traffic",
    "TrainingEntry",
    "Trust",
    "WaitlistEntry",
]
