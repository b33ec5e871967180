"""Checking in to a session with the code on its facilitator's screen."""

from datetime import datetime
from uuid import UUID

from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.messages import Done, Request
from headship_contracts.sessions.attendance import AttendanceRecord
from headship_contracts.shape import Shape, items, shape, text


@shape
class CheckInScreen(Shape):
    """The address of a page that shows a session's code of the moment. It is the facilitator's."""

    url: str
    opens_at: datetime
    closes_at: datetime


@shape
class MakeCheckInScreen(Request[CheckInScreen], to="sessions", writes=True):
    """The facilitator's page for a session; the same until it is renewed, which ends the former.

    Codes are taken from 15 minutes before the session begins to 30 minutes after that.
    """

    session_id: UUID
    renew: bool = False


@shape
class CheckInCode(Shape):
    """The code of the moment, for a screen of one's own. The next one comes at `changes_at`."""

    code: str
    changes_at: datetime


@shape
class GetCheckInCode(Request[CheckInCode], to="sessions"):
    """The code that a session's screen shows now. Refused while check-in is not open."""

    session_id: UUID


@shape
class CheckInLink(Shape):
    """A participant's own address for checking in, to all of their sessions."""

    url: str
    expires_at: datetime


@shape
class MakeCheckInLink(Request[CheckInLink], to="sessions", writes=True):
    """A participant's own link; the same until it is renewed, which ends the former one."""

    application_id: UUID
    renew: bool = False


@shape
class CheckInLinks(Request[LinksFound], to="sessions", writes=True):
    """The links of up to 500 participants, for the messages that carry them: those that
    `make_check_in_link` gives.
    """

    wanted: list[LinkWanted] = items(most=500)


@shape
class RevokeCheckInLink(Request[Done], to="sessions", writes=True):
    """The participant's link is no longer good."""

    application_id: UUID


@shape
class CheckIn(Request[AttendanceRecord], to="sessions", writes=True):
    """Say that a participant is there, by the code that they see: present, or late.

    Refused: check_in_not_open, check_in_closed, session_cancelled, not_seated, code_wrong,
    code_expired, code_used, already_checked_in, register_taken.
    """

    application_id: UUID
    session_id: UUID
    code: str = text(longest=32)
