"""Running sessions: one more of a unit, who leads it, how to join, seats on request, swaps."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.sessions.groups import GroupRecord
from headship_contracts.sessions.plans import LOCAL_TIME, ShortfallRecord
from headship_contracts.sessions.schedule import SessionRecord
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class ScheduleSession(Request[SessionRecord], to="sessions", writes=True):
    """One more session of a unit of the cohort's plan, for whoever books a seat in it.

    `capacity` is its number of seats, no limit without it; who comes later waits. `fold` (0 or 1)
    is needed for the hour that London's clocks pass twice.
    """

    course: str = text(longest=64)
    cohort: str = text(longest=16)
    unit_code: str = text(longest=64)
    local_start: str = text(pattern=LOCAL_TIME)
    fold: int | None = number(least=0, most=1, default=None)
    delivery_partner_id: UUID | None = None
    venue: str | None = text(longest=200, default=None)
    meeting_link: str | None = text(longest=500, pattern=r"^https://\S+$", default=None)
    joining_details: str | None = text(longest=2_000, default=None)
    capacity: int | None = number(least=1, most=10_000, default=None)
    facilitator_staff_id: UUID | None = None


@shape
class SubstituteFacilitator(Request[SessionRecord], to="sessions", writes=True):
    """Have somebody else lead a session that has not begun; None: the group's own coach again.

    Refused when they lead another session at that time (`facilitator_busy`, unless the provider's
    CLASH_SEVERITIES let `coach_twice` be), or, for coaching, when someone of their school or trust
    sits in it.
    """

    session_id: UUID
    staff_id: UUID | None
    expected_revision: int | None = None


@shape
class SetJoiningDetails(Request[SessionRecord], to="sessions", writes=True):
    """How to join a session that has not begun: its link, and what else to know. None: none."""

    session_id: UUID
    meeting_link: str | None = text(longest=500, pattern=r"^https://\S+$", default=None)
    joining_details: str | None = text(longest=2_000, default=None)
    expected_revision: int | None = None


@shape
class BookingRecord(Shape):
    """Somebody's seat in a session, or their place among those who wait for one.

    `state`: seated | waiting | given_up. `position` counts those who wait, from 1.
    """

    session_id: UUID
    application_id: UUID
    state: str
    position: int | None = None


@shape
class BookSeat(Request[BookingRecord], to="sessions", writes=True):
    """A seat in another session of a unit of one's plan, instead of one's own; or wait for it.

    Own seat in the unit's session is given back with the booking, and comes back if that ends.
    """

    session_id: UUID
    application_id: UUID


@shape
class GiveUpSeat(Request[BookingRecord], to="sessions", writes=True):
    """Give a booked seat back, or wait no longer; who waits longest gets the seat."""

    session_id: UUID
    application_id: UUID


@shape
class WaitRecord(Shape):
    """Somebody who waits for a seat, and since when."""

    application_id: UUID
    participant_id: UUID
    position: int
    asked_at: datetime


@shape
class WaitPage(Page):
    """Who waits, the longest first."""

    items: list[WaitRecord]


@shape
class ListWaiting(ListRequest[WaitPage], to="sessions"):
    """Who waits for a seat in a session."""

    session_id: UUID


@shape
class Swapped(Shape):
    """Two people have changed places. `shortfalls`: what could not be kept for them."""

    first_group: GroupRecord
    second_group: GroupRecord
    shortfalls: list[ShortfallRecord] = items(most=100, default_factory=list)


@shape
class SwapGroups(Request[Swapped], to="sessions", writes=True):
    """Let two people of a cohort change coaching groups with each other.

    Refused where one cannot do the other's slot, or where someone of their school or trust, or
    such a coach, is in the group that they would come to.
    """

    first_application_id: UUID
    second_application_id: UUID
