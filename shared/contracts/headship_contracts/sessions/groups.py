"""Asking sessions about hubs' offers, who can do what, and coaching groups."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.sessions.plans import ShortfallRecord
from headship_contracts.sessions.study import GroupStudyDays
from headship_contracts.shape import Shape, items, number, shape, text

SLOT = r"^(mon|tue|wed|thu|fri)-([01]\d|2[0-3]):[0-5]\d$"
"""A weekday and a wall time in London: tue-16:00."""

PLACE = r"^-?\d{1,2}(\.\d+)?, ?-?\d{1,3}(\.\d+)?$"
"""Latitude and longitude in degrees: 51.50,-0.12."""

NEED = r"^[a-z0-9]+(_[a-z0-9]+)*$"
"""What somebody needs to take part, or what is provided: captions, interpreter, step_free, ..."""

WEEKDAY = r"^(mon|tue|wed|thu|fri)$"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


@shape
class SlotCoach(Shape):
    """A coach who can lead one group in a slot."""

    slot: str = text(pattern=SLOT)
    coach_staff_id: UUID


@shape
class CoachTerms(Shape):
    """What holds for a coach in all their slots: how many groups they can lead in all (None: one
    in each slot), and what their sessions provide, with spaces between."""

    coach_staff_id: UUID
    most_groups: int | None = number(least=1, most=50, default=None)
    provides: str = text(longest=500, pattern=r"^[a-z0-9_ ]*$", default="")


@shape
class HubOfferRecord(Shape):
    """What a delivery partner offers to a cohort. `venue_capacity` 0: it has lost its venue.
    `shortfalls`, in the answer to a new offer: whom its venue has no room for any more
    (venue_over_capacity), or not what they need (venue_lacks_access), and what moves the fewest."""

    delivery_partner_id: UUID
    course: str
    cohort: str
    venue: str
    venue_capacity: int
    meeting_link: str | None = None
    face_to_face_weekday: str
    face_to_face_starts: str
    coaches: list[SlotCoach]
    coach_terms: list[CoachTerms] = items(most=500, default_factory=list)
    venue_place: str | None = None
    venue_provides: list[str] = items(most=20, default_factory=list)
    shortfalls: list[ShortfallRecord] = items(most=10, default_factory=list)


@shape
class SetHubOffer(Request[HubOfferRecord], to="sessions", writes=True):
    """Say what a delivery partner offers: coaches by slot, and where its days together are.

    One coach in one slot leads one group. The offer replaces the hub's former one for the cohort;
    groups that stand keep their slot and coach. Sessions ahead at the former venue are at the new
    one, of which everyone with a seat hears. `venue_place` is where it is, the hub's own place if
    not given; `venue_provides` what it has of what people may need.
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
    coach_terms: list[CoachTerms] = items(most=500, default_factory=list)
    venue_place: str | None = text(longest=40, pattern=PLACE, default=None)
    venue_provides: list[str] = items(most=20, default_factory=list)


@shape
class AvailabilityRecord(Shape):
    """The slots that a participant can do, the preferred first, and what they need."""

    application_id: UUID
    slots: list[str]
    needs: list[str] = items(most=20, default_factory=list)
    place: str | None = None


@shape
class SetAvailability(Request[AvailabilityRecord], to="sessions", writes=True):
    """Say which slots a participant can do, the preferred first.

    `needs` are codes of what they need to take part (captions, step_free, ...): nobody but the
    planner sees them. `place` is where they travel from, by which the distance to venues is told.
    """

    application_id: UUID
    slots: list[str] = items(most=50)
    needs: list[str] = items(most=20, default_factory=list)
    place: str | None = text(longest=40, pattern=PLACE, default=None)


@shape
class NotPlaced(Shape):
    """Someone without a group, and why; `detail` tells it for each slot they can do.

    no_hub | no_offer | no_availability | no_slot_in_common | trust_cap | no_coach | access_needs |
    below_least | hub_too_small | not_found_in_time; of seats: no_venue_in_reach | venues_full |
    access_needs. `helps`: what would bring them a place; `tried_next`: when one is sought again.
    """

    application_id: UUID
    delivery_partner_id: UUID | None = None
    reason: str
    detail: str = text(longest=10_000)
    helps: str = ""
    tried_next: str = ""


@shape
class SoftAim(Shape):
    """What was looked at once places and preferences were settled, and how near it is to the best.

    `phase`: people who meet others than PHASES wishes; `travel`: kilometres to another hub, in sum.
    Less than `bound` nobody could have; `gap` is the share of `value` that is above it.
    """

    name: str  # phase | travel
    value: int
    bound: int
    gap: Decimal = Decimal(0)


@shape
class GroupingReport(Shape):
    """What forming groups did. `bound`: so many could be placed at most; `proven` says that for
    every hub the result is the best there is, apart from what `soft` tells. `shortfalls` tell of
    groups in which events have broken a rule, as `GroupRecord` has them."""

    formed: int
    placed: int
    bound: int
    proven: bool
    waiting: int
    unplaced: list[NotPlaced]
    gap: Decimal = Decimal(0)
    elsewhere: int = 0
    soft: list[SoftAim] = items(most=10, default_factory=list)
    shortfalls: list[ShortfallRecord] = items(most=500, default_factory=list)


@shape
class FormGroups(Request[GroupingReport], to="sessions", writes=True):
    """Put everyone without a group into one: new groups, or room in those that stand.

    Nobody who has a group at their hub is moved, so it can be asked again whenever people come.
    People of a hub too small for a group join the nearest that is in reach, unless one hub alone is
    asked for. Sessions that are scheduled already get their seats. `unplaced` tells the first 500.
    Who was transferred here stays in the former hub's group until a place is confirmed;
    `transferred` says that whatever place is found now is.
    """

    course: str
    cohort: str
    delivery_partner_id: UUID | None = None
    transferred: bool = False


@shape
class GroupRecord(Shape):
    """A coaching group. `size` counts its members of today. `shortfalls`, for staff: rules that
    events have broken since it was formed: group_too_small | slot_not_possible | one_trust_twice |
    coach_too_close | coach_has_left | hub_not_active | access_needs."""

    group_id: UUID
    course: str
    cohort: str
    delivery_partner_id: UUID
    number: int  # of the hub: 1, 2, ...
    slot: str
    coach_staff_id: UUID | None = None
    size: int
    formed_at: datetime
    ended_at: datetime | None = None
    shortfalls: list[ShortfallRecord] = items(most=10, default_factory=list)


@shape
class GroupPage(Page):
    """Groups, oldest first."""

    items: list[GroupRecord]


@shape
class ListGroups(ListRequest[GroupPage], to="sessions"):
    """The groups that fit every filter given; those that have ended only when asked for."""

    course: str | None = None
    cohort: str | None = None
    delivery_partner_id: UUID | None = None
    ended: bool = False


@shape
class MemberRecord(Shape):
    """Someone in a group since a day in London."""

    application_id: UUID
    participant_id: UUID
    joined_on: date


@shape
class GroupWithMembers(Shape):
    """A group and who is in it. `study`: what its schools' holidays move to another week."""

    group: GroupRecord
    members: list[MemberRecord] = items(most=100)
    study: list[GroupStudyDays] = items(most=500, default_factory=list)


@shape
class GetGroup(Request[GroupWithMembers], to="sessions"):
    """One group and its members."""

    group_id: UUID
