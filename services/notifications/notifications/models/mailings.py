"""Files by which one template is sent to many, on their way up and until they are forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base


class Mailing(Base):
    """A mailing; its pieces are removed once it is applied, and all of it some days later."""

    __tablename__ = "mailings"

    mailing_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    template: Mapped[str]
    key: Mapped[str]
    due_at: Mapped[datetime | None]
    state: Mapped[str]  # uploading | validated | applied
    size: Mapped[int]
    delimiter: Mapped[str | None]
    encoding: Mapped[str | None]
    ignored_columns: Mapped[list[Any] | None]
    rows: Mapped[int]
    good: Mapped[int]
    bad: Mapped[int]
    unchanged: Mapped[int]
    applied: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    revision: Mapped[int]

    __table_args__ = (
        CheckConstraint("state IN ('uploading', 'validated', 'applied')", name="state"),
        Index("ix_mailings_created_at_mailing_id", "created_at", "mailing_id"),
    )


class MailingPiece(Base):
    """A piece of a file, as it was sent."""

    __tablename__ = "mailing_pieces"

    mailing_id: Mapped[UUID] = mapped_column(
        ForeignKey(Mailing.mailing_id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MailingBadRow(Base):
    """A row that gets no message, and each problem with it."""

    __tablename__ = "mailing_bad_rows"

    mailing_id: Mapped[UUID] = mapped_column(
        ForeignKey(Mailing.mailing_id, ondelete="CASCADE"), primary_key=True
    )
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    problems: Mapped[list[Any]]  # [field, code, message, value]


class MailingErased(Base):
    """A recipient who was erased while their mailing, or its file, is here: nothing of it goes out
    to them any more. The hash is of the mailing's id and the address, and is gone with the mailing.
    """

    __tablename__ = "mailing_erased"

    mailing_id: Mapped[UUID] = mapped_column(
        ForeignKey(Mailing.mailing_id, ondelete="CASCADE"), primary_key=True
    )
    address_hash: Mapped[str] = mapped_column(primary_key=True)
