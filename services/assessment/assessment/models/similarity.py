"""Comparisons of a window's scripts, and the pairs that a person looks at."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.scripts import Submission
from assessment.models.windows import Window


class Comparison(Base):
    """A run; `found` holds its numbers: threshold, distribution, how much of each is the paper's.

    `in_paper` of `found`: by submission, the share that the paper gives. `error` is that of the
    latest attempt, `next_attempt_at` (real time) set while another one follows.
    """

    __tablename__ = "comparisons"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    state: Mapped[str]  # queued | done | failed
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    finished_at: Mapped[datetime | None]
    percentile: Mapped[str]
    found: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[datetime | None]

    window: Mapped[Window] = relationship()

    __table_args__ = (
        Index("ix_comparisons_state", "state", "requested_at"),
        CheckConstraint("state IN ('queued', 'done', 'failed')", name="state"),
    )


class SimilarityCase(Base):
    """Two submissions that are alike, and what a person decided about them.

    `spans`: characters from and to in both texts, and words.
    """

    __tablename__ = "similarity_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    submission_a: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    submission_b: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    shared: Mapped[int]
    size_a: Mapped[int]
    size_b: Mapped[int]
    rank: Mapped[int]  # 1 is the most alike of its comparison
    spans: Mapped[list[Any]]
    text_a_sha256: Mapped[str]  # what the spans count in
    text_b_sha256: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]

    a: Mapped[Submission] = relationship(foreign_keys=[submission_a])
    b: Mapped[Submission] = relationship(foreign_keys=[submission_b])

    __table_args__ = (
        UniqueConstraint("submission_a", "submission_b"),
        Index("ix_similarity_cases_window_id", "window_id", "rank"),
        CheckConstraint(
            "status IN ('flagged', 'under_investigation', 'no_case', 'upheld')", name="status"
        ),
    )
