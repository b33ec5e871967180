"""Participants' own plans, how they rate themselves, and what they did in their schools."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class Pathway(Base):
    """A participant's own plan as it is now; each former one stays as a PathwayVersion.

    `faces`: sections and units, the most pressing first. `choices`: unit code → depth. `pauses`:
    `[{"from", "until", "reason"}]`. `pins`: unit code → the Monday of its week. `items`: as in
    `sessions.domain.pathway.plan.Planned`. `plan_version`: of the cohort's plan behind it.
    """

    __tablename__ = "pathways"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    version: Mapped[int]
    plan_id: Mapped[UUID]
    plan_version: Mapped[int]
    why: Mapped[str]
    made_at: Mapped[datetime]
    faces: Mapped[list[Any]]
    choices: Mapped[dict[str, Any]]
    pauses: Mapped[list[Any]]
    pins: Mapped[dict[str, Any]]
    items: Mapped[list[Any]]
    shortfalls: Mapped[list[Any]]


class PathwayVersion(Base):
    """A plan of somebody's own as it was made; never altered."""

    __tablename__ = "pathway_versions"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    why: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    faces: Mapped[list[Any]]
    choices: Mapped[dict[str, Any]]
    items: Mapped[list[Any]]


class SelfRating(Base):
    """One round of rating oneself. `levels`: section → 1 to 5."""

    __tablename__ = "self_ratings"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)
    rated_at: Mapped[datetime]
    rated_by: Mapped[str]
    levels: Mapped[dict[str, Any]]


class TaskReport(Base):
    """What somebody did in their school with a unit; telling more adds another one."""

    __tablename__ = "task_reports"
    __table_args__ = (Index("ix_task_reports_application_id", "application_id", "unit_code"),)

    report_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    unit_code: Mapped[str]
    report: Mapped[str]
    done_on: Mapped[date]
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]


class TaskComment(Base):
    """A coach's comment on what somebody did; never altered."""

    __tablename__ = "task_comments"
    __table_args__ = (Index("ix_task_comments_application_id", "application_id", "unit_code"),)

    comment_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    unit_code: Mapped[str]
    comment: Mapped[str]
    commented_at: Mapped[datetime]
    commented_by: Mapped[str]
