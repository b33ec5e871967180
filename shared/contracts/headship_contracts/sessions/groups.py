"""Asking sessions about hubs' offers, who can do what, and coaching groups."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, text

SLOT = r"^(mon|tue|wed|thu|fri)-([01]\d|2[0-3]):[0-5]\d$"
"""A weekday and a wall time in London: tue-16:00."""

WEEKDAY = r"^(mon|tue|wed|thu|fri)$"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


@dataclass(frozen=True, kw_only=True)
class SlotCoach(Shape):
    """A coach who can lead one group in a slot."""

    slot: str = text(pattern=SLOT)
    coach_staff_id: UUID


@dataclass(frozen=True, kw_only=True)
class HubOfferRecord(Shape):
    """What a delivery partner offers to a cohort."""

    delivery_partner_id: UUID
    course: str
    cohort: str
    venue: str
    venue_capacity: int
    meeting_link: str | None = None
    face_to_face_weekday: str
    face_to_face_starts: str
    coaches: list[SlotCoach]


@dataclass(frozen=True, kw_only=True)
class SetHubOffer(Request[HubOfferRecord], to="sessions", writes=True):
    """Say what a delivery partner offers: coaches by slot, and where its days together are.

    One coach in one slot leads one group. The offer replaces the hub's former one for the cohort;
    groups that stand keep their slot and coach.
    """

    delivery_partner_id: UUID
    course: str = text(longest=64)
    cohort: str = text(longest=16)
    coaches: list[SlotCoach] = items(most=500)
    venue: str = text(longest=200)
    venue_capacity: int = number(least=1, most=10_000)
    meeting_link: str | None = text(longest=500, pattern=r"^https://\S+$", default=None)
    face_to_face_weekday: str | None = text(pattern=WEEKDAY, default=None)
    face_to_face_starts: str | None = text(pattern=CLOCK, default=None)


@dataclass(frozen=True, kw_only=True)
class AvailabilityRecord(Shape):
    """The slots that a participant can do, the preferred first."""

    application_id: UUID
    slots: list[str]


@dataclass(frozen=True, kw_only=True)
class SetAvailability(Request[AvailabilityRecord], to="sessions", writes=True):
    """Say which slots a participant can do, the preferred first."""

    application_id: UUID
    slots: list[str] = items(most=50)


@dataclass(frozen=True, kw_only=True)
class NotPlaced(Shape):
    """Someone without a group, and why; `detail` tells it for each slot they can do.

    no_hub | no_offer | no_availability | no_slot_in_common | trust_cap | no_coach | below_least |
    not_found_in_time
    """

    application_id: UUID
    delivery_partner_id: UUID | None = None
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class GroupingReport(Shape):
    """What forming groups did. `bound`: so many could be placed at most; `proven` says that for
    every hub the result is the best there is."""

    formed: int
    placed: int
    bound: int
    proven: bool
    waiting: int
    unplaced: list[NotPlaced]


@dataclass(frozen=True, kw_only=True)
class FormGroups(Request[GroupingReport], to="sessions", writes=True):
    """Put everyone without a group into one: new groups, or room in those that stand.

    Nobody who has a group at their hub is moved, so it can be asked again whenever people come.
    Sessions that are scheduled already get their seats. `unplaced` tells the first 500.
    """

    course: str
    cohort: str
    delivery_partner_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class GroupRecord(Shape):
    """A coaching group. `size` counts its members of today."""

    group_id: UUID
    course: str
    cohort: str
    delivery_partner_id: UUID
    number: int  # of the hub: 1, 2, ...
    slot: str
    coach_staff_id: UUID | None = None
    size: int
    formed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GroupPage(Page):
    """Groups, oldest first."""

    items: list[GroupRecord]


@dataclass(frozen=True, kw_only=True)
class ListGroups(ListRequest[GroupPage], to="sessions"):
    """The groups that fit every filter given."""

    course: str | None = None
    cohort: str | None = None
    delivery_partner_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRecord(Shape):
    """Someone in a group since a day in London."""

    application_id: UUID
    participant_id: UUID
    joined_on: date


@dataclass(frozen=True, kw_only=True)
class GroupWithMembers(Shape):
    """A group and who is in it."""

    group: GroupRecord
    members: list[MemberRecord] = items(most=100)


@dataclass(frozen=True, kw_only=True)
class GetGroup(Request[GroupWithMembers], to="sessions"):
    """One group and its members."""

    group_id: UUID
