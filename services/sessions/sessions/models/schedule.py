"""Sessions, seats, and the addresses of calendars."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class TrainingSession(Base):
    """A unit of the plan as it takes place for somebody.

    `audience` is who: `cohort`, `group <id>`, `hub <id>`, or `extra <id>` for whoever books a seat.
    `local_start` is London wall time, the truth from which the instants follow. `by_hand`: somebody
    moved it, so the plan does not. `facilitator_staff_id` stands in for the group's own coach.
    `capacity`: seats that can be booked, no limit without it. `planned_monday`: the
    plan's week by which it was dated. `cancelled_because`: plan_changed | group_ended | venue_lost,
    None where somebody cancelled it.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("course", "cohort", "unit_code", "audience"),
        CheckConstraint("status IN ('scheduled', 'cancelled')", name="status"),
        Index("ix_sessions_starts_at", "starts_at", "session_id"),
        Index("ix_sessions_group_id", "group_id"),
        Index("ix_sessions_delivery_partner_id", "delivery_partner_id"),
    )

    session_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    revision: Mapped[int]
    course: Mapped[str]
    cohort: Mapped[str]
    unit_code: Mapped[str]
    audience: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    minutes: Mapped[int]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.group_id"))
    delivery_partner_id: Mapped[UUID | None]
    local_start: Mapped[str]
    fold: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str | None]
    meeting_link: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="scheduled")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    by_hand: Mapped[bool] = mapped_column(default=False)
    facilitator_staff_id: Mapped[UUID | None]
    joining_details: Mapped[str | None]
    capacity: Mapped[int | None]
    planned_monday: Mapped[date | None]
    cancelled_because: Mapped[str | None]

    @property
    def is_extra(self) -> bool:
        """For whoever books a seat in it."""
        return self.audience.startswith("extra ")

    @property
    def was_dropped(self) -> bool:
        """Cancelled, and by nobody's hand."""
        return self.status == "cancelled" and self.cancelled_because is not None


class Seat(Base):
    """Somebody's seat in a session. One taken back stays, not `held`, so that calendars are told.

    `changes` counts how often it was taken back or given again. One that is `booked` was asked for,
    and stands in for the seat that goes with the person's place.
    """

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("session_id", "application_id"),
        Index("ix_seats_application_id", "application_id"),
    )

    seat_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    revision: Mapped[int]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.session_id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    held: Mapped[bool] = mapped_column(default=True)
    changes: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    booked: Mapped[bool] = mapped_column(default=False, server_default=false())


class CalendarToken(Base):
    """The unguessable part of the address of a calendar; good until `ended_at`.

    It is a participant's, or a facilitator's, or a hub's. A hub that asks for a participant's gets
    one `for_hub` of its own, good only while they are with it.
    """

    __tablename__ = "calendar_tokens"
    __table_args__ = (
        Index(
            "uq_calendar_tokens_current",
            "application_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND for_hub IS NULL"),
            sqlite_where=text("ended_at IS NULL AND for_hub IS NULL"),
        ),
        Index(
            "uq_calendar_tokens_current_for_hub",
            "application_id",
            "for_hub",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_calendar_tokens_current_staff_id",
            "staff_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_calendar_tokens_current_delivery_partner_id",
            "delivery_partner_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    token: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.application_id"))
    staff_id: Mapped[UUID | None]
    delivery_partner_id: Mapped[UUID | None]
    for_hub: Mapped[UUID | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
