"""Who marks what, every mark and decision, and the results."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.scripts import Script
from kit.db import Counter


class AllocationRun(Base):
    """One reckoning of who marks what: all that is needed to explain it.

    `markers`: of each staff_id, load before and after, room left, and the price of one more script.
    """

    __tablename__ = "allocation_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    at: Mapped[datetime]
    seed: Mapped[str]
    reason: Mapped[str]
    scripts: Mapped[int]
    markers: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]


class OpenScript(Base):
    """A script that lies on the pile: whoever may and comes first claims it.

    `fence` grows with each claim. A claim whose lease is over is anybody's again.
    """

    __tablename__ = "open_scripts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id"))
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    role: Mapped[str]
    place: Mapped[str]  # in the pile's order
    state: Mapped[str]  # open | claimed | done
    staff_id: Mapped[UUID | None]
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("script_id", "role"),
        Index("ix_open_scripts_window_id", "window_id", "state", "place"),
        CheckConstraint("state IN ('open', 'claimed', 'done')", name="state"),
    )


class Allocation(Base):
    """A script lies with a member of staff: waiting, marked, or taken away again.

    `fence` grows with each holder of the script in this role: only who has the latest may save.
    One that was claimed is lost at `lease_until` (real time); one that was allocated has no lease.
    `excluded`: who could not have it, by staff_id, and why.
    """

    __tablename__ = "allocations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.staff_id"))
    role: Mapped[str]  # first | second | adjudicator
    state: Mapped[str]  # waiting | marked | withdrawn
    due_on: Mapped[date]
    allocated_at: Mapped[datetime]
    revision: Mapped[int]
    fence: Mapped[int] = mapped_column(default=1)
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any] | None]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("allocation_runs.id"))
    excluded: Mapped[dict[str, Any] | None]
    reminders: Mapped[int] = mapped_column(default=0)

    script: Mapped[Script] = relationship()

    __table_args__ = (
        Index(
            "uq_allocations_role",
            "script_id",
            "role",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
            sqlite_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_allocations_staff_id", "staff_id", "state", "due_on"),
        CheckConstraint("role IN ('first', 'second', 'adjudicator')", name="role"),
        CheckConstraint("state IN ('waiting', 'marked', 'withdrawn')", name="state"),
    )


class Mark(Base):
    """What a marker gave, once per allocation; rows are only ever added.

    `marks`: the contract's CriterionMark, in the order of the scheme.
    """

    __tablename__ = "marks"

    allocation_id: Mapped[UUID] = mapped_column(ForeignKey("allocations.id"), primary_key=True)
    marks: Mapped[list[Any]]
    score: Mapped[int]
    indicative: Mapped[str]
    holistic: Mapped[str]
    unmet: Mapped[list[str]]
    reason: Mapped[str | None]  # an adjudicator's
    marked_at: Mapped[datetime]

    allocation: Mapped[Allocation] = relationship()


class DecisionStep(Base):
    """One step in a script's life: rule, versions, seed and facts; rows are only ever added."""

    __tablename__ = "decision_steps"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id"))
    position: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    rule: Mapped[str]
    by: Mapped[str]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("script_id", "position"),)


class Result(Base):
    """A released result: one per application and attempt."""

    __tablename__ = "results"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    attempt: Mapped[int]
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id"), unique=True)
    state: Mapped[str]  # passed | failed
    failed_criteria: Mapped[list[str]]
    may_resubmit: Mapped[bool]
    completion_date: Mapped[date]
    released_at: Mapped[datetime]
    revision: Mapped[int]
    replaces: Mapped[int | None]  # the revision before the latest change
    disregarded: Mapped[bool] = mapped_column(default=False, server_default=false())

    script: Mapped[Script] = relationship()

    __table_args__ = (
        UniqueConstraint("application_id", "attempt"),
        CheckConstraint("state IN ('passed', 'failed')", name="state"),
    )
