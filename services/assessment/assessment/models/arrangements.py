"""A candidate's own times: adjustments, extensions, deferrals to a later window."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.windows import Candidate


class Adjustment(Base):
    """A reasonable adjustment, as it is now: more days in every window."""

    __tablename__ = "adjustments"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.application_id"), primary_key=True
    )
    extra_days: Mapped[int]
    extra_percent: Mapped[int]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("extra_days >= 0 AND extra_percent >= 0", name="not_negative"),
    )


class Extension(Base):
    """A candidate's window closes later; rows are only ever added."""

    __tablename__ = "extensions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidates.id"))
    former_closes_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]

    candidate: Mapped[Candidate] = relationship()

    __table_args__ = (
        Index("ix_extensions_candidate_id", "candidate_id", "granted_at"),
        CheckConstraint("closes_at > former_closes_at", name="later"),
    )


class Deferral(Base):
    """A candidate left a window for a later one; rows are only ever added."""

    __tablename__ = "deferrals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    not_before: Mapped[date]  # the first day on which a window may open for this application
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]

    __table_args__ = (Index("ix_deferrals_application_id", "application_id"),)
