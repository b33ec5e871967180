"""Assessment's tables. What must never be true twice is also a constraint here."""

from assessment.models.arrangements import Adjustment, Deferral, Extension
from assessment.models.assessors import (
    Assessor,
    BankedComment,
    DeclaredConflict,
    ReferenceMarking,
    ReferenceScript,
)
from assessment.models.base import Base
from assessment.models.cases import Appeal, AppealStage, CaseEvidence, Circumstances
from assessment.models.marking import (
    Allocation,
    AllocationRun,
    DecisionStep,
    Mark,
    OpenScript,
    Result,
)
from assessment.models.moderation import Moderation
from assessment.models.scripts import File, FilePiece, Script, Submission, Upload
from assessment.models.seals import DossierHead, ErasedScript, Seal
from assessment.models.similarity import Comparison, SimilarityCase
from assessment.models.told import (
    Application,
    DeliveryPartner,
    DfeOutcome,
    Plan,
    Schedule,
    StaffMember,
)
from assessment.models.windows import Candidate, Paper, Window

__all__ = [
    "Adjustment",
    "Allocation",
    "AllocationRun",
    "Appeal",
    "AppealStage",
    "Application",
    "Assessor",
    "BankedComment",
    "Base",
    "Candidate",
    "CaseEvidence",
    "Circumstances",
    "Comparison",
    "DecisionStep",
    "DeclaredConflict",
    "Deferral",
    "DeliveryPartner",
    "DfeOutcome",
    "DossierHead",
    "ErasedScript",
    "Extension",
    "File",
    "FilePiece",
    "Mark",
    "Moderation",
    "OpenScript",
    "Paper",
    "Plan",
    "ReferenceMarking",
    "ReferenceScript",
    "Result",
    "Schedule",
    "Script",
    "Seal",
    "SimilarityCase",
    "StaffMember",
    "Submission",
    "Upload",
    "Window",
]
