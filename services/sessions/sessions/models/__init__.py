"""Sessions' tables. What must never be true twice is also a constraint here."""

from sessions.models.assessment import AssessmentWindow
from sessions.models.attendance import (
    Attendance,
    AttendanceChange,
    CatchUp,
    EngagementRow,
    StudyProgress,
)
from sessions.models.base import Base
from sessions.models.check_in import CheckIn, CheckInLink, CheckInScreen
from sessions.models.groups import (
    Availability,
    Group,
    HubOffer,
    Membership,
    OfferedCoach,
    VenuePlace,
)
from sessions.models.pathways import (
    Pathway,
    PathwayVersion,
    SelfRating,
    TaskComment,
    TaskReport,
)
from sessions.models.plans import GroupStudy, Plan, PlanDraft, PlanUnit, PlanVersion
from sessions.models.programme import ProgrammeTemplate, TermDate
from sessions.models.running import Facilitation, SeatWait
from sessions.models.schedule import CalendarToken, Seat, TrainingSession
from sessions.models.study import StudyCorrection, StudyStatement, VoidedStatement
from sessions.models.told import (
    DeliveryPartner,
    Enrolment,
    ProgrammeEnd,
    Schedule,
    StaffMember,
)
from sessions.models.transfers import PlaceProposal

__all__ = [
    "AssessmentWindow",
    "Attendance",
    "AttendanceChange",
    "Availability",
    "Base",
    "CalendarToken",
    "CatchUp",
    "CheckIn",
    "CheckInLink",
    "CheckInScreen",
    "DeliveryPartner",
    "EngagementRow",
    "Enrolment",
    "Facilitation",
    "Group",
    "GroupStudy",
    "HubOffer",
    "Membership",
    "OfferedCoach",
    "Pathway",
    "PathwayVersion",
    "PlaceProposal",
    "Plan",
    "PlanDraft",
    "PlanUnit",
    "PlanVersion",
    "ProgrammeEnd",
    "ProgrammeTemplate",
    "Schedule",
    "Seat",
    "SeatWait",
    "SelfRating",
    "StaffMember",
    "StudyCorrection",
    "StudyProgress",
    "StudyStatement",
    "TaskComment",
    "TaskReport",
    "TermDate",
    "TrainingSession",
    "VenuePlace",
    "VoidedStatement",
]
