"""Asking enrolment about courses: what each is, for whom, how long, and how it ends."""

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, number, shape, text


@shape
class CourseRecord(Shape):
    """A course. Facts are those published for it; `words_*` and `most_deferrals` are this
    provider's own terms, which no national rule sets.

    `months_taught` and `hours_*` are what the page of the course says; None: it says nothing.
    """

    course: str  # npq-headship
    short_code: str  # NPQH
    name: str
    group: str  # leadership | specialist | ehco | support
    audience: str
    months_taught: int | None = None
    months_assessment: int | None = None  # after what is taught, as some providers count it
    hours_a_week_least: int | None = None
    hours_a_week_most: int | None = None
    weekly_study: str
    content: list[str]  # themes, in order
    assessed: bool
    assessment: str
    words_least: int | None = None
    words_most: int | None = None
    funding: str
    only_in_disadvantaged_schools: bool = False
    in_local_authority_nurseries: bool = False
    declaration_types: list[str]
    first_cohort: str | None = None
    last_cohort: str | None = None
    note: str | None = None
    most_deferrals: int
    revision: int = 0  # of the provider's terms; 0: the defaults


@shape
class CoursePage(Page):
    """Courses, in DfE's order."""

    items: list[CourseRecord]


@shape
class ListCourses(ListRequest[CoursePage], to="enrolment"):
    """All courses, those of one group, or those that a cohort can have."""

    group: str | None = text(longest=20, default=None)
    cohort: str | None = text(longest=5, pattern=r"^\d{4}[a-z]$", default=None)


@shape
class GetCourse(Request[CourseRecord], to="enrolment"):
    """One course, by its identifier or short code."""

    course: str = text(longest=60)


@shape
class SetCourseTerms(Request[CourseRecord], to="enrolment", writes=True):
    """What this provider decides for a course.

    `most_deferrals` in one programme: DfE has no such limit, a second one has to be agreed.
    """

    course: str = text(longest=60)
    most_deferrals: int = number(least=0, most=20, default=1)
    words_least: int | None = number(least=1, most=100_000, default=None)
    words_most: int | None = number(least=1, most=100_000, default=None)
    if_revision: int | None = None
