"""Facts that sessions tells."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import Event
from headship_contracts.protection import ErasedRecords, KeptRecords
from headship_contracts.shape import shape


@shape
class PlanPublished(Event, source="sessions", heard_by=("assessment", "notifications")):
    """A cohort's dated plan, or a newer version of it."""

    plan_id: UUID
    version: int
    course: str
    cohort: str
    starts_on: date
    last_unit_ends_on: date


@shape
class ParticipantGrouped(Event, source="sessions", heard_by=("assessment", "notifications")):
    """A participant has a coaching group. `revision` is the application's seat record's."""

    application_id: UUID
    participant_id: UUID
    group_id: UUID
    delivery_partner_id: UUID
    coach_staff_id: UUID | None = None
    slot: str  # tue-16:00


@shape
class ParticipantUngrouped(Event, source="sessions", heard_by=("assessment", "notifications")):
    """A participant left a coaching group."""

    application_id: UUID
    participant_id: UUID
    group_id: UUID
    reason: str


@shape
class ParticipantSeated(Event, source="sessions", heard_by=("notifications",)):
    """A participant has a seat in a session. `revision` is the seat's."""

    seat_id: UUID
    application_id: UUID
    participant_id: UUID
    session_id: UUID


@shape
class ParticipantUnseated(Event, source="sessions", heard_by=("notifications",)):
    """A participant no longer has a seat in a session."""

    seat_id: UUID
    application_id: UUID
    participant_id: UUID
    session_id: UUID
    reason: str


@shape
class SessionState(Event):
    """A session as it is now. `revision` is the session's, `sequence` its calendar's SEQUENCE."""

    session_id: UUID
    kind: str  # webinar | coaching | face_to_face
    title: str
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    starts_at: datetime
    ends_at: datetime
    local_start: str  # 2026-11-03T16:00, wall time in London
    venue: str | None = None
    sequence: int


@shape
class SessionScheduled(SessionState, source="sessions", heard_by=("notifications",)):
    """A session is in the calendar."""


@shape
class SessionMoved(SessionState, source="sessions", heard_by=("notifications",)):
    """A session has another time, length or venue."""

    former_starts_at: datetime


@shape
class SessionCancelled(SessionState, source="sessions", heard_by=("notifications",)):
    """A session will not take place."""

    reason: str


@shape
class SessionChanged(SessionState, source="sessions"):
    """A session keeps time and place, but is led by somebody else, joined in another way or named
    otherwise, or its venue has other things that people may need."""

    change: str  # facilitator | joining_details | venue | title


@shape
class AttendanceRecorded(Event, source="sessions", heard_by=("notifications",)):
    """What the register says of one participant in one session. `revision` is the entry's."""

    attendance_id: UUID
    application_id: UUID
    participant_id: UUID
    session_id: UUID
    status: str  # present | late | left_early | apologies | absent | catch_up_pending | ...
    minutes: int


@shape
class CatchUpDecided(Event, source="sessions", heard_by=("notifications",)):
    """A catch-up for a missed session was reviewed."""

    attendance_id: UUID
    application_id: UUID
    participant_id: UUID
    session_id: UUID
    outcome: str  # approved | refused


@shape
class EngagementChanged(Event, source="sessions", heard_by=("enrolment",)):
    """How far a participant has engaged: whole minutes. `revision` is the engagement record's."""

    application_id: UUID
    participant_id: UUID
    first_engaged_on: date | None = None
    last_engaged_on: date | None = None
    live_attended_minutes: int
    live_planned_minutes: int
    study_attended_minutes: int
    study_planned_minutes: int
    attended_minutes: int
    planned_minutes: int


@shape
class EngagementAtRisk(Event, source="sessions", heard_by=("notifications",)):
    """A participant can miss little more, or nothing, and still reach the gate."""

    application_id: UUID
    participant_id: UUID
    missable: int  # sessions that may still be missed
    reason: str


@shape
class AssessmentReady(Event, source="sessions", heard_by=("assessment",)):
    """The engagement gate is met. `gate_version` names the rule that was used."""

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    gate_version: str


@shape
class AssessmentReadyWithdrawn(Event, source="sessions", heard_by=("assessment",)):
    """A correction took the engagement below the gate again."""

    application_id: UUID
    participant_id: UUID
    gate_version: str


@shape
class PersonErased(Event, source="sessions", heard_by=("enrolment",)):
    """What sessions did about an erasure, the first time and whenever more may go."""

    erasure_id: UUID
    erased: list[ErasedRecords]
    kept: list[KeptRecords]
