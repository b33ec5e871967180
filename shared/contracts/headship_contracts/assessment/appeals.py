"""What can be asked about appeals against a released result."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.assessment.marking import CriterionMark
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

GROUNDS = r"^(procedural_irregularity|marking_not_in_line_with_scheme|undisclosed_circumstances)$"


@shape
class StageRecord(Shape):
    """A stage of an appeal. `next_by`: the last day to ask for the next stage."""

    stage: str  # clerical_check | review_of_marking | panel
    begun_at: datetime
    due_on: date
    decision: str | None = None  # upheld | dismissed
    reason: str | None = text(longest=4_000, default=None)
    decided_at: datetime | None = None
    decided_by: str | None = None
    next_by: date | None = None


@shape
class AppealRecord(Shape):
    """An appeal. `remedy`: result_changed or another_attempt, where it was upheld."""

    appeal_id: UUID
    application_id: UUID
    result_id: UUID
    attempt: int
    grounds: str
    statement: str = text(longest=4_000)
    stage: str
    state: str  # open | dismissed | upheld | withdrawn
    overdue: bool
    received_at: datetime
    remedy: str | None = None
    stages: list[StageRecord]


@shape
class FileAppeal(Request[AppealRecord], to="assessment", writes=True):
    """Appeal against a result within 20 working days of its release; it begins as clerical check.

    Academic judgement is no ground. `attempt` is the latest unless given.
    """

    application_id: UUID
    attempt: int | None = None
    grounds: str = text(longest=60, pattern=GROUNDS)
    statement: str = text(longest=4_000, pattern=r"\S")


@shape
class DecideAppeal(Request[AppealRecord], to="assessment", writes=True):
    """Decide the stage at which an appeal is.

    A clerical check is for a moderator or lead. A review of marking is for one who had nothing to
    do with the script, and needs their own `marks` for each criterion; a panel needs three
    `members` or more, none of them involved. Where it is upheld, either `marks` decide the result
    anew by the scheme, or `another_attempt` is given. An appeal never makes a result worse.
    `staff_id` says for whom an operator acts.
    """

    appeal_id: UUID
    decision: str = text(longest=20, pattern=r"^(upheld|dismissed)$")
    reason: str = text(longest=4_000, pattern=r"\S")
    marks: list[CriterionMark] = items(most=50, default_factory=list)
    another_attempt: bool = False
    members: list[UUID] = items(most=20, default_factory=list)
    staff_id: UUID | None = None


@shape
class EscalateAppeal(Request[AppealRecord], to="assessment", writes=True):
    """Ask for the next stage of a dismissed appeal, until `next_by`."""

    appeal_id: UUID
    reason: str = text(longest=4_000, pattern=r"\S")


@shape
class WithdrawAppeal(Request[AppealRecord], to="assessment", writes=True):
    """Take an open appeal back."""

    appeal_id: UUID
    reason: str = text(longest=4_000, pattern=r"\S")


@shape
class GetAppeal(Request[AppealRecord], to="assessment"):
    """One appeal with its stages."""

    appeal_id: UUID


@shape
class AppealPage(Page):
    """Appeals, oldest first."""

    items: list[AppealRecord]


@shape
class ListAppeals(ListRequest[AppealPage], to="assessment"):
    """All appeals, or those in one state or of one participant; `overdue` ones alone: open, and
    their stage past its day."""

    state: str | None = text(longest=20, default=None)
    application_id: UUID | None = None
    overdue: bool = False
