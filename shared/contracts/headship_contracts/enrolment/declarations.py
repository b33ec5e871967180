"""Asking enrolment about schedules, declarations and what is due."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.enrolment.events import Milestone
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text


@shape
class CohortRecord(Shape):
    """How DfE funds a cohort: zero, capped or full."""

    cohort: str
    funding: str


@shape
class PublishCohort(Request[CohortRecord], to="enrolment", writes=True):
    """Make a cohort known. Those up to 2026b are there from the start."""

    cohort: str = text(longest=5, pattern=COHORT)
    funding: str = text(longest=6, pattern=r"^(zero|capped|full)$")


@shape
class ScheduleRecord(Shape):
    """A schedule in a cohort with its milestones, in order."""

    schedule: str
    cohort: str
    revision: int
    starts_on: date
    milestones: list[Milestone]


@shape
class PublishSchedule(Request[ScheduleRecord], to="enrolment", writes=True):
    """Set the dates of a schedule. Milestones in order, none overlapping the one before it.

    `if_revision`: a Conflict where they have changed since; 0 for one that has none yet.
    """

    schedule: str = text(longest=60)  # npq-leadership-autumn
    cohort: str = text(longest=5, pattern=COHORT)
    starts_on: date
    milestones: list[Milestone] = items(most=6)
    if_revision: int | None = None


@shape
class ScheduleList(Shape):
    """Schedules, by cohort and name."""

    items: list[ScheduleRecord]


@shape
class ListSchedules(Request[ScheduleList], to="enrolment"):
    """The schedules of one cohort, or all."""

    cohort: str | None = text(longest=5, pattern=COHORT, default=None)


@shape
class ScheduleRowProblem(Shape):
    """What is wrong with a row of a file; the first row below the header is 2."""

    row: int
    field: str
    message: str


@shape
class SchedulesImported(Shape):
    """What a file of schedules came to. With any problem nothing is changed."""

    schedules: int
    changed: int
    problems: list[ScheduleRowProblem]


@shape
class ImportSchedules(Request[SchedulesImported], to="enrolment", writes=True):
    """Set the dates of schedules from CSV text, a row for each milestone.

    Columns: cohort, schedule, starts_on, declaration_type, opens_on, deadline_on, and paid_on if
    known; dates as 2026-10-01. A milestone without opens_on opens the day after the deadline before
    it. With `validate_only` nothing is changed.
    """

    csv: str = text(longest=500_000)
    validate_only: bool = False


@shape
class DeclarationRecord(Shape):
    """One declaration, and the evidence it was locked to.

    `state` is `ready` until DfE has taken it, then DfE's own, or `refused`. `decision` is
    `voiding` while DfE has not answered a void.
    `evidence_changed` says that the evidence was corrected after it was declared, `evidence_now`
    what it says today.
    """

    declaration_id: UUID
    revision: int
    application_id: UUID
    participant_id: UUID
    dfe_declaration_id: UUID | None = None
    course: str
    cohort: str
    declaration_type: str
    state: str
    declaration_date: datetime
    has_passed: bool | None = None
    delivery_partner_id: UUID | None = None
    evidence_service: str
    evidence_record: UUID
    evidence_revision: int
    evidence_fact: str
    evidence_on: date
    evidence_changed: bool
    evidence_now: str | None = None
    decision: str | None = None
    void_reason: str | None = None
    fundable: bool | None = None  # DfE was to pay for it, as we saw it when it was made
    dfe_statement_id: UUID | None = None
    dfe_clawback_statement_id: UUID | None = None
    problem_field: str | None = None
    problem_message: str | None = None
    created_at: datetime


@shape
class DeclarationPage(Page):
    """Declarations, oldest first."""

    items: list[DeclarationRecord]


@shape
class ListDeclarations(ListRequest[DeclarationPage], to="enrolment"):
    """Declarations that fit every filter given."""

    application_id: UUID | None = None
    declaration_type: str | None = None
    state: str | None = None
    cohort: str | None = None
    dfe_statement_id: UUID | None = None


@shape
class DueDeclaration(Shape):
    """A declaration that is open and not made, and what stands in its way.

    `reason`: no_evidence; evidenced (the next daily run makes it); not_sent (made, DfE has not
    answered); refused (by DfE); blocked (DfE would refuse it, or has yet to
    answer a decision by which it will judge it: `detail` says which).
    """

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    declaration_type: str
    opens_on: date
    deadline_on: date
    days_left: int
    reason: str
    detail: str | None = None


@shape
class DuePage(Page):
    """What is due, by application."""

    items: list[DueDeclaration]


@shape
class DueDeclarations(ListRequest[DuePage], to="enrolment"):
    """Declarations open on a day and not made. A page may hold fewer items than its limit.

    `missed`: those whose deadline has passed, or only those whose has not.
    """

    on: date | None = None  # today if not given
    cohort: str | None = None
    course: str | None = None
    delivery_partner_id: UUID | None = None
    declaration_type: str | None = None
    reason: str | None = None
    missed: bool | None = None
