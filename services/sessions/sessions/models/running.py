"""Who leads a session, and who waits for a seat in one."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class Facilitation(Base):
    """Somebody's part in leading a session. One that ended stays, so that calendars are told.

    `changes` counts how often it ended or began again.
    """

    __tablename__ = "facilitations"
    __table_args__ = (Index("ix_facilitations_staff_id", "staff_id"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    held: Mapped[bool] = mapped_column(default=True)
    changes: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class SeatWait(Base):
    """Somebody waits for a seat in a full session, until `ended_at`.

    `outcome`: seated | given_up | left_training | session_over.
    """

    __tablename__ = "seat_waits"
    __table_args__ = (
        Index(
            "uq_seat_waits_current",
            "session_id",
            "application_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_seat_waits_application_id", "application_id"),
    )

    wait_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
