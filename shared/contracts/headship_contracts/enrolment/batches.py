"""Asking enrolment to try, make and take back declarations, and to report outcomes."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.enrolment.declarations import DeclarationRecord
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

MOST_AT_ONCE = 5_000
"""Applications named in one batch."""


@shape
class TriedDeclaration(Shape):
    """What would become of an application's next declaration if it were made now.

    `accepted`: DfE would take it. Else `reason` says why not, as in the list of what is due; where
    it is `blocked`, `field` and `message` are DfE's words.
    """

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    declaration_type: str
    accepted: bool
    reason: str  # can_be_made | not_open | no_evidence | not_sent | refused | blocked
    field: str | None = None
    message: str | None = None
    declaration_date: datetime | None = None
    has_passed: bool | None = None
    evidence_fact: str | None = None


@shape
class TriedPage(Page):
    """A dry run, by application."""

    items: list[TriedDeclaration]


@shape
class TryDeclarations(ListRequest[TriedPage], to="enrolment"):
    """A dry run of a batch: nothing is changed. A page may hold fewer items than its limit."""

    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    course: str | None = None
    declaration_type: str | None = None
    delivery_partner_id: UUID | None = None
    application_ids: list[UUID] = items(most=MOST_AT_ONCE, default_factory=list)


@shape
class NotDeclared(Shape):
    """Why some of a batch were not made; `application_id` is one of them."""

    reason: str
    field: str | None = None
    message: str | None = None
    number: int
    application_id: UUID


@shape
class BatchReport(Shape):
    """What a batch came to. Those made are owed to DfE, and followed in their own records."""

    looked_at: int
    made: int
    not_made: list[NotDeclared]


@shape
class DeclareBatch(Request[BatchReport], to="enrolment", writes=True):
    """Make the next declaration of each application that fits, where DfE would take it.

    Name a cohort or applications. What was voided is made again only where its application is
    named. It is done by pages: if it is interrupted, ask again, and the rest is made.
    """

    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    course: str | None = None
    declaration_type: str | None = None
    delivery_partner_id: UUID | None = None
    application_ids: list[UUID] = items(most=MOST_AT_ONCE, default_factory=list)


@shape
class VoidDeclaration(Request[DeclarationRecord], to="enrolment", writes=True):
    """Take a declaration back, the last one first; one that was paid is clawed back by DfE.

    The reply shows `decision: voiding` until DfE has answered. One that DfE refused is dropped.
    With a `revision` it is a Conflict if the declaration has changed since.
    """

    declaration_id: UUID
    reason: str = text(longest=200)
    revision: int | None = None


@shape
class OutcomeRecord(Shape):
    """A result that DfE holds or is owed. `attempt` 0: not one of ours."""

    outcome_id: UUID
    application_id: UUID
    declaration_id: UUID | None = None
    attempt: int
    state: str  # passed | failed | voided
    completion_date: date
    report: str  # owed | reported | refused
    created_at: datetime


@shape
class OutcomePage(Page):
    """Outcomes, oldest first."""

    items: list[OutcomeRecord]


@shape
class ListOutcomes(ListRequest[OutcomePage], to="enrolment"):
    """Outcomes that fit every filter given."""

    application_id: UUID | None = None
    state: str | None = None
    report: str | None = None


@shape
class ReportOutcome(Request[OutcomeRecord], to="enrolment", writes=True):
    """Tell DfE a result that assessment does not hold: a correction, or one marked elsewhere.

    At DfE the latest one counts. One that repeats what DfE holds gives that one back.
    """

    application_id: UUID
    state: str = text(longest=6, pattern=r"^(passed|failed)$")
    completion_date: date
