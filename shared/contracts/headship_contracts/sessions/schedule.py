"""Asking sessions for its sessions and calendars, and changing when they take place."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.sessions.groups import NotPlaced
from headship_contracts.sessions.plans import LOCAL_TIME, ShortfallRecord
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class SessionRecord(Shape):
    """A session. `local_start` is wall time in London, `sequence` its calendar's SEQUENCE.

    A webinar is for the whole cohort, a coaching session for a group, a face-to-face day for the
    participants of a hub, an extra one for whoever books a seat. `status`: scheduled | cancelled.
    `facilitator_staff_id` leads it, where that is known. `shortfalls`, in the answer to a move, an
    extra session or a substitution: what cannot be kept there, and is only warned of.
    """

    session_id: UUID
    course: str
    cohort: str
    unit_code: str
    kind: str  # webinar | coaching | face_to_face
    title: str
    minutes: int
    status: str
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    local_start: str
    fold: int
    starts_at: datetime
    ends_at: datetime
    venue: str | None = None
    meeting_link: str | None = None
    sequence: int
    revision: int
    facilitator_staff_id: UUID | None = None
    joining_details: str | None = None
    capacity: int | None = None
    extra: bool = False
    shortfalls: list[ShortfallRecord] = items(most=500, default_factory=list)


@shape
class ScheduleReport(Shape):
    """What scheduling did. `over_capacity` counts days for which a venue is too small.

    `kept_for_notice` counts sessions that the plan would move, but people could not be told in
    time. `shortfalls` tell what could not be kept for a group's or hub's session, and who is
    affected; `without_seat` for whom no venue in reach has room, and why.
    """

    sessions_scheduled: int
    sessions_moved: int
    seats_given: int
    seats_taken_back: int
    over_capacity: int
    kept_for_notice: int = 0
    shortfalls: list[ShortfallRecord] = items(most=1_000, default_factory=list)
    without_seat: list[NotPlaced] = items(most=500, default_factory=list)


@shape
class ScheduleSessions(Request[ScheduleReport], to="sessions", writes=True):
    """Put a cohort's plan into the calendar, and give everyone their seats.

    Webinars for the cohort, coaching for each group at its slot, face-to-face days for each hub.
    What is there already stays; asked again, it does what is missing. Sessions ahead that a new
    version of the plan dates otherwise are moved, unless somebody moved them by hand.
    """

    course: str
    cohort: str


@shape
class SessionPage(Page):
    """Sessions in the order of their start."""

    items: list[SessionRecord]


@shape
class ListSessions(ListRequest[SessionPage], to="sessions"):
    """The sessions that fit every filter given. `starts_from` is inclusive, `starts_before` not."""

    course: str | None = None
    cohort: str | None = None
    kind: str | None = None
    status: str | None = None
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    application_id: UUID | None = None  # who has a seat in it
    facilitator_staff_id: UUID | None = None  # who leads it
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@shape
class MoveSession(Request[SessionRecord], to="sessions", writes=True):
    """Give a session that has not begun another time or venue; all its seats go with it.

    Refused for a weekend, and, as the provider's CLASH_SEVERITIES say, where its coach or venue is
    taken, people hear of it too late, or it breaks a rule that the planner keeps: bank holidays,
    their schools' holidays, the order of the units, two hours in a week, days beside a break.
    `fold` (0 or 1) is needed for the hour that London's clocks pass twice.
    """

    session_id: UUID
    local_start: str = text(pattern=LOCAL_TIME)
    fold: int | None = number(least=0, most=1, default=None)
    venue: str | None = text(longest=200, default=None)  # None: as before
    expected_revision: int | None = None


@shape
class CancelSession(Request[SessionRecord], to="sessions", writes=True):
    """Cancel a session that has not begun. Its minutes are asked of nobody then."""

    session_id: UUID
    reason: str = text(longest=64, pattern=r"^[a-z0-9_]+$")  # a code, since events carry it
    expected_revision: int | None = None
