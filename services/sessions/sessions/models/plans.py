"""A cohort's plan, its versions and their units, and its draft."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class Plan(Base):
    """The one plan of a cohort in a course; `version` is the one in force."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("course", "cohort"),)

    plan_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    revision: Mapped[int]
    course: Mapped[str]
    cohort: Mapped[str]
    version: Mapped[int]
    assessed: Mapped[bool]
    last_unit_ends_on: Mapped[date]


class PlanVersion(Base):
    """A plan as it was published. `shortfalls`: as `ShortfallRecord` has them, in plain values."""

    __tablename__ = "plan_versions"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.plan_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str]
    school_holidays: Mapped[str]  # the version of the rules that it was planned by
    assessed: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    last_unit_ends_on: Mapped[date]
    minutes: Mapped[int]
    weeks: Mapped[int]
    shortfalls: Mapped[list[Any]]
    published_at: Mapped[datetime]


class PlanUnit(Base):
    """A unit with its dates in one version. `local_start`: London wall time, webinars only."""

    __tablename__ = "plan_units"
    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "version"], ["plan_versions.plan_id", "plan_versions.version"]
        ),
    )

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    cycle: Mapped[int]
    section: Mapped[str]
    minutes: Mapped[int]
    monday: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    local_start: Mapped[str | None]


class PlanDraft(Base):
    """The one draft of a cohort in a course, made when `based_on_version` was in force (0: none).

    `content`: template, dates, `units` as `PlanUnit` has them and `shortfalls`, in plain values.
    """

    __tablename__ = "plan_drafts"
    __table_args__ = (UniqueConstraint("course", "cohort"),)

    draft_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course: Mapped[str]
    cohort: Mapped[str]
    based_on_version: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class GroupStudy(Base):
    """Self-study of a group in another week than the plan's, since its schools are on holiday then.

    `planned_monday`: the plan's week; where the plan has another one by now, the row is outdated.
    """

    __tablename__ = "group_study"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.group_id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(primary_key=True)
    planned_monday: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
