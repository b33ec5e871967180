"""The gauge's tables."""

from uuid import UUID, uuid4

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, metadata


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = TYPES


class Note(Base):
    """One effect: of an event, or of a call."""

    __tablename__ = "note"

    note_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    words: Mapped[str]
