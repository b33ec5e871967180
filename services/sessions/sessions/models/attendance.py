"""Registers, catch-up, self-study, and what they add up to."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Counter
from sessions.models.base import Base


class Attendance(Base):
    """What is recorded of one person in one session. `counts` was decided by `enough_percent`.

    `register_status` is what the register says; `status` differs from it during and after catch-up.
    Both are None once apologies were withdrawn, or are for another time than the session now has.
    `via`: register | check_in | apologies (given in advance) | catch_up (never in a register).
    """

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("session_id", "application_id"),
        Index("ix_attendances_application_id", "application_id"),
    )

    attendance_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    revision: Mapped[int]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    register_status: Mapped[str | None]
    status: Mapped[str | None]
    minutes: Mapped[int]
    counts: Mapped[bool]
    enough_percent: Mapped[int]
    comment: Mapped[str | None]
    via: Mapped[str] = mapped_column(default="register", server_default="register")


class AttendanceChange(Base):
    """One step in the history of an attendance; never altered."""

    __tablename__ = "attendance_changes"
    __table_args__ = (Index("ix_attendance_changes_attendance_id", "attendance_id"),)

    change_id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    attendance_id: Mapped[UUID] = mapped_column(ForeignKey("attendances.attendance_id"))
    at: Mapped[datetime]
    by: Mapped[str]
    why: Mapped[str]  # register | check_in | apologies | withdrawn | moved | catch_up_...
    status: Mapped[str | None]
    minutes: Mapped[int]
    comment: Mapped[str | None]


class CatchUp(Base):
    """A reflection on a missed session, and its review."""

    __tablename__ = "catch_ups"
    __table_args__ = (Index("ix_catch_ups_attendance_id", "attendance_id"),)

    catch_up_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attendance_id: Mapped[UUID] = mapped_column(ForeignKey("attendances.attendance_id"))
    reflection: Mapped[str]
    citation: Mapped[str]
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    approved: Mapped[bool | None]
    note: Mapped[str | None]


class StudyProgress(Base):
    """How far somebody is with a unit. `first_worked_on` and `worked_on` are the first and the last
    day of work on it; without a first one there was only the last."""

    __tablename__ = "study_progress"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    unit_code: Mapped[str] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    finished: Mapped[bool]
    first_worked_on: Mapped[date | None]  # None: written by a release that knew only the last
    worked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class EngagementRow(Base):
    """A participant's engagement as last told. `gate` is the rule by which it was read.

    `ready`: assessment has been told that the gate is met. `told_risk` and `told_missable` are
    what was last told of a risk, so that the same is not told each week.
    """

    __tablename__ = "engagements"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    revision: Mapped[int]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    live_attended: Mapped[int] = mapped_column(default=0)
    live_planned: Mapped[int] = mapped_column(default=0)
    study_attended: Mapped[int] = mapped_column(default=0)
    study_planned: Mapped[int] = mapped_column(default=0)
    missable: Mapped[int] = mapped_column(default=0)
    missable_per_component: Mapped[int | None]
    missable_overall: Mapped[int | None]
    gate: Mapped[str]
    gate_met: Mapped[bool] = mapped_column(default=False)
    ready: Mapped[bool] = mapped_column(default=False)
    risk: Mapped[str | None]
    told_risk: Mapped[str | None]
    told_missable: Mapped[int | None]
