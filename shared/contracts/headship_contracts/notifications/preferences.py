"""Asking notifications how people want to hear of things, and where nothing is sent any more."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.notifications.templates import LANGUAGE
from headship_contracts.shape import Shape, items, shape, text

WANTED = r"^(at_once|digest|never)$"


@shape
class TopicPreference(Shape):
    """How somebody hears of a topic. `chosen`: they have said so; else it is what all have, and
    given back so, nothing is written. `digest` is only for topics of which some things can wait:
    `sessions` and `hub`.
    """

    topic: str = text(longest=40)
    wanted: str = text(longest=10, pattern=WANTED)
    chosen: bool = True


@shape
class PreferencesRecord(Shape):
    """Somebody's choice of each topic, and their language. Critical messages go out regardless."""

    person_id: UUID
    language: str
    topics: list[TopicPreference]


@shape
class GetPreferences(Request[PreferencesRecord], to="notifications"):
    """What somebody wants to hear of."""

    person_id: UUID


@shape
class SetPreferences(Request[PreferencesRecord], to="notifications", writes=True):
    """Change the topics that are given, and the language if one is given (`en`, `cy`)."""

    person_id: UUID
    topics: list[TopicPreference] = items(most=50)
    language: str | None = text(longest=35, pattern=LANGUAGE, default=None)


@shape
class SuppressionRecord(Shape):
    """An address to which nothing is sent, since when and why."""

    address: str
    person_id: UUID | None = None
    message_id: UUID | None = None
    reason: str
    since: datetime
    added_by: str


@shape
class SuppressionPage(Page):
    """A page of suppressed addresses."""

    items: list[SuppressionRecord]


@shape
class ListSuppressions(ListRequest[SuppressionPage], to="notifications"):
    """Suppressed addresses: all, one, or those that were of somebody."""

    address: str | None = text(longest=320, default=None)
    person_id: UUID | None = None


@shape
class AddSuppression(Request[SuppressionRecord], to="notifications", writes=True):
    """Send nothing more to an address."""

    address: str = text(longest=320)
    reason: str = text(longest=500, pattern=r"\S")


@shape
class RemoveSuppression(Request[SuppressionRecord], to="notifications", writes=True):
    """Send to an address again. NotFound `not_suppressed`."""

    address: str = text(longest=320)


@shape
class HolidayRecord(Shape):
    """A school holiday; both days are in it."""

    name: str = text(longest=100, pattern=r"\S")
    first_day: date
    last_day: date


@shape
class SchoolHolidays(Shape):
    """What is known of a place."""

    place: str
    holidays: list[HolidayRecord]


@shape
class SetSchoolHolidays(Request[SchoolHolidays], to="notifications", writes=True):
    """All school holidays of a school (its URN) or a local authority (its name, as DfE writes it).

    They replace what was known of it. People there get no messages that can wait on these days.
    """

    school_urn: str | None = text(longest=7, pattern=r"^\d{6,7}$", default=None)
    local_authority: str | None = text(longest=100, pattern=r"\S", default=None)
    holidays: list[HolidayRecord] = items(most=200)
