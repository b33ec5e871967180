"""What a hub may ask sessions: about its groups, sessions and people, and about no other hub's.

A session is the hub's if it takes place there; the cohort's webinars are everybody's, and of their
registers a hub has its own people's lines.
"""

from datetime import datetime
from uuid import UUID

from headship_contracts.hub_changes import HubChanges, HubChangesRequest
from headship_contracts.messages import ListRequest, Request
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    CatchUpPage,
    HubRegisterEntry,
    Register,
)
from headship_contracts.sessions.calendars import CalendarAddress
from headship_contracts.sessions.engagement import EngagementPage, EngagementRecord
from headship_contracts.sessions.groups import GroupPage, GroupWithMembers
from headship_contracts.sessions.schedule import SessionPage, SessionRecord
from headship_contracts.shape import items, shape, text


@shape
class ListHubGroups(ListRequest[GroupPage], to="sessions", for_hubs=True):
    """The hub's coaching groups, oldest first; `ended`: those that are over, too."""

    course: str | None = text(longest=64, default=None)
    cohort: str | None = text(longest=16, default=None)
    ended: bool = False


@shape
class GetHubGroup(Request[GroupWithMembers], to="sessions", for_hubs=True):
    """One of the hub's groups, and who is in it today."""

    group_id: UUID


@shape
class ListHubSessions(ListRequest[SessionPage], to="sessions", for_hubs=True):
    """The hub's sessions and its people's webinars, in the order of their start.

    `starts_from` is inclusive, `starts_before` not.
    """

    course: str | None = text(longest=64, default=None)
    cohort: str | None = text(longest=16, default=None)
    kind: str | None = text(longest=16, default=None)
    status: str | None = text(longest=16, default=None)
    group_id: UUID | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@shape
class GetHubRegister(Request[Register], to="sessions", for_hubs=True):
    """The register of one session, with names: all its seats, or of a webinar the hub's people."""

    session_id: UUID


@shape
class RecordHubRegisters(Request[AttendanceReport], to="sessions", writes=True, for_hubs=True):
    """Record registers of one or many sessions, or correct them; all entries or none.

    Refused before a session begins, and for people who have no seat in it.
    """

    entries: list[HubRegisterEntry] = items(most=2_000)


@shape
class ListHubCatchUps(ListRequest[CatchUpPage], to="sessions", for_hubs=True):
    """Catch-ups of the hub's people, oldest first; `pending`: only those that wait for a review."""

    application_id: UUID | None = None
    pending: bool = True


@shape
class DecideHubCatchUp(Request[AttendanceRecord], to="sessions", writes=True, for_hubs=True):
    """Approve a catch-up, so that the session counts, or refuse it, so that it is missed again."""

    session_id: UUID
    application_id: UUID
    approved: bool
    note: str | None = text(longest=2_000, default=None)


@shape
class ConfirmHubFacilitator(Request[SessionRecord], to="sessions", writes=True, for_hubs=True):
    """Who of the hub's staff leads one of its sessions that has not begun.

    Refused when they lead another session at that time, or, for coaching, when someone of their
    school or trust sits in it.
    """

    session_id: UUID
    staff_id: UUID
    expected_revision: int | None = None


@shape
class ConfirmHubVenue(Request[SessionRecord], to="sessions", writes=True, for_hubs=True):
    """Where one of the hub's sessions that has not begun takes place; its time stays."""

    session_id: UUID
    venue: str = text(longest=200, pattern=r"\S")
    expected_revision: int | None = None


@shape
class GetHubEngagement(Request[EngagementRecord], to="sessions", for_hubs=True):
    """How far one of the hub's people has engaged."""

    application_id: UUID


@shape
class ListHubEngagement(ListRequest[EngagementPage], to="sessions", for_hubs=True):
    """How far the hub's people have engaged; `at_risk`: only who may not reach the gate."""

    course: str | None = text(longest=64, default=None)
    cohort: str | None = text(longest=16, default=None)
    at_risk: bool = False


@shape
class HubCalendarLink(Request[CalendarAddress], to="sessions", writes=True, for_hubs=True):
    """The address of the hub's own calendar, or of one of its people's.

    A participant's is the hub's own, and ends when they go to another hub. `renew` ends the former
    one and gives another.
    """

    application_id: UUID | None = None
    renew: bool = False


@shape
class ListHubChanges(HubChangesRequest, Request[HubChanges], to="sessions", for_hubs=True):
    """Changes of the hub's groups, sessions, seats, registers and people's engagement."""
