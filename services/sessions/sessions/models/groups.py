"""What hubs offer, what people can do, and who is in which coaching group."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class HubOffer(Base):
    """What a hub offers to a cohort. The row's lock is taken by whoever forms its groups.

    `venue_capacity` 0: it has lost its venue. `venue_place`: latitude and longitude.
    """

    __tablename__ = "hub_offers"
    __table_args__ = (UniqueConstraint("delivery_partner_id", "course", "cohort"),)

    offer_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    delivery_partner_id: Mapped[UUID]
    course: Mapped[str]
    cohort: Mapped[str]
    venue: Mapped[str]
    venue_capacity: Mapped[int]
    meeting_link: Mapped[str | None]
    face_to_face_slot: Mapped[str]  # thu-10:00
    venue_place: Mapped[str | None]
    venue_provides: Mapped[list[str] | None]


class OfferedCoach(Base):
    """A coach who can lead one group in a slot, and so many in all slots (None: in each one)."""

    __tablename__ = "offered_coaches"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("hub_offers.offer_id"), primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    most_groups: Mapped[int | None]
    provides: Mapped[list[str] | None]


class Availability(Base):
    """The slots that a participant can do, the preferred first; what they need to take part, and
    where they travel from."""

    __tablename__ = "availabilities"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    slots: Mapped[list[str]]
    told_at: Mapped[datetime]
    needs: Mapped[list[str] | None]
    place: Mapped[str | None]


class Group(Base):
    """A coaching group: one hub, one slot in the week, one coach; no coach once it has ended."""

    __tablename__ = "groups"
    __table_args__ = (
        UniqueConstraint("delivery_partner_id", "course", "cohort", "number"),
        UniqueConstraint("slot", "coach_staff_id", "course", "cohort"),
        Index("ix_groups_cohort", "cohort", "course"),
    )

    group_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course: Mapped[str]
    cohort: Mapped[str]
    delivery_partner_id: Mapped[UUID]
    number: Mapped[int]
    slot: Mapped[str]
    coach_staff_id: Mapped[UUID | None]
    formed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Membership(Base):
    """Someone's time in a group; at most one at a time. `for_hub` is the hub that they were of when
    they joined: another than the group's where that was too small."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_current",
            "application_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
            sqlite_where=text("left_at IS NULL"),
        ),
        Index("ix_memberships_group_id", "group_id"),
    )

    membership_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.group_id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_because: Mapped[str | None]
    for_hub: Mapped[UUID | None]


class VenuePlace(Base):
    """Where somebody's face-to-face days are, if not at their own hub. None: nowhere is room."""

    __tablename__ = "venue_places"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolments.application_id"), primary_key=True
    )
    delivery_partner_id: Mapped[UUID | None]
    since: Mapped[datetime]
