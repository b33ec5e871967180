"""Cohorts and schedules; evidence, declarations, outcomes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enrolment.models.applications import Application
from enrolment.models.base import Base


class Cohort(Base):
    """How DfE funds those who start together."""

    __tablename__ = "cohorts"

    cohort: Mapped[str] = mapped_column(primary_key=True)  # 2026b
    funding: Mapped[str]  # zero | capped | full


class Schedule(Base):
    """The dates of a schedule in a cohort. `milestones`: the contract's Milestone, in order."""

    __tablename__ = "schedules"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(primary_key=True)  # npq-leadership-autumn
    starts_on: Mapped[date]
    milestones: Mapped[list[Any]]
    revision: Mapped[int]


class Evidence(Base):
    """What another service said last of one of its records: the ground for a declaration."""

    __tablename__ = "evidence"

    service: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # engagement | result | submission_missed
    application_id: Mapped[UUID] = mapped_column(index=True)  # may be told before the application
    record_revision: Mapped[int]
    fact: Mapped[dict[str, Any]]
    told_at: Mapped[datetime]


class Declaration(Base):
    """A claim to DfE that a milestone was reached, with the evidence as it was when declared."""

    __tablename__ = "declarations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    dfe_declaration_id: Mapped[UUID | None] = mapped_column(unique=True)
    declaration_type: Mapped[str]
    state: Mapped[str]  # ready | refused | as DfE has it, with underscores
    declaration_date: Mapped[datetime]
    has_passed: Mapped[bool | None]
    delivery_partner_id: Mapped[UUID | None]
    evidence_service: Mapped[str]
    evidence_record: Mapped[UUID]
    evidence_revision: Mapped[int]
    evidence_fact: Mapped[dict[str, Any]]
    evidence_on: Mapped[date]
    problem: Mapped[dict[str, Any] | None]
    decision: Mapped[str | None]  # voiding, until DfE has answered
    void_reason: Mapped[str | None]
    fundable: Mapped[bool | None]  # whether DfE was to pay for it, as we saw it when it was made
    expected_statement_id: Mapped[UUID | None] = mapped_column(index=True)  # ours, when it was made
    expected_clawback_id: Mapped[UUID | None]  # ours, when it was voided
    dfe_statement_id: Mapped[UUID | None] = mapped_column(index=True)
    dfe_clawback_statement_id: Mapped[UUID | None] = mapped_column(index=True)
    dfe_updated_at: Mapped[datetime | None]
    lead_provider: Mapped[str | None]  # who made it, as DfE names them; None until DfE has told
    created_at: Mapped[datetime]
    revision: Mapped[int]

    application: Mapped[Application] = relationship(lazy="select", innerjoin=True)

    __table_args__ = (
        Index(
            "ux_declarations_one_live",
            "application_id",
            "declaration_type",
            unique=True,
            postgresql_where=text(
                "state IN ('ready', 'refused', 'submitted', 'eligible', 'payable', 'paid')"
            ),
            sqlite_where=text(
                "state IN ('ready', 'refused', 'submitted', 'eligible', 'payable', 'paid')"
            ),
        ),
        Index("ix_declarations_created_at_id", "created_at", "id"),
    )


class Outcome(Base):
    """A result as DfE was told of it, or is owed it. One per declaration, result and what it said.

    `voided`: the declaration `completed` was voided, and the result does not count any more.
    """

    __tablename__ = "outcomes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    declaration_id: Mapped[UUID | None]  # the `completed` that carries it
    result_id: Mapped[UUID]
    result_revision: Mapped[int]
    attempt: Mapped[int]
    state: Mapped[str]  # passed | failed | voided
    completion_date: Mapped[date]
    report: Mapped[str]  # owed | reported | refused
    created_at: Mapped[datetime]
    dfe_outcome_id: Mapped[UUID | None]  # once DfE has said or shown it

    __table_args__ = (UniqueConstraint("declaration_id", "result_id", "result_revision", "state"),)


class DeadlineWarning(Base):
    """A warning given: so many days before a deadline, once. -1: that it was missed."""

    __tablename__ = "deadline_warnings"

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    declaration_type: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
