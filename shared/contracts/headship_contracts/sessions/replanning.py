"""Asking sessions to plan coaching groups and days together anew, with the fewest people moved."""

from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.sessions.groups import NotPlaced, SoftAim
from headship_contracts.shape import Shape, items, shape


@shape
class MovedPerson(Shape):
    """Somebody whose group is another one, or who has none any more. `delivery_partner_id` is the
    hub whose group it is then: another than theirs where that is left without any."""

    application_id: UUID
    former_group_id: UUID
    group_id: UUID | None = None  # None of a new group that is not committed, and of who has none
    slot: str | None = None
    delivery_partner_id: UUID | None = None


@shape
class GroupCoach(Shape):
    """A group that goes on with another coach."""

    group_id: UUID
    former_coach_staff_id: UUID | None = None
    coach_staff_id: UUID


@shape
class MovedDays(Shape):
    """Somebody whose face-to-face days are at another hub's venue: None of who has no seat."""

    application_id: UUID
    former_delivery_partner_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    km: int | None = None


@shape
class ReplanReport(Shape):
    """What planning anew changes: of all ways to place the most people, one that moves fewest.

    `committed`: it has been done. `proven`: no way is better. `days` are those whose face-to-face
    days are elsewhere now; `without_seat` those for whom no venue has room, and why. `elsewhere`
    counts those who come into another hub's group.
    """

    committed: bool
    moved: list[MovedPerson]
    coaches: list[GroupCoach]
    ended: list[UUID]
    formed: int
    placed: int
    bound: int
    proven: bool
    waiting: int
    unplaced: list[NotPlaced]
    days: list[MovedDays]
    without_seat: list[NotPlaced]
    elsewhere: int = 0
    soft: list[SoftAim] = items(most=10, default_factory=list)


@shape
class ReplanGroups(Request[ReplanReport], to="sessions", writes=True):
    """Plan groups and days anew with the fewest people moved, or see what that would change.

    As if these coaches had left, these people had withdrawn, and these hubs had lost their venue.
    People of a hub that is left without a group come to the nearest in reach that has one, unless
    one hub alone is asked for. Without `commit` nothing is changed. With it the coaches are offered
    no more and the venues closed; people withdraw at enrolment, so that naming them is Invalid.
    """

    course: str
    cohort: str
    delivery_partner_id: UUID | None = None
    without_coaches: list[UUID] = items(most=500, default_factory=list)
    without_people: list[UUID] = items(most=5_000, default_factory=list)
    without_venues: list[UUID] = items(most=500, default_factory=list)
    commit: bool = False
