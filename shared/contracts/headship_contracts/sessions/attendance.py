"""Registers, apologies and catch-up."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class RegisterLine(Shape):
    """One seat of a session. Names are enrolment's: None while it does not answer.

    `status` is None until something is recorded.
    """

    application_id: UUID
    participant_id: UUID
    full_name: str | None = None
    status: str | None = None
    minutes: int | None = None
    counts: bool = False
    comment: str | None = None


@shape
class Register(Shape):
    """The seats of a session, and what is recorded of each."""

    session_id: UUID
    title: str
    kind: str
    status: str
    starts_at: datetime
    minutes: int
    lines: list[RegisterLine]


@shape
class GetRegister(Request[Register], to="sessions"):
    """The register of one session, with names; of all its seats, or of one hub's participants."""

    session_id: UUID
    delivery_partner_id: UUID | None = None


@shape
class RegisterEntry(Shape):
    """What a register says of one person. No `minutes` for someone present or late: all of them;
    of who left early they are needed."""

    application_id: UUID
    status: str  # present | late | left_early | apologies | absent | excused
    minutes: int | None = number(least=0, most=1_440, default=None)
    comment: str | None = text(longest=500, default=None)


@shape
class AttendanceReport(Shape):
    """What recording did. `unchanged` entries said what was recorded already."""

    recorded: int
    unchanged: int
    counting: int


@shape
class RecordAttendance(Request[AttendanceReport], to="sessions", writes=True):
    """Record a session's register, whole or in part, or correct it; all entries or none.

    Refused before the session begins, and for people who have no seat in it.
    """

    session_id: UUID
    entries: list[RegisterEntry] = items(most=1_000)


@shape
class HubRegisterEntry(Shape):
    """What a hub's register says of one of its participants in one session."""

    session_id: UUID
    application_id: UUID
    status: str  # as in RegisterEntry
    minutes: int | None = number(least=0, most=1_440, default=None)
    comment: str | None = text(longest=500, default=None)


@shape
class RecordHubAttendance(Request[AttendanceReport], to="sessions", writes=True):
    """Record registers of many sessions at once, as a hub has them; all entries or none.

    Only for the hub's own sessions and participants: others are not found.
    """

    delivery_partner_id: UUID
    entries: list[HubRegisterEntry] = items(most=2_000)


@shape
class AttendanceRecord(Shape):
    """What is recorded of one person in one session; nothing any more, if `status` is None."""

    attendance_id: UUID
    session_id: UUID
    application_id: UUID
    status: str | None = None
    minutes: int
    counts: bool
    revision: int
    via: str = "register"  # register | check_in | apologies | catch_up


@shape
class SendApologies(Request[AttendanceRecord], to="sessions", writes=True):
    """Say before a session begins that a participant will not come. The register has the last word.

    They lapse when the session is given another time.
    """

    session_id: UUID
    application_id: UUID
    comment: str | None = text(longest=500, default=None)


@shape
class WithdrawApologies(Request[AttendanceRecord], to="sessions", writes=True):
    """The participant will come after all."""

    session_id: UUID
    application_id: UUID


@shape
class AttendanceChangeRecord(Shape):
    """One step in what was recorded. `why`: register | check_in | apologies | withdrawn | moved |
    catch_up_submitted | catch_up_decided."""

    session_id: UUID
    application_id: UUID
    at: datetime
    by: str
    why: str
    status: str | None = None
    minutes: int
    comment: str | None = None


@shape
class AttendanceHistoryPage(Page):
    """Every step that was ever recorded, the first one first."""

    items: list[AttendanceChangeRecord]


@shape
class ListAttendanceHistory(ListRequest[AttendanceHistoryPage], to="sessions"):
    """The history of a session's register, of a participant, or of one in the other."""

    session_id: UUID | None = None
    application_id: UUID | None = None


@shape
class CatchUpRecord(Shape):
    """A catch-up and its review. `outcome`: pending | approved | refused | overtaken.

    To a hub `decided_by` names nobody: hub (itself) | another_hub | provider.
    """

    session_id: UUID
    application_id: UUID
    title: str
    reflection: str = text(longest=20_000)
    citation: str
    submitted_at: datetime
    outcome: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None


@shape
class CatchUpPage(Page):
    """Catch-ups, the oldest first."""

    items: list[CatchUpRecord]


@shape
class ListCatchUps(ListRequest[CatchUpPage], to="sessions"):
    """Catch-ups that fit every filter; `pending`: only those that wait for a review."""

    application_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    pending: bool = True


@shape
class SubmitCatchUp(Request[AttendanceRecord], to="sessions", writes=True):
    """Hand in the reflection on a missed session, with the research that it cites."""

    session_id: UUID
    application_id: UUID
    reflection: str = text(longest=20_000)
    citation: str = text(longest=1_000)


@shape
class DecideCatchUp(Request[AttendanceRecord], to="sessions", writes=True):
    """Approve a catch-up, so that the session counts, or refuse it, so that it is missed again."""

    session_id: UUID
    application_id: UUID
    approved: bool
    note: str | None = text(longest=2_000, default=None)
