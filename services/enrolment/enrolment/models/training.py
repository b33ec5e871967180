"""What happened in training: when it counts from, when we knew of it, and when DfE dates it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.applications import Application
from enrolment.models.base import Base
from kit.db import Counter


class TrainingEntry(Base):
    """One thing that is so from `effective_on` on, as it was told at `recorded_at`. Append-only.

    `id` is the order of recording. An entry that was wrong stays; the one that `corrects` it
    stands in its stead from its own `recorded_at` on. `dfe_at` is when DfE dates it: its own
    clock, at the call. Both times are domain time.
    """

    __tablename__ = "training_history"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    aspect: Mapped[str]  # training_status | schedule | delivery_partner | school
    value: Mapped[str | None]  # deferred; 2026b npq-leadership-autumn; an id; a URN
    reason: Mapped[str | None]
    expected_return_on: Mapped[date | None]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]  # staff:<name>, hub:<name>, ... of the decision; service:enrolment
    dfe_at: Mapped[datetime | None]
    corrects: Mapped[int | None] = mapped_column(Counter, ForeignKey("training_history.id"))

    __table_args__ = (
        CheckConstraint(
            "aspect IN ('training_status', 'schedule', 'delivery_partner', 'school')",
            name="aspect",
        ),
        Index("ix_training_history_application_id_id", "application_id", "id"),
    )


class MovedSchool(Base):
    """An application whose school was changed here, where DfE takes no such change.

    As long as DfE goes on showing `dfe_school_urn`, ours counts; another one is DfE's news.
    """

    __tablename__ = "moved_schools"

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    dfe_school_urn: Mapped[str | None]


class CourseTerms(Base):
    """What this provider decides for a course; where there is no row, the defaults hold."""

    __tablename__ = "course_terms"

    course: Mapped[str] = mapped_column(primary_key=True)
    most_deferrals: Mapped[int]
    words_least: Mapped[int | None]
    words_most: Mapped[int | None]
    revision: Mapped[int]
