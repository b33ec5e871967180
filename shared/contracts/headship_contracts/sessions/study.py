"""Self-study: how far people are with the units of their plans."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class StudyEntry(Shape):
    """How far someone is with a unit, all told: `minutes` so far, or that it is finished."""

    application_id: UUID
    unit_code: str = text(longest=64)
    minutes: int | None = number(least=0, most=1_440, default=None)
    finished: bool = False
    worked_on: date | None = None  # in London; None: today


@shape
class StudyReport(Shape):
    """What recording did. `unchanged` entries said no more than was recorded already."""

    recorded: int
    unchanged: int


@shape
class RecordStudy(Request[StudyReport], to="sessions", writes=True):
    """Record self-study of one or many people; all entries or none. Progress never goes back."""

    entries: list[StudyEntry] = items(most=2_000)


@shape
class StudyCorrectionRecord(Shape):
    """What was put right of somebody's progress with a unit, by whom and why."""

    application_id: UUID
    unit_code: str
    former_minutes: int
    former_finished: bool
    minutes: int
    finished: bool
    reason: str = text(longest=500)
    at: datetime
    by: str


@shape
class CorrectStudy(Request[StudyCorrectionRecord], to="sessions", writes=True):
    """Put right what is recorded of a unit by mistake, such as that it is finished.

    It is recorded as given here, less than before too; `minutes` stay where none are given. What is
    told from now on counts as ever, but not for days before this one: a learning platform that
    tells the same again changes nothing. Everything that hangs on it is added up anew.
    """

    application_id: UUID
    unit_code: str = text(longest=64)
    finished: bool
    minutes: int | None = number(least=0, most=1_440, default=None)
    reason: str = text(longest=500, pattern=r"\S")


@shape
class StudyCorrectionPage(Page):
    """Corrections, the oldest first."""

    items: list[StudyCorrectionRecord]


@shape
class ListStudyCorrections(ListRequest[StudyCorrectionPage], to="sessions"):
    """What was put right of somebody's self-study."""

    application_id: UUID


@shape
class ActivityUnit(Shape):
    """Which unit an activity of the platform is, where its name or address does not say."""

    activity: str = text(longest=500)
    unit_code: str = text(longest=64)


@shape
class StudyRowProblem(Shape):
    """What is wrong with a row or statement. Rows count from 1; a CSV's header is row 1."""

    row: int
    field: str
    code: str
    message: str
    value: str = ""


@shape
class StudyImportReport(Shape):
    """What an import did, or would do. `problems` tells the first 500 of `refused` rows."""

    rows: int
    recorded: int
    unchanged: int
    refused: int
    problems: list[StudyRowProblem] = items(most=1_000)


@shape
class ImportStudy(Request[StudyImportReport], to="sessions", writes=True):
    """Take in what a learning platform exports: what is right is recorded, the rest told by row.

    `format`: csv (totals so far, by person and unit; minutes, or whether it is finished, or both)
    or xapi (statements: an array, a StatementResult, or one to a line). People are named by their
    application's or participant's id; a participant with two applications needs `course`. The same
    file again changes nothing. `only_check` records nothing.
    """

    format: str = text(pattern=r"^(csv|xapi)$")
    content: str = text(longest=900_000)
    course: str | None = text(longest=64, default=None)
    activities: list[ActivityUnit] = items(most=2_000, default_factory=list)
    only_check: bool = False


@shape
class GroupStudyDays(Shape):
    """Self-study that a group has on other days than the cohort's plan says; both inclusive."""

    unit_code: str
    starts_on: date
    ends_on: date
