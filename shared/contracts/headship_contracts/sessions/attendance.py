"""Registers, catch-up, self-study and engagement."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, text


@dataclass(frozen=True, kw_only=True)
class RegisterLine(Shape):
    """One seat of a session. Names are enrolment's: None while it does not answer.

    `status` is None until something is recorded.
    """

    application_id: UUID
    participant_id: UUID
    full_name: str | None = None
    status: str | None = None
    minutes: int | None = None
    counts: bool = False
    comment: str | None = None


@dataclass(frozen=True, kw_only=True)
class Register(Shape):
    """The seats of a session, and what is recorded of each."""

    session_id: UUID
    title: str
    kind: str
    status: str
    starts_at: datetime
    minutes: int
    lines: list[RegisterLine]


@dataclass(frozen=True, kw_only=True)
class GetRegister(Request[Register], to="sessions"):
    """The register of one session, with names; of all its seats, or of one hub's participants."""

    session_id: UUID
    delivery_partner_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterEntry(Shape):
    """What a register says of one person. No `minutes` for someone present: all of them."""

    application_id: UUID
    status: str  # present | late | left_early | apologies | absent | excused
    minutes: int | None = number(least=0, most=1_440, default=None)
    comment: str | None = text(longest=500, default=None)


@dataclass(frozen=True, kw_only=True)
class AttendanceReport(Shape):
    """What recording did. `unchanged` entries said what was recorded already."""

    recorded: int
    unchanged: int
    counting: int


@dataclass(frozen=True, kw_only=True)
class RecordAttendance(Request[AttendanceReport], to="sessions", writes=True):
    """Record a session's register, whole or in part, or correct it; all entries or none.

    Refused before the session begins, and for people who have no seat in it.
    """

    session_id: UUID
    entries: list[RegisterEntry] = items(most=1_000)


@dataclass(frozen=True, kw_only=True)
class AttendanceRecord(Shape):
    """What is recorded of one person in one session."""

    attendance_id: UUID
    session_id: UUID
    application_id: UUID
    status: str
    minutes: int
    counts: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubmitCatchUp(Request[AttendanceRecord], to="sessions", writes=True):
    """Hand in the reflection on a missed session, with the research that it cites."""

    session_id: UUID
    application_id: UUID
    reflection: str = text(longest=20_000)
    citation: str = text(longest=1_000)


@dataclass(frozen=True, kw_only=True)
class DecideCatchUp(Request[AttendanceRecord], to="sessions", writes=True):
    """Approve a catch-up, so that the session counts, or refuse it, so that it is missed again."""

    session_id: UUID
    application_id: UUID
    approved: bool
    note: str | None = text(longest=2_000, default=None)


@dataclass(frozen=True, kw_only=True)
class StudyEntry(Shape):
    """How far someone is with a unit, all told: `minutes` so far, or that it is finished."""

    application_id: UUID
    unit_code: str = text(longest=64)
    minutes: int | None = number(least=0, most=1_440, default=None)
    finished: bool = False
    worked_on: date | None = None  # in London; None: today


@dataclass(frozen=True, kw_only=True)
class StudyReport(Shape):
    """What recording did. `unchanged` entries said no more than was recorded already."""

    recorded: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class RecordStudy(Request[StudyReport], to="sessions", writes=True):
    """Record self-study of one or many people; all entries or none. Progress never goes back."""

    entries: list[StudyEntry] = items(most=2_000)


@dataclass(frozen=True, kw_only=True)
class EngagementRecord(Shape):
    """How far a participant has engaged, in whole minutes of the whole programme.

    `missable`: so many sessions may still be missed, whichever they are. `gate` names the rule,
    `gate_met` says how it reads now, `ready` whether assessment was told. `risk`, if any:
    catch_up_needed | nothing_to_spare | self_study_behind.
    """

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    first_engaged_on: date | None = None
    last_engaged_on: date | None = None
    live_attended_minutes: int
    live_planned_minutes: int
    study_attended_minutes: int
    study_planned_minutes: int
    attended_minutes: int
    planned_minutes: int
    missable: int
    gate: str
    gate_met: bool
    ready: bool
    risk: str | None = None
    revision: int


@dataclass(frozen=True, kw_only=True)
class GetEngagement(Request[EngagementRecord], to="sessions"):
    """One participant's engagement."""

    application_id: UUID


@dataclass(frozen=True, kw_only=True)
class EngagementPage(Page):
    """Engagement records by application."""

    items: list[EngagementRecord]


@dataclass(frozen=True, kw_only=True)
class ListAtRisk(ListRequest[EngagementPage], to="sessions"):
    """Those in training who may not reach the gate, as of their last change or the last review."""

    course: str | None = None
    cohort: str | None = None
    delivery_partner_id: UUID | None = None
