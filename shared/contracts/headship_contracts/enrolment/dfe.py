"""Asking enrolment about its traffic with DfE."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape


@dataclass(frozen=True, kw_only=True)
class SyncReport(Shape):
    """What one sync saw. An error of DfE's ends it; what was read before is kept."""

    everything: bool
    since: datetime | None = None
    pages: int
    seen: int
    received: int
    changed: int
    vanished: int
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class SyncFromDfe(Request[SyncReport], to="enrolment", writes=True):
    """Read from DfE what changed lately, or everything. One at a time."""

    everything: bool = False


@dataclass(frozen=True, kw_only=True)
class DfeWriteRecord(Shape):
    """Something DfE must be told, and how far that is.

    `state`: owed, sending, in_doubt (sent, the answer was lost: it is looked up before it is sent
    again), done, refused (DfE said no: `problem_field` and `problem_message` are its words).
    """

    write_id: int
    application_id: UUID
    kind: str  # accept | reject | defer | withdraw | resume | declare | outcome
    state: str
    attempts: int
    next_attempt_at: datetime | None = None
    problem_field: str | None = None
    problem_message: str | None = None
    created_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DfeWritePage(Page):
    """Writes, oldest first."""

    items: list[DfeWriteRecord]


@dataclass(frozen=True, kw_only=True)
class ListDfeWrites(ListRequest[DfeWritePage], to="enrolment"):
    """What DfE was told or is owed, by state, kind or application."""

    state: str | None = None
    kind: str | None = None
    application_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RetryDfeWrite(Request[DfeWriteRecord], to="enrolment", writes=True):
    """Send a write now that waits for its next attempt, or once more one that DfE refused."""

    write_id: int


@dataclass(frozen=True, kw_only=True)
class DfeStatusRecord(Shape):
    """How the traffic with DfE stands. `stopped_because` is set while nothing is sent."""

    stopped_because: str | None = None
    stopped_until: datetime | None = None
    owed: int
    in_doubt: int
    refused: int
    last_sync_at: datetime | None = None
    last_sync_problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class DfeStatus(Request[DfeStatusRecord], to="enrolment"):
    """Is DfE reachable, and what is it owed?"""
