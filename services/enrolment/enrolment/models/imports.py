"""Files of applications and steps: as they arrive, what is wrong with them, what they brought."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.applications import Application
from enrolment.models.base import Base


class Import(Base):
    """An import; its pieces are removed once it is applied."""

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]  # applications | admission_steps
    state: Mapped[str]  # uploading | validated | applied
    size: Mapped[int]
    delimiter: Mapped[str | None]
    encoding: Mapped[str | None]
    header: Mapped[list[str] | None]
    ignored_columns: Mapped[list[str] | None]
    rows: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    applied: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    revision: Mapped[int]

    __table_args__ = (
        CheckConstraint("state IN ('uploading', 'validated', 'applied')", name="state"),
        Index("ix_imports_created_at_id", "created_at", "id"),
    )


class ImportPiece(Base):
    """A piece of a file, as it was sent."""

    __tablename__ = "import_pieces"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey(Import.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ImportBadRow(Base):
    """A row that could not be imported: its cells as they came, and each problem with them."""

    __tablename__ = "import_bad_rows"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey(Import.id, ondelete="CASCADE"), primary_key=True
    )
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[list[str]]
    problems: Mapped[list[Any]]  # [field, code, message, value]


class ImportedRow(Base):
    """A row that was imported, by what it said; `answers` is what no other column keeps."""

    __tablename__ = "imported_rows"

    kind: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    answers: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
