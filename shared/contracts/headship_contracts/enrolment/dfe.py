"""Asking enrolment about its traffic with DfE."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class SyncReport(Shape):
    """What one sync saw. What was read before an error of DfE's is kept.

    `since`, `seen`, `received` and `vanished` are about applications; `pages` and `changed` about
    all lists: applications, participants, declarations, outcomes, statements.
    """

    everything: bool
    since: datetime | None = None
    pages: int
    seen: int
    received: int
    changed: int
    vanished: int
    drifted: int = 0  # differences, of which `list_drift` tells
    problem: str | None = None


@shape
class SyncFromDfe(Request[SyncReport], to="enrolment", writes=True):
    """Read from DfE what changed lately, or everything. One at a time."""

    everything: bool = False


@shape
class DfeWriteRecord(Shape):
    """Something DfE must be told, and how far that is.

    `state`: owed, sending, in_doubt (sent, the answer was lost: it is looked up before it is sent
    again), done, refused (DfE said no: `problem_field` and `problem_message` are its words).
    """

    write_id: int
    application_id: UUID
    kind: str  # accept, reject, defer, withdraw, resume, change_schedule, declare, void, ...
    state: str
    attempts: int
    next_attempt_at: datetime | None = None
    problem_field: str | None = None
    problem_message: str | None = None
    created_at: datetime
    finished_at: datetime | None = None


@shape
class DfeWritePage(Page):
    """Writes, oldest first."""

    items: list[DfeWriteRecord]


@shape
class ListDfeWrites(ListRequest[DfeWritePage], to="enrolment"):
    """What DfE was told or is owed, by state, kind or application."""

    state: str | None = None
    kind: str | None = None
    application_id: UUID | None = None


@shape
class RetryDfeWrite(Request[DfeWriteRecord], to="enrolment", writes=True):
    """Send a write now that waits for its next attempt, or once more one that DfE refused."""

    write_id: int


@shape
class DfeStatusRecord(Shape):
    """How the traffic with DfE stands.

    `stopped_because` is set while nothing is sent, `reading_stopped_because` while nothing is read.
    `unauthorised`: DfE does not accept our token, and a person must give a new one.
    """

    stopped_because: str | None = None
    stopped_until: datetime | None = None
    reading_stopped_because: str | None = None
    reading_stopped_until: datetime | None = None
    unauthorised: bool = False
    owed: int
    in_doubt: int
    refused: int
    last_sync_at: datetime | None = None
    last_sync_problem: str | None = None


@shape
class DfeStatus(Request[DfeStatusRecord], to="enrolment"):
    """Is DfE reachable, and what is it owed?"""


@shape
class DriftRecord(Shape):
    """Something in which DfE differed from us.

    `ours` is what we had, `theirs` what DfE showed. `resolution`: followed (ours became as DfE's),
    agreed (DfE's is as ours again); open while there is none. `application` as a field is the
    application itself: DfE does not show it, or no longer.
    """

    drift_id: int
    record: str  # application | participant | declaration | outcome
    record_id: UUID | None = None
    dfe_id: UUID | None = None
    application_id: UUID | None = None
    field: str
    ours: str | None = None
    theirs: str | None = None
    found_at: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None


@shape
class DriftPage(Page):
    """Differences, oldest first."""

    items: list[DriftRecord]


@shape
class ListDrift(ListRequest[DriftPage], to="enrolment"):
    """Where DfE differed from us, by every filter given. `resolved` false: where it still does."""

    record: str | None = text(longest=20, default=None)
    record_id: UUID | None = None
    dfe_id: UUID | None = None
    application_id: UUID | None = None
    field: str | None = text(longest=60, default=None)
    resolved: bool | None = None
    found_from: datetime | None = None
