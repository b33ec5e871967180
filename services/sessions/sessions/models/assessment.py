"""What assessment has told of when people sit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class AssessmentWindow(Base):
    """A candidate's own window; it may come before its application, or be removed before it came.

    `shown`: it is in their calendar; `changes` counts what the calendar was told of.
    """

    __tablename__ = "assessment_windows"
    __table_args__ = (Index("ix_assessment_windows_application_id", "application_id"),)

    candidate_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    revision: Mapped[int]
    entered: Mapped[bool]
    attempt: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    shown: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
