"""What can be asked about papers and windows, and who sits in them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

COURSE = r"^[a-z0-9-]+$"
COHORT = r"^[0-9]{4}[a-z]?$"


@shape
class Criterion(Shape):
    """A line of a mark scheme: 0 to `max_mark`, times `weight`.

    One that must be met fails the script when it has fewer than `meets_at` marks.
    """

    code: str = text(longest=20, pattern=r"^\S+$")
    name: str = text(longest=200)
    max_mark: int = number(least=1, most=1_000)
    weight: int = number(least=1, most=100, default=1)
    must_meet: bool = False
    meets_at: int = number(least=1, default=1)


@shape
class PaperRecord(Shape):
    """A version of a paper; it never changes. `highest_mark` is the weighted sum of all marks."""

    paper_id: UUID
    course: str
    code: str
    version: int
    title: str
    word_limit: int
    tolerance_percent: int
    pass_mark: int
    highest_mark: int
    borderline_percent: int
    agreement_percent: int
    sample_percent: int
    sample_minimum: int
    max_attempts: int
    marking_days: int
    grace_minutes: int = 0
    criteria: list[Criterion]
    published_at: datetime
    resubmission_days: int = 0
    resubmission_fee: Decimal | None = None


@shape
class PublishPaper(Request[PaperRecord], to="assessment", writes=True):
    """A case study with its question and mark scheme; the same `code` again is the next version.

    `pass_mark` is of the weighted sum. `tolerance_percent` of the word limit is marked too.
    `borderline_percent` and `agreement_percent` are of the highest sum: how near the pass mark
    asks for a second marker, and how far apart two who decide alike may be without a note.
    A script that comes up to `grace_minutes` after the close, as when a line fails, is taken.
    A further attempt begins `resubmission_days` after the release or later, at that fee in pounds.
    """

    course: str = text(longest=60, pattern=COURSE)
    code: str = text(longest=40, pattern=r"^[A-Za-z0-9._-]+$")
    title: str = text(longest=200)
    case_study: str = text(longest=100_000)
    question: str = text(longest=20_000)
    criteria: list[Criterion] = items(most=50)
    pass_mark: int = number(least=1)
    word_limit: int = number(least=100, most=20_000)
    tolerance_percent: int = number(least=0, most=50, default=0)
    borderline_percent: int = number(least=0, most=100, default=10)
    agreement_percent: int = number(least=0, most=100, default=5)
    sample_percent: int = number(least=0, most=100, default=10)
    sample_minimum: int = number(least=0, most=1_000, default=5)
    max_attempts: int = number(least=1, most=10, default=2)
    marking_days: int = number(least=1, most=200, default=14)
    grace_minutes: int = number(least=0, most=240, default=0)
    resubmission_days: int = number(least=0, most=365, default=0)
    resubmission_fee: Decimal | None = None


@shape
class PaperPage(Page):
    """Papers, oldest first."""

    items: list[PaperRecord]


@shape
class ListPapers(ListRequest[PaperPage], to="assessment"):
    """All versions of all papers, or one course's."""

    course: str | None = text(longest=60, default=None)


@shape
class PaperToSit(Shape):
    """What a candidate sees while the window is open. Nothing past `last_marked_word` is marked."""

    window_id: UUID
    title: str
    case_study: str = text(longest=100_000)
    question: str = text(longest=20_000)
    word_limit: int
    last_marked_word: int
    closes_at: datetime
    criteria: list[Criterion]


@shape
class GetPaper(Request[PaperToSit], to="assessment"):
    """The paper, for a candidate of an open window. Before and after it is refused."""

    application_id: UUID
    window_id: UUID


@shape
class WindowRecord(Shape):
    """A window. `batch` names it for the sample's draw: course/cohort/number.

    `results_due_on` is the cohort's first deadline for a `completed` declaration, if known.
    """

    window_id: UUID
    batch: str
    course: str
    cohort: str
    number: int
    paper_id: UUID
    opens_on: date
    opens_at: datetime
    closes_at: datetime
    state: str  # scheduled | open | closed | marking | released; or cancelled
    candidates: int = 0
    scripts: int = 0
    results_due_on: date | None = None


@shape
class ScheduleWindow(Request[WindowRecord], to="assessment", writes=True):
    """A window of eight London dates for a cohort. Who is ready enters at once, others later."""

    course: str = text(longest=60, pattern=COURSE)
    cohort: str = text(longest=10, pattern=COHORT)
    paper_id: UUID
    opens_on: date


@shape
class ChangePaper(Request[WindowRecord], to="assessment", writes=True):
    """Another paper, or another version of it, for a window that has not opened.

    Refused once it has opened (`window_open`, ...): who sits has seen its paper, and who marks
    marks by its scheme. Its candidates are told their word limit again.
    """

    window_id: UUID
    paper_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class CancelWindow(Request[WindowRecord], to="assessment", writes=True):
    """A window that has not opened will not take place; its candidates enter the next one."""

    window_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class WindowPage(Page):
    """Windows, in the order in which they open."""

    items: list[WindowRecord]


@shape
class ListWindows(ListRequest[WindowPage], to="assessment"):
    """All windows, or those of a course or cohort."""

    course: str | None = text(longest=60, default=None)
    cohort: str | None = text(longest=10, default=None)


@shape
class CandidateRecord(Shape):
    """A participant in a window. The times are the candidate's own."""

    candidate_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    attempt: int
    state: str  # entered | removed | submitted | missed | released
    reason: str | None = None  # why removed
    opens_at: datetime
    closes_at: datetime


@shape
class CandidatePage(Page):
    """Candidates, in a stable order."""

    items: list[CandidateRecord]


@shape
class ListCandidates(ListRequest[CandidatePage], to="assessment"):
    """Who sits, sat or was removed, by window or by application."""

    window_id: UUID | None = None
    application_id: UUID | None = None
