"""Enrolment's tables. What must never be true twice is also a constraint here."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship

from kit.db import TYPES, Counter, metadata


class Base(DeclarativeBase):
    """All of enrolment's tables; the kit's own come from the kit."""

    metadata = metadata()
    type_annotation_map = TYPES


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


class School(Base):
    """What is known of a school; an application may name one that is not here yet."""

    __tablename__ = "schools"

    urn: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    ukprn: Mapped[str | None]
    trust_id: Mapped[str | None]
    local_authority: Mapped[str | None]
    phase: Mapped[str | None]
    establishment_type: Mapped[str | None]  # GIAS code, "34"


class DeliveryPartner(Base):
    """A local deliverer, usually a teaching school hub. `name_key`: its name, casefolded."""

    __tablename__ = "delivery_partners"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dfe_delivery_partner_id: Mapped[UUID | None] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    place: Mapped[str | None]
    revision: Mapped[int]


class Staff(Base):
    """Someone who works for the provider or a delivery partner. `email_key`: casefolded."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    full_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    roles: Mapped[list[str]]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(DeliveryPartner.id))
    active: Mapped[bool]
    address_failed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]


class Participant(Base):
    """A person who applied. DfE's id where DfE knows them; e-mail and TRN may be unknown."""

    __tablename__ = "participants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dfe_participant_id: Mapped[UUID | None] = mapped_column(unique=True)
    full_name: Mapped[str]
    email: Mapped[str | None]
    email_set_at: Mapped[datetime]
    trn: Mapped[str | None] = mapped_column(index=True)
    trn_verified: Mapped[bool] = mapped_column(default=False)
    address_failed_at: Mapped[datetime | None]


class Application(Base):
    """One person, one course, one cohort; once accepted, the enrolment.

    `status` and `training_status` are what DfE confirmed; `decision` is what it was not asked yet,
    or has not answered. Times in `dfe_updated_at` are DfE's.
    """

    __tablename__ = "applications"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dfe_application_id: Mapped[UUID | None] = mapped_column(unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)  # the sender's own, of an import
    source: Mapped[str]  # dfe | import
    participant_id: Mapped[UUID] = mapped_column(ForeignKey(Participant.id), index=True)
    course: Mapped[str]
    cohort: Mapped[str]
    status: Mapped[str]
    decision: Mapped[str | None]
    training_status: Mapped[str | None]
    training_changed_at: Mapped[datetime | None]  # when DfE dated a deferral or withdrawal
    training_reason: Mapped[str | None]
    training_effective_on: Mapped[date | None]
    expected_return_on: Mapped[date | None]
    schedule: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(DeliveryPartner.id))
    school_urn: Mapped[str | None]
    in_england: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str] = mapped_column(default="none")  # none | held | over | waiting
    funded_place: Mapped[bool | None]
    eligible_for_funding: Mapped[bool]
    ineligible_for_funding_reason: Mapped[str | None]
    funding_prediction: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    reason_for_rejection: Mapped[str | None]
    problem: Mapped[dict[str, Any] | None]  # {field, message}: the last refusal
    dfe_updated_at: Mapped[datetime | None]
    seen_in_sync: Mapped[int | None]  # the number of the last full sync that saw it
    created_at: Mapped[datetime]
    revision: Mapped[int]

    participant: Mapped[Participant] = relationship(lazy="select", innerjoin=True)
    school: Mapped[School | None] = relationship(
        primaryjoin=lambda: foreign(Application.school_urn) == School.urn, viewonly=True
    )
    dates: Mapped[Schedule | None] = relationship(
        primaryjoin=lambda: (
            (foreign(Application.cohort) == Schedule.cohort)
            & (foreign(Application.schedule) == Schedule.schedule)
        ),
        viewonly=True,
    )

    __table_args__ = (
        CheckConstraint("status IN ('pending', 'accepted', 'rejected', 'removed')", name="status"),
        CheckConstraint("place IN ('none', 'held', 'over', 'waiting')", name="place"),
        Index(
            "ux_applications_one_accepted",
            "participant_id",
            "course",
            "cohort",
            unique=True,
            postgresql_where=text("status = 'accepted' AND training_status <> 'withdrawn'"),
            sqlite_where=text("status = 'accepted' AND training_status <> 'withdrawn'"),
        ),
        Index("ix_applications_created_at_id", "created_at", "id"),
        Index("ix_applications_cohort_course_status", "cohort", "course", "status"),
    )


class Quota(Base):
    """Places of a cohort and course: `scope` is `all`, or a delivery partner's id as text.

    Every acceptance locks its rows here, so that no two take the same last place.
    """

    __tablename__ = "quotas"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    cap: Mapped[int | None]
    held: Mapped[int]

    __table_args__ = (CheckConstraint("held >= 0 AND (cap IS NULL OR held <= cap)", name="held"),)


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
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
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
    """A result as DfE was told of it, or is owed it. One per result and what it said."""

    __tablename__ = "outcomes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    result_id: Mapped[UUID]
    result_revision: Mapped[int]
    attempt: Mapped[int]
    state: Mapped[str]  # passed | failed
    completion_date: Mapped[date]
    report: Mapped[str]  # owed | reported | refused
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("result_id", "result_revision"),)


class DeadlineWarning(Base):
    """A warning given: so many days before a deadline, once."""

    __tablename__ = "deadline_warnings"

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    declaration_type: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)


class DfeWrite(Base):
    """What DfE must be told. Written with the decision, sent by the timer `push_to_dfe`.

    `payload`: {body: the attributes for DfE, ...: what we keep for when it says yes}.
    Times are wall time. `id` is the order in which writes of one application are sent.
    """

    __tablename__ = "dfe_writes"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    kind: Mapped[str]
    subject: Mapped[str]  # the declaration's or outcome's id; else the kind again
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None]
    correlation_id: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('owed', 'sending', 'in_doubt', 'done', 'refused')", name="state"
        ),
        Index(
            "ux_dfe_writes_unfinished",
            "application_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state IN ('owed', 'sending', 'in_doubt')"),
            sqlite_where=text("state IN ('owed', 'sending', 'in_doubt')"),
        ),
        Index("ix_dfe_writes_state_id", "state", "id"),
    )


class Traffic(Base):
    """How one direction of the traffic with DfE stands: `push`, or `sync`.

    `holder` is who syncs now, until `held_until` (wall time); `page`, `since`, `everything` and
    `number` are where that sync is, so that another can go on. `cursor_at` is domain time.
    """

    __tablename__ = "dfe_traffic"

    name: Mapped[str] = mapped_column(primary_key=True)
    stopped_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    holder: Mapped[UUID | None]
    held_until: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    everything: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    page: Mapped[int] = mapped_column(default=0)
    cursor_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
