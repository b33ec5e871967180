"""What can be asked about a candidate's own times: adjustments, extensions, a later window."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.assessment.papers import CandidateRecord
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, number, shape, text

WHY = r"\S"


@shape
class AdjustmentRecord(Shape):
    """A reasonable adjustment: so many more days in each window, percent of its eight rounded up.

    Nobody who marks is shown it.
    """

    application_id: UUID
    extra_days: int
    extra_percent: int
    reason: str
    recorded_at: datetime
    recorded_by: str


@shape
class RecordAdjustment(Request[AdjustmentRecord], to="assessment", writes=True):
    """Give a participant more time in every window from now on; 0 and 0 ends it.

    A window that is open already is never made shorter.
    """

    application_id: UUID
    extra_days: int = number(least=0, most=100, default=0)
    extra_percent: int = number(least=0, most=400, default=0)
    reason: str = text(longest=500, pattern=WHY)


@shape
class AdjustmentPage(Page):
    """Adjustments, by application."""

    items: list[AdjustmentRecord]


@shape
class ListAdjustments(ListRequest[AdjustmentPage], to="assessment"):
    """All adjustments, or one application's."""

    application_id: UUID | None = None


@shape
class ExtensionRecord(Shape):
    """A candidate's window closes later, once."""

    extension_id: UUID
    application_id: UUID
    window_id: UUID
    former_closes_at: datetime
    closes_at: datetime
    reason: str
    granted_at: datetime
    granted_by: str


@shape
class GrantExtension(Request[ExtensionRecord], to="assessment", writes=True):
    """Let one candidate's window close at 23:59:59 in London on `closes_on` instead.

    Also for one who has missed it, until marking has begun.
    """

    application_id: UUID
    window_id: UUID
    closes_on: date
    reason: str = text(longest=500, pattern=WHY)


@shape
class ExtensionPage(Page):
    """Extensions, oldest first."""

    items: list[ExtensionRecord]


@shape
class ListExtensions(ListRequest[ExtensionPage], to="assessment"):
    """All extensions, or those of a window or an application."""

    window_id: UUID | None = None
    application_id: UUID | None = None


@shape
class DeferCandidate(Request[CandidateRecord], to="assessment", writes=True):
    """Take a candidate out of this window; the next one of the cohort is entered instead.

    It uses no attempt, and a script that was sent is set aside. With `not_before`, windows that
    open before that date are passed over. The record that comes back is of the window left.
    """

    application_id: UUID
    window_id: UUID
    not_before: date | None = None
    reason: str = text(longest=500, pattern=WHY)
