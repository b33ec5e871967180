"""Sessions' tables. What must never be true twice is also a constraint here."""

from sessions.models.attendance import (
    Attendance,
    AttendanceChange,
    CatchUp,
    EngagementRow,
    StudyProgress,
)
from sessions.models.base import Base
from sessions.models.groups import Availability, Group, HubOffer, Membership, OfferedCoach
from sessions.models.plans import Plan, PlanUnit, PlanVersion
from sessions.models.schedule import CalendarToken, Seat, TrainingSession
from sessions.models.told import (
    DeliveryPartner,
    Enrolment,
    ProgrammeEnd,
    Schedule,
    StaffMember,
)

__all__ = [
    "Attendance",
    "AttendanceChange",
    "Availability",
    "Base",
    "CalendarToken",
    "CatchUp",
    "DeliveryPartner",
    "EngagementRow",
    "Enrolment",
    "Group",
    "HubOffer",
    "Membership",
    "OfferedCoach",
    "Plan",
    "PlanUnit",
    "PlanVersion",
    "ProgrammeEnd",
    "Schedule",
    "Seat",
    "StaffMember",
    "StudyProgress",
    "TrainingSession",
]
