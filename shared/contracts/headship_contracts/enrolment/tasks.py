"""Asking enrolment what somebody has to see to."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class TaskRecord(Shape):
    """Something for whoever looks after the participant now: it moves with a transfer.

    `kind`: bad_address (messages do not arrive), missing_return_date (of a deferral),
    overdue_return (the expected day has passed).
    """

    task_id: UUID
    revision: int
    kind: str
    state: str  # open | closed
    application_id: UUID
    participant_id: UUID
    delivery_partner_id: UUID | None = None
    course: str
    cohort: str
    opened_at: datetime
    opened_because: str
    closed_at: datetime | None = None
    closed_because: str | None = None
    closed_by: str | None = None


@shape
class TaskPage(Page):
    """Tasks, oldest first."""

    items: list[TaskRecord]


@shape
class ListTasks(ListRequest[TaskPage], to="enrolment"):
    """Tasks that fit every filter given; only open ones unless `state` says otherwise."""

    delivery_partner_id: UUID | None = None
    kind: str | None = text(longest=40, default=None)
    application_id: UUID | None = None
    state: str = text(longest=6, pattern=r"^(open|closed|any)$", default="open")


@shape
class CloseTask(Request[TaskRecord], to="enrolment", writes=True):
    """Close a task that no fact has closed. No names in the reason."""

    task_id: UUID
    reason: str = text(longest=500, pattern=r"\S")
    if_revision: int | None = None
