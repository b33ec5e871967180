"""What others have told sessions: each row is as new as its revision, and never goes back."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class Enrolment(Base):
    """An application as enrolment last told it. Its row's lock guards all that the person does.

    `place_revision` is of its place in a group, which is ours.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        Index("ix_enrolments_cohort", "cohort", "course"),
        Index("ix_enrolments_delivery_partner_id", "delivery_partner_id"),
    )

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    participant_id: Mapped[UUID]
    status: Mapped[str]  # pending | accepted | rejected | removed
    training_status: Mapped[str | None]  # active | deferred | withdrawn
    course: Mapped[str]
    cohort: Mapped[str]
    schedule: Mapped[str | None]
    starts_on: Mapped[date | None]
    delivery_partner_id: Mapped[UUID | None]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    local_authority: Mapped[str | None]
    phase: Mapped[str | None]
    place_revision: Mapped[int] = mapped_column(default=0)

    @property
    def in_training(self) -> bool:
        return self.status == "accepted" and self.training_status == "active"


class ProgrammeEnd(Base):
    """The result that stands for an application; it may come before all else.

    `results` has what was told last of each attempt, and `revision` is the newest of these; one
    above them is of the former release, which kept state and day alone.
    """

    __tablename__ = "programme_ends"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    state: Mapped[str]  # passed | failed
    completion_date: Mapped[date]
    results: Mapped[list[Any]] = mapped_column(server_default="[]")  # as in domain.results


class DeliveryPartner(Base):
    """A hub as enrolment last told it."""

    __tablename__ = "delivery_partners"

    delivery_partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    status: Mapped[str]  # active | suspended | removed
    name: Mapped[str]
    place: Mapped[str | None]
    access: Mapped[str | None]  # of its own systems: open | suspended | removed


class StaffMember(Base):
    """Someone who may coach, as enrolment last told it; no name."""

    __tablename__ = "staff"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    roles: Mapped[list[str]]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None]
    active: Mapped[bool]


class Schedule(Base):
    """The dates of a schedule in a cohort."""

    __tablename__ = "schedules"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    starts_on: Mapped[date]
    milestones: Mapped[list[Any]]  # as in SchedulePublished
