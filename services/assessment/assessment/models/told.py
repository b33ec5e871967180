"""What other services told: kept only as far as assessment needs it."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from assessment.models.base import Base


class Application(Base):
    """What others told of an application: enrolment its state, sessions its coach and readiness.

    One row, whoever tells first, so that its lock orders all that is told. A part not told yet is
    null; each part has the revision of its teller.
    """

    __tablename__ = "applications"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID | None]
    course: Mapped[str | None]
    cohort: Mapped[str | None]
    status: Mapped[str | None]  # pending | accepted | rejected | removed
    training_status: Mapped[str | None]  # active | deferred | withdrawn
    schedule: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    phase: Mapped[str | None]
    revision: Mapped[int]
    coach_staff_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    group_revision: Mapped[int]
    ready: Mapped[bool]
    gate_version: Mapped[str | None]
    ready_revision: Mapped[int]

    __table_args__ = (Index("ix_applications_course_cohort", "course", "cohort"),)

    @property
    def participant(self) -> UUID:
        """Who it is: enrolment has told before any candidacy begins."""
        if self.participant_id is None:
            raise LookupError(f"enrolment has not told of application {self.application_id}")
        return self.participant_id


class StaffMember(Base):
    """What decides whether someone may mark a script."""

    __tablename__ = "staff"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    roles: Mapped[list[str]]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None]
    active: Mapped[bool]
    revision: Mapped[int]


class DeliveryPartner(Base):
    """Whether a hub is active: staff of one that is not get no scripts."""

    __tablename__ = "delivery_partners"

    delivery_partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]  # active | suspended | removed
    revision: Mapped[int]


class Schedule(Base):
    """The deadline that results have to meet."""

    __tablename__ = "schedules"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(primary_key=True)
    completed_deadline_on: Mapped[date | None]
    revision: Mapped[int]


class Plan(Base):
    """When a cohort's last unit ends; the newest version of its plan."""

    __tablename__ = "plans"

    course: Mapped[str] = mapped_column(primary_key=True)
    cohort: Mapped[str] = mapped_column(primary_key=True)
    last_unit_ends_on: Mapped[date]
    revision: Mapped[int]


class DfeOutcome(Base):
    """The outcome that DfE holds for an application."""

    __tablename__ = "dfe_outcomes"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]  # passed | failed | voided
    completion_date: Mapped[date]
    revision: Mapped[int]
