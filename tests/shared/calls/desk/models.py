"""The desk's tables."""

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Counter, metadata


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = TYPES


class Loan(Base):
    __tablename__ = "loan"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    book: Mapped[str]
    lent_by: Mapped[str]


class Run(Base):
    """One run of a timer; `at` is its tick as ISO text."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    timer: Mapped[str]
    at: Mapped[str] = mapped_column(Text)
    process: Mapped[int]


class Reservation(Base):
    """A book that somebody waits for; there is one for each book at most."""

    __tablename__ = "reservation"

    book: Mapped[str] = mapped_column(primary_key=True)
