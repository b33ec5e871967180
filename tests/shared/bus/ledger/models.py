"""The ledger's tables."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Counter, metadata


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = TYPES


class Entry(Base):
    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    number: Mapped[int]


class Confirmation(Base):
    __tablename__ = "confirmation"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    number: Mapped[int]
