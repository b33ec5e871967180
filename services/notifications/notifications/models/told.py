"""What other services told: kept only as far as a message needs it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base


class Application(Base):
    """An application as enrolment told it, and the group that sessions told."""

    __tablename__ = "applications"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    course: Mapped[str]
    cohort: Mapped[str]
    status: Mapped[str]  # pending | accepted | rejected | removed
    training_status: Mapped[str | None]  # active | deferred | withdrawn
    delivery_partner_id: Mapped[UUID | None]
    place: Mapped[str | None]  # none | waiting | offered | held | over
    local_authority: Mapped[str | None]
    school_urn: Mapped[str | None]
    revision: Mapped[int]

    __table_args__ = (
        Index("ix_applications_course_cohort", "course", "cohort"),
        Index("ix_applications_participant_id", "participant_id"),
    )


class StaffMember(Base):
    """Whether someone still works for the provider or a hub."""

    __tablename__ = "staff"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    active: Mapped[bool]
    delivery_partner_id: Mapped[UUID | None]  # of the hub that they work for
    revision: Mapped[int]

    __table_args__ = (Index("ix_staff_delivery_partner_id", "delivery_partner_id"),)


class DeliveryPartner(Base):
    """A hub's name, and whether it may still ask."""

    __tablename__ = "delivery_partners"

    delivery_partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    revision: Mapped[int]


class Declaration(Base):
    """Whether a declaration is made: then nobody is reminded of it."""

    __tablename__ = "declarations"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    declaration_type: Mapped[str] = mapped_column(primary_key=True)
    declared: Mapped[bool]
    revision: Mapped[int]


class Outcome(Base):
    """The newest outcome that DfE holds."""

    __tablename__ = "outcomes"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]  # passed | failed | voided
    revision: Mapped[int]


class Plan(Base):
    """A cohort's dates; the newest version of its plan."""

    __tablename__ = "plans"

    course: Mapped[str] = mapped_column(primary_key=True)
    cohort: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    starts_on: Mapped[date]
    last_unit_ends_on: Mapped[date]
    revision: Mapped[int]


class Group(Base):
    """The coaching group of an application; no group_id: none now."""

    __tablename__ = "groups"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID | None]
    slot: Mapped[str | None]
    revision: Mapped[int]


class TrainingSession(Base):
    """A session in the calendar."""

    __tablename__ = "sessions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    local_start: Mapped[str]
    venue: Mapped[str | None]
    cancelled: Mapped[bool]
    revision: Mapped[int]

    __table_args__ = (Index("ix_sessions_starts_at", "starts_at"),)


class Seat(Base):
    """Whether someone has a seat in a session."""

    __tablename__ = "seats"

    seat_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    participant_id: Mapped[UUID]
    session_id: Mapped[UUID]
    taken: Mapped[bool]
    revision: Mapped[int]

    __table_args__ = (
        Index("ix_seats_session_id", "session_id"),
        Index("ix_seats_application_id", "application_id"),
    )


class Attendance(Base):
    """What the register says of someone in a session."""

    __tablename__ = "attendance"

    attendance_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    session_id: Mapped[UUID]
    status: Mapped[str]
    revision: Mapped[int]

    __table_args__ = (Index("ix_attendance_application_id", "application_id"),)


class Candidate(Base):
    """Someone entered for a window, with their own times."""

    __tablename__ = "candidates"

    candidate_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    participant_id: Mapped[UUID]
    window_id: Mapped[UUID]
    attempt: Mapped[int | None]  # None: only the removal has been told
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    word_limit: Mapped[int | None]
    entered: Mapped[bool]
    revision: Mapped[int]

    __table_args__ = (
        Index("ix_candidates_opens_at", "opens_at"),
        Index("ix_candidates_application_id_window_id", "application_id", "window_id"),
    )


class Submission(Base):
    """That a script has come for a window: reminders stop."""

    __tablename__ = "submissions"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    window_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    revision: Mapped[int]


class Result(Base):
    """The newest state of a result: an older one is no longer told."""

    __tablename__ = "results"

    result_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    passed: Mapped[bool | None]  # None: a release that did not keep it was told
    revision: Mapped[int]

    __table_args__ = (Index("ix_results_application_id", "application_id"),)
