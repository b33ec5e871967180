"""Participants, their applications, and places."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enrolment.models.base import Base
from enrolment.models.organisations import DeliveryPartner


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
    date_of_birth: Mapped[date | None]  # of imports only: DfE asks nobody
    address_failed_at: Mapped[datetime | None]
    erased: Mapped[bool] = mapped_column(default=False, server_default=false())
    """What DfE's list shows of them is not taken over any more."""


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
    place: Mapped[str] = mapped_column(default="none")  # none | waiting | offered | held | over
    reserved_cohort: Mapped[str | None]  # a place is held there too, until DfE answers a move
    funded_place: Mapped[bool | None]
    eligible_for_funding: Mapped[bool]
    ineligible_for_funding_reason: Mapped[str | None]
    targeted_delivery_funding: Mapped[bool] = mapped_column(default=False)  # until October 2025
    funding_prediction: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    reason_for_rejection: Mapped[str | None]
    problem: Mapped[dict[str, Any] | None]  # {field, message}: the last refusal
    dfe_updated_at: Mapped[datetime | None]
    dfe_created_at: Mapped[datetime | None]
    seen_in_sync: Mapped[int | None]  # read by the former release only
    created_at: Mapped[datetime]
    revision: Mapped[int]

    participant: Mapped[Participant] = relationship(lazy="select", innerjoin=True)
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'accepted', 'rejected', 'removed')", name="status"),
        CheckConstraint("place IN ('none', 'waiting', 'offered', 'held', 'over')", name="place"),
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
    revision: Mapped[int] = mapped_column(server_default="0")  # of the cap

    __table_args__ = (CheckConstraint("held >= 0 AND (cap IS NULL OR held <= cap)", name="held"),)
