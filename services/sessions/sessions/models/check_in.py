"""Checking in: what a session's code is made of, people's links, and the codes they have used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class CheckInScreen(Base):
    """The secret of a session's codes, and the unguessable part of its facilitator's address."""

    __tablename__ = "check_in_screens"
    __table_args__ = (UniqueConstraint("token"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"), primary_key=True)
    token: Mapped[str]
    secret: Mapped[str]


class CheckInLink(Base):
    """The unguessable part of a participant's own link; good until it expires or is ended."""

    __tablename__ = "check_in_links"
    __table_args__ = (
        Index(
            "uq_check_in_links_current",
            "application_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    token: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CheckIn(Base):
    """A code that somebody has used: nobody uses one twice."""

    __tablename__ = "check_ins"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"), primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
