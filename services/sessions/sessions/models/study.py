"""What learning platforms have told of people's study."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Counter
from sessions.models.base import Base


class StudyStatement(Base):
    """A statement of a learning platform that was taken in: the same one never counts twice."""

    __tablename__ = "study_statements"
    __table_args__ = (Index("ix_study_statements_application_id", "application_id", "unit_code"),)

    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    unit_code: Mapped[str]
    seconds: Mapped[int]
    finished: Mapped[bool | None]  # None: taken in before this was kept
    taken_at: Mapped[datetime]


class VoidedStatement(Base):
    """A statement that its platform took back, whether it has come here or not: it never counts."""

    __tablename__ = "voided_statements"

    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class StudyCorrection(Base):
    """What staff have put right of somebody's progress with a unit, and why; never altered."""

    __tablename__ = "study_corrections"
    __table_args__ = (Index("ix_study_corrections_application_id", "application_id", "unit_code"),)

    correction_id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    unit_code: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    former_minutes: Mapped[int]
    former_finished: Mapped[bool]
    minutes: Mapped[int]
    finished: Mapped[bool]
