"""Asking notifications how people want to hear of things, and where nothing is sent any more."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.notifications.templates import LANGUAGE
from headship_contracts.shape import Shape, items, text

WANTED = r"^(at_once|digest|never)$"


@dataclass(frozen=True, kw_only=True)
class TopicPreference(Shape):
    """How somebody hears of a topic. `chosen`: they have said so; else it is what all have."""

    topic: str = text(longest=40)
    wanted: str = text(longest=10, pattern=WANTED)
    chosen: bool = True


@dataclass(frozen=True, kw_only=True)
class PreferencesRecord(Shape):
    """Somebody's choice of each topic, and their language. Critical messages go out regardless."""

    person_id: UUID
    language: str
    topics: list[TopicPreference]


@dataclass(frozen=True, kw_only=True)
class GetPreferences(Request[PreferencesRecord], to="notifications"):
    """What somebody wants to hear of."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class SetPreferences(Request[PreferencesRecord], to="notifications", writes=True):
    """Change the topics that are given, and the language if one is given (`en`, `cy`)."""

    person_id: UUID
    topics: list[TopicPreference] = items(most=50)
    language: str | None = text(longest=35, pattern=LANGUAGE, default=None)


@dataclass(frozen=True, kw_only=True)
class SuppressionRecord(Shape):
    """An address to which nothing is sent, since when and why."""

    address: str
    person_id: UUID | None = None
    message_id: UUID | None = None
    reason: str
    since: datetime
    added_by: str


@dataclass(frozen=True, kw_only=True)
class SuppressionPage(Page):
    """A page of suppressed addresses."""

    items: list[SuppressionRecord]


@dataclass(frozen=True, kw_only=True)
class ListSuppressions(ListRequest[SuppressionPage], to="notifications"):
    """Suppressed addresses: all, one, or those that were of somebody."""

    address: str | None = text(longest=320, default=None)
    person_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AddSuppression(Request[SuppressionRecord], to="notifications", writes=True):
    """Send nothing more to an address."""

    address: str = text(longest=320)
    reason: str = text(longest=500, pattern=r"\S")


@dataclass(frozen=True, kw_only=True)
class RemoveSuppression(Request[SuppressionRecord], to="notifications", writes=True):
    """Send to an address again. NotFound `not_suppressed`."""

    address: str = text(longest=320)


@dataclass(frozen=True, kw_only=True)
class HolidayRecord(Shape):
    """A school holiday; both days are in it."""

    name: str = text(longest=100, pattern=r"\S")
    first_day: date
    last_day: date


@dataclass(frozen=True, kw_only=True)
class SchoolHolidays(Shape):
    """What is known of a place."""

    place: str
    holidays: list[HolidayRecord]


@dataclass(frozen=True, kw_only=True)
class SetSchoolHolidays(Request[SchoolHolidays], to="notifications", writes=True):
    """All school holidays of a school (its URN) or a local authority (its name, as DfE writes it).

    They replace what was known of it. People there get no messages that can wait on these days.
    """

    school_urn: str | None = text(longest=7, pattern=r"^\d{6,7}$", default=None)
    local_authority: str | None = text(longest=100, pattern=r"\S", default=None)
    holidays: list[HolidayRecord] = items(most=200)
