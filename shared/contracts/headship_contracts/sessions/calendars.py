"""Calendars to subscribe to: a participant's, a facilitator's, a hub's."""

from uuid import UUID

from headship_contracts.messages import Done, Request
from headship_contracts.shape import Shape, shape, text


@shape
class CalendarAddress(Shape):
    """Where a calendar client finds somebody's sessions. Whoever has it can read them."""

    url: str


@shape
class CalendarLink(Request[CalendarAddress], to="sessions", writes=True):
    """The address of a calendar. `renew` ends the former one and gives another.

    Of a participant, a facilitator or a hub: give one of the three.
    """

    application_id: UUID | None = None
    staff_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    renew: bool = False


@shape
class RevokeCalendar(Request[Done], to="sessions", writes=True):
    """No address of this calendar is good any more, until one is asked for again."""

    application_id: UUID | None = None
    staff_id: UUID | None = None
    delivery_partner_id: UUID | None = None


@shape
class CalendarText(Shape):
    """A calendar as an iCalendar text."""

    text: str = text(longest=2_000_000)


@shape
class GetCalendar(Request[CalendarText], to="sessions"):
    """What the calendar's address would serve now; give one of the three."""

    application_id: UUID | None = None
    staff_id: UUID | None = None
    delivery_partner_id: UUID | None = None
