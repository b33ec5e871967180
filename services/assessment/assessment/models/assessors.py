"""Those who mark: how much they take, what for, what they must keep off, and how they began."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.windows import Paper


class Assessor(Base):
    """What the assessment lead settled for a member of staff who marks.

    `trained_for`: courses; None for all. `capacity`: scripts of a window in all; None for as many
    as come. `probation_left`: scripts that a second marker has to mark as well. `resumed_at`: after
    a stop; seeds from before count no more.
    """

    __tablename__ = "assessors"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    trained_for: Mapped[list[Any] | None]
    capacity: Mapped[int | None]
    available_until: Mapped[date | None]
    probation_left: Mapped[int]
    stopped_because: Mapped[str | None]
    resumed_at: Mapped[datetime | None]
    link_number: Mapped[int]
    revision: Mapped[int]


class DeclaredConflict(Base):
    """A conflict that nobody but the assessor could know of. It is withdrawn, never removed."""

    __tablename__ = "declared_conflicts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID]
    kind: Mapped[str]
    key: Mapped[str]
    reason: Mapped[str]
    declared_at: Mapped[datetime]
    declared_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_declared_conflicts_staff_id", "staff_id"),
        CheckConstraint(
            "kind IN ('application', 'participant', 'school', 'trust', 'delivery_partner')",
            name="kind",
        ),
    )


class ReferenceScript(Base):
    """A script whose marks are agreed, for standardisation before marking or as a seed during it.

    `marks`: the contract's CriterionMark, in the order of the scheme; their comments say why.
    """

    __tablename__ = "reference_scripts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"))
    purpose: Mapped[str]  # standardisation | seed
    text_sha256: Mapped[str]
    words: Mapped[int]
    cut_off_word: Mapped[int | None]
    cut_off_at: Mapped[int | None]
    marks: Mapped[list[Any]]
    score: Mapped[int]
    decision: Mapped[str]
    reason: Mapped[str]
    retired: Mapped[bool]
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    paper: Mapped[Paper] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_reference_scripts_paper_id", "paper_id", "purpose"),
        CheckConstraint("purpose IN ('standardisation', 'seed')", name="purpose"),
    )


class ReferenceMarking(Base):
    """A reference script on an assessor's desk: of all, only the latest round counts.

    A seed has a window, and looks like a script of it: `shown_as` stands where a script's id would,
    and where scripts are claimed it has a lease, and another round each time it is claimed again.
    """

    __tablename__ = "reference_markings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference_id: Mapped[UUID] = mapped_column(ForeignKey("reference_scripts.id"))
    staff_id: Mapped[UUID]
    round: Mapped[int]
    window_id: Mapped[UUID | None] = mapped_column(ForeignKey("windows.id"))
    number: Mapped[int]
    state: Mapped[str]  # waiting | marked | withdrawn
    due_on: Mapped[date]
    given_at: Mapped[datetime]
    marks: Mapped[list[Any] | None]
    score: Mapped[int | None]
    indicative: Mapped[str | None]
    holistic: Mapped[str | None]
    agrees: Mapped[bool | None]
    marked_at: Mapped[datetime | None]
    shown_as: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any] | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=1, server_default="1")

    reference: Mapped[ReferenceScript] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("reference_id", "staff_id", "round"),
        Index("ix_reference_markings_staff_id", "staff_id", "state"),
        CheckConstraint("state IN ('waiting', 'marked', 'withdrawn')", name="state"),
    )


class BankedComment(Base):
    """A comment that markers of a paper use again, in general or for one criterion."""

    __tablename__ = "banked_comments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"))
    criterion: Mapped[str | None]
    text: Mapped[str]
    retired: Mapped[bool]
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    __table_args__ = (
        Index(
            "uq_banked_comments_live",
            "paper_id",
            "criterion",
            "text",
            unique=True,
            postgresql_where=text("NOT retired"),
            sqlite_where=text("NOT retired"),
        ),
    )
