"""Papers, windows and their candidates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.told import Application


class Paper(Base):
    """A version of a case study with its mark scheme; it never changes.

    `criteria`: the contract's Criterion, in order.
    """

    __tablename__ = "papers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course: Mapped[str]
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    case_study: Mapped[str]
    question: Mapped[str]
    criteria: Mapped[list[Any]]
    pass_mark: Mapped[int]
    word_limit: Mapped[int]
    tolerance_percent: Mapped[int]
    borderline_percent: Mapped[int]
    agreement_percent: Mapped[int]
    sample_percent: Mapped[int]
    sample_minimum: Mapped[int]
    max_attempts: Mapped[int]
    marking_days: Mapped[int]
    grace_minutes: Mapped[int] = mapped_column(server_default="0")
    resubmission_days: Mapped[int] = mapped_column(default=0, server_default="0")
    resubmission_fee: Mapped[Decimal | None]
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    __table_args__ = (UniqueConstraint("course", "code", "version"),)


class Window(Base):
    """Eight days for one cohort. The draw's nonce and the sample are set when marking begins."""

    __tablename__ = "windows"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course: Mapped[str]
    cohort: Mapped[str]
    number: Mapped[int]  # 1, 2, ... within the cohort, as scheduled
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"))
    opens_on: Mapped[date]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[str]
    cancelled_because: Mapped[str | None]
    nonce: Mapped[str | None]
    nonce_sha256: Mapped[str | None]
    sample: Mapped[list[Any] | None]  # script numbers
    scripts: Mapped[int | None]
    released_at: Mapped[datetime | None]
    ratified_at: Mapped[datetime | None]
    ratified_by: Mapped[str | None]
    ratified_sha256: Mapped[str | None]  # over the decisions as they were ratified
    pull: Mapped[bool] = mapped_column(default=False)  # markers claim scripts
    markers_per_script: Mapped[int] = mapped_column(default=1)
    seed_percent: Mapped[int] = mapped_column(default=0)
    margin: Mapped[int | None]  # weighted marks on either side of the pass mark that are borderline
    revision: Mapped[int]

    paper: Mapped[Paper] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("course", "cohort", "number"),
        Index("ix_windows_state", "state", "opens_at"),
        CheckConstraint(
            "state IN ('scheduled', 'open', 'closed', 'marking', 'released', 'cancelled')",
            name="state",
        ),
    )

    @property
    def batch(self) -> str:
        """The name of the window's scripts in the draw."""
        return f"{self.course}/{self.cohort}/{self.number}"


class Candidate(Base):
    """An application in a window, with its own times."""

    __tablename__ = "candidates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    attempt: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    link_number: Mapped[int] = mapped_column(default=0, server_default="0")
    link_expires_at: Mapped[datetime | None]
    revision: Mapped[int]

    application: Mapped[Application] = relationship()
    window: Mapped[Window] = relationship()

    __table_args__ = (
        UniqueConstraint("window_id", "application_id"),
        Index(
            "uq_candidates_live",
            "application_id",
            unique=True,
            postgresql_where=text("state IN ('entered', 'submitted')"),
            sqlite_where=text("state IN ('entered', 'submitted')"),
        ),
        CheckConstraint(
            "state IN ('entered', 'removed', 'submitted', 'missed', 'released')", name="state"
        ),
    )
