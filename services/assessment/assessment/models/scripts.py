"""What candidates sent, and the scripts that are marked."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.told import Application
from assessment.models.windows import Candidate, Window


class Submission(Base):
    """A file that a candidate sent. The latest received one counts."""

    __tablename__ = "submissions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidates.id"))
    state: Mapped[str]  # received | refused
    reason: Mapped[str | None]
    received_at: Mapped[datetime]
    filename: Mapped[str]
    sha256: Mapped[str]
    counts: Mapped[bool]
    words: Mapped[int] = mapped_column(default=0)
    excluded: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[int] = mapped_column(default=0)
    method: Mapped[str | None]
    cut_off_word: Mapped[int | None]
    cut_off_at: Mapped[int | None]
    text_sha256: Mapped[str | None]
    declaration: Mapped[str | None]  # the wording that was agreed to
    in_grace: Mapped[bool] = mapped_column(default=False, server_default=false())
    names_removed: Mapped[int] = mapped_column(default=0, server_default="0")
    names_checked: Mapped[bool] = mapped_column(default=False, server_default=false())
    accepted_because: Mapped[str | None]  # by a lead, though it came late or unconfirmed
    revision: Mapped[int]

    candidate: Mapped[Candidate] = relationship()

    __table_args__ = (
        Index(
            "uq_submissions_counting",
            "candidate_id",
            unique=True,
            postgresql_where=text("counts"),
            sqlite_where=text("counts"),
        ),
        Index("ix_submissions_candidate_id", "candidate_id", "received_at"),
        CheckConstraint("state IN ('received', 'refused')", name="state"),
    )


class Upload(Base):
    """A file that was read and counted, and waits for its sender to confirm it: one a candidate.

    `found`: what reading gave, without the text.
    """

    __tablename__ = "uploads"

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidates.id"), primary_key=True)
    received_at: Mapped[datetime]
    filename: Mapped[str]
    sha256: Mapped[str]
    text_sha256: Mapped[str | None]
    found: Mapped[dict[str, Any]]


class File(Base):
    """A file or text by the SHA-256 of its content."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    stored_at: Mapped[datetime]


class FilePiece(Base):
    """Up to 1 MiB of a file."""

    __tablename__ = "file_pieces"

    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Script(Base):
    """A submission in marking: a number, and nothing that tells its author to a marker."""

    __tablename__ = "scripts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    number: Mapped[int]
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), unique=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    attempt: Mapped[int]
    in_sample: Mapped[bool]
    state: Mapped[str]
    second_marking_reasons: Mapped[list[str]] = mapped_column(default=list)
    decision: Mapped[str | None]
    score: Mapped[Decimal | None]
    rule: Mapped[str | None]
    notes: Mapped[list[str]] = mapped_column(default=list)
    hold: Mapped[str | None]
    disregarded: Mapped[bool] = mapped_column(default=False, server_default=false())
    flagged: Mapped[bool] = mapped_column(default=False)  # integrity was ever in doubt
    integrity_outcome: Mapped[str | None]  # what came of the doubt: as_marked | fail
    moderated: Mapped[bool] = mapped_column(default=False)  # drawn by a moderation
    steps: Mapped[int]  # decisions on record: the next one is one more

    submission: Mapped[Submission] = relationship()
    window: Mapped[Window] = relationship()
    application: Mapped[Application] = relationship()

    __table_args__ = (
        UniqueConstraint("window_id", "number"),
        Index("ix_scripts_application_id", "application_id"),
        CheckConstraint(
            "state IN ('first_marking', 'second_marking', 'adjudication', 'decided', 'released')",
            name="state",
        ),
        CheckConstraint("integrity_outcome IN ('as_marked', 'fail')", name="integrity_outcome"),
    )
