"""Extenuating circumstances and appeals: what was asked, on which evidence, who decided what."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.marking import Result
from assessment.models.told import Application
from assessment.models.windows import Window


class Circumstances(Base):
    """Extenuating circumstances of a participant in a window."""

    __tablename__ = "circumstances"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    kind: Mapped[str]
    statement: Mapped[str]
    state: Mapped[str]  # filed | decided | withdrawn
    filed_at: Mapped[datetime]
    due_on: Mapped[date]
    outcome: Mapped[str | None]
    closes_on: Mapped[date | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    revision: Mapped[int]

    application: Mapped[Application] = relationship()
    window: Mapped[Window] = relationship()

    __table_args__ = (
        Index(
            "uq_circumstances_open",
            "application_id",
            "window_id",
            unique=True,
            postgresql_where=text("state = 'filed'"),
            sqlite_where=text("state = 'filed'"),
        ),
        Index("ix_circumstances_window_id", "window_id", "state"),
        CheckConstraint("state IN ('filed', 'decided', 'withdrawn')", name="state"),
        CheckConstraint(
            "outcome IN ('extend', 'defer', 'disregard_attempt', 'refuse')", name="outcome"
        ),
    )


class Appeal(Base):
    """An appeal against a released result. Its stage is the latest that was begun."""

    __tablename__ = "appeals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    result_id: Mapped[UUID] = mapped_column(ForeignKey("results.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    grounds: Mapped[str]
    statement: Mapped[str]
    stage: Mapped[str]  # clerical_check | review_of_marking | panel
    state: Mapped[str]  # open | dismissed | upheld | withdrawn
    received_at: Mapped[datetime]
    remedy: Mapped[str | None]
    revision: Mapped[int]

    result: Mapped[Result] = relationship()
    application: Mapped[Application] = relationship()

    __table_args__ = (
        Index("ix_appeals_result_id", "result_id"),
        Index(
            "uq_appeals_open",
            "result_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        Index("ix_appeals_state", "state"),
        CheckConstraint("stage IN ('clerical_check', 'review_of_marking', 'panel')", name="stage"),
        CheckConstraint("state IN ('open', 'dismissed', 'upheld', 'withdrawn')", name="state"),
    )


class AppealStage(Base):
    """One stage of an appeal, from its beginning to its decision."""

    __tablename__ = "appeal_stages"

    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    begun_because: Mapped[str]
    due_on: Mapped[date]
    decision: Mapped[str | None]  # upheld | dismissed
    reason: Mapped[str | None]
    marks: Mapped[list[Any] | None]  # a reviewer's, as the contract's CriterionMark
    members: Mapped[list[Any] | None]  # staff_ids of who decided
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    next_by: Mapped[date | None]  # until when the next stage may be asked for

    appeal: Mapped[Appeal] = relationship()

    __table_args__ = (CheckConstraint("decision IN ('upheld', 'dismissed')", name="decision"),)


class CaseEvidence(Base):
    """A file that came with circumstances or an appeal; the file is kept by its content."""

    __tablename__ = "case_evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    circumstances_id: Mapped[UUID | None] = mapped_column(ForeignKey("circumstances.id"))
    appeal_id: Mapped[UUID | None] = mapped_column(ForeignKey("appeals.id"))
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"))
    note: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    __table_args__ = (
        Index("ix_case_evidence_circumstances_id", "circumstances_id"),
        Index("ix_case_evidence_appeal_id", "appeal_id"),
        CheckConstraint("(circumstances_id IS NULL) <> (appeal_id IS NULL)", name="one_case"),
    )
