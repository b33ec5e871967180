"""Asking sessions about programmes as they are designed, and when schools are closed."""

from datetime import date, datetime

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

LONGEST_TEMPLATE = 300_000
LONGEST_TERMS = 900_000


@shape
class TemplateRecord(Shape):
    """A version of a course's template. `put_at` is None for the one that comes packaged."""

    course: str
    version: str
    title: str
    months: int
    assessed: bool
    sections: int
    units: int
    minutes: int
    in_force: bool
    put_at: datetime | None = None


@shape
class PutTemplate(Request[TemplateRecord], to="sessions", writes=True):
    """Put a template in force for its course: plans published from now on are made of it.

    `content` is a file in YAML. It is Invalid with each problem under `source:line: place`. A
    version that is known already with another content is a Conflict: give it another name.
    Without `apply` it is only looked at.
    """

    content: str = text(longest=LONGEST_TEMPLATE)
    source: str = text(longest=200, default="template.yaml")
    apply: bool = True


@shape
class TemplateText(Shape):
    """A template as a file, to be edited and put again."""

    record: TemplateRecord
    content: str = text(longest=LONGEST_TEMPLATE)


@shape
class GetTemplate(Request[TemplateText], to="sessions"):
    """The template in force of a course, or another version of it."""

    course: str
    version: str | None = None


@shape
class TemplateList(Shape):
    """The template in force of each course."""

    items: list[TemplateRecord]


@shape
class ListTemplates(Request[TemplateList], to="sessions"):
    """Which courses have a template."""


@shape
class TermProblem(Shape):
    """What is wrong with a field of a row; the header is row 1."""

    row: int
    field: str
    code: str
    message: str = text(longest=1_000)
    value: str = ""


@shape
class TermsReport(Shape):
    """What became of a file of term dates. `owners`: authorities and schools whose dates are right.

    `problems` tells the first thousand; `bad` counts the rows that have any.
    """

    rows: int
    bad: int
    owners: int
    added: int
    unchanged: int
    dropped: int
    problems: list[TermProblem]


@shape
class ImportTerms(Request[TermsReport], to="sessions", writes=True):
    """Tell when schools are open: a CSV of terms, holidays and INSET days.

    Columns: local_authority or school_urn, kind (term, holiday, inset), name, first_day, last_day.
    A file replaces what was known of the authorities and schools that it names, in the school
    years that it tells of; the same file again changes nothing. Of an authority or school with a
    bad row nothing is kept, and what was known of it stays. Without `apply` it is only looked at.
    """

    content: str = text(longest=LONGEST_TERMS)
    apply: bool = True


@shape
class TermDateRecord(Shape):
    """A term, a holiday or INSET days of an authority or a school, both days inclusive."""

    local_authority: str | None = None
    school_urn: str | None = None
    kind: str
    name: str = ""
    first_day: date
    last_day: date


@shape
class TermDatePage(Page):
    """Term dates, by owner and day."""

    items: list[TermDateRecord]


@shape
class ListTermDates(ListRequest[TermDatePage], to="sessions"):
    """The term dates that are known, of all or of one authority or school."""

    local_authority: str | None = None
    school_urn: str | None = None


@shape
class ClosedDay(Shape):
    """A day from Monday to Friday on which a school is closed, and why."""

    day: date
    why: str


@shape
class SchoolClosures(Shape):
    """A school's closed days, bank holidays included."""

    days: list[ClosedDay] = items(most=1_000)


@shape
class GetClosures(Request[SchoolClosures], to="sessions"):
    """When a school is closed in up to two years: by its own dates, its authority's, or else the
    national skeleton."""

    school_urn: str | None = None
    local_authority: str | None = None
    first_day: date
    last_day: date
