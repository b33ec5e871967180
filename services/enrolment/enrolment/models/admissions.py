"""Rules of admission, the steps of applications, the waitlist, offers, and likely duplicates."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.applications import Application, Participant
from enrolment.models.base import Base
from kit.db.types import Counter


class AdmissionPolicy(Base):
    """A course's rules of admission; never changed, only followed by the next version."""

    __tablename__ = "admission_policies"

    course: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    required_steps: Mapped[list[str]]
    conditions: Mapped[list[str]]
    bands: Mapped[list[str]]
    tie_break: Mapped[str]  # timestamp | lottery
    seed: Mapped[str | None]
    offer_working_days: Mapped[int]
    policy_text: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class AdmissionStep(Base):
    """A step of one application. `link_number` grows with each link made or revoked: only the
    latest is good, and none where `link_expires_at` is null."""

    __tablename__ = "admission_steps"

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)  # statement | endorsement | suitability
    outcome: Mapped[str | None]  # met | not_met
    answer: Mapped[str | None]
    given_by: Mapped[str | None]
    via: Mapped[str | None]  # rpc | csv | link
    recorded_by: Mapped[str | None]
    recorded_at: Mapped[datetime | None]
    link_number: Mapped[int] = mapped_column(default=0)
    link_expires_at: Mapped[datetime | None]
    revision: Mapped[int]

    __table_args__ = (CheckConstraint("outcome IN ('met', 'not_met')", name="outcome"),)


class WaitlistEntry(Base):
    """Someone on the waitlist of a cohort and course, or who was on it.

    Who left stays in the order, unseen, so that what was moved before them stays where it is.
    """

    __tablename__ = "waitlist_entries"

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    cohort: Mapped[str]
    course: Mapped[str]
    state: Mapped[str]  # waiting | offered | taken | declined | expired | cancelled | left
    joined_at: Mapped[datetime]
    reinstated_at: Mapped[datetime | None]
    together_id: Mapped[UUID | None]  # shared by those who want places together or not at all
    revision: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'declined', 'expired', 'cancelled', 'left')",
            name="state",
        ),
        Index("ix_waitlist_entries_cohort_course_state", "cohort", "course", "state"),
    )


class Offer(Base):
    """A place that is held for someone until they answer; one that is open at a time."""

    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    cohort: Mapped[str]
    course: Mapped[str]
    state: Mapped[str]  # open | accepted | declined | expired | withdrawn
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    policy_version: Mapped[int | None]
    revision: Mapped[int]

    __table_args__ = (
        Index("ix_offers_made_at_id", "made_at", "id"),
        Index("ix_offers_state_expires_at", "state", "expires_at"),
        Index(
            "ux_offers_one_open",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )


class PlaceAct(Base):
    """What somebody did with a place or on the waitlist, and why. `moved` acts make the order."""

    __tablename__ = "place_acts"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    cohort: Mapped[str]
    course: Mapped[str]
    act: Mapped[str]
    before_id: Mapped[UUID | None]  # of a move: whom it was put before, or
    after_id: Mapped[UUID | None]  # after whom: who was the last one then
    reason: Mapped[str | None]
    done_by: Mapped[str]
    done_at: Mapped[datetime]

    __table_args__ = (Index("ix_place_acts_cohort_course_act", "cohort", "course", "act"),)


class LikelyDuplicate(Base):
    """Two participants who may be one person; the first has the smaller id."""

    __tablename__ = "likely_duplicates"

    first_id: Mapped[UUID] = mapped_column(ForeignKey(Participant.id), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey(Participant.id), primary_key=True)
    score: Mapped[int]
    because: Mapped[str]
    state: Mapped[str]  # suggested | dismissed
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    found_at: Mapped[datetime]
    revision: Mapped[int]

    __table_args__ = (
        CheckConstraint("first_id < second_id", name="first_is_smaller"),
        Index("ix_likely_duplicates_found_at_pair", "found_at", "first_id", "second_id"),
        Index("ix_likely_duplicates_second_id", "second_id"),
    )
