"""What can be asked about results, and how the sample's draw is checked."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape


@dataclass(frozen=True, kw_only=True)
class ReleaseReport(Shape):
    """What one release told."""

    window_id: UUID
    released: int
    passed: int
    failed: int
    resubmissions_offered: int
    double_marked: int
    adjudicated: int


@dataclass(frozen=True, kw_only=True)
class ReleaseResults(Request[ReleaseReport], to="assessment", writes=True):
    """Release all results of a window in one act. Refused, naming them, while scripts are open."""

    window_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResultRecord(Shape):
    """A released result. `dfe_state` is what DfE holds now, as enrolment told."""

    result_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    attempt: int
    state: str  # passed | failed
    score: Decimal
    pass_mark: int
    failed_criteria: list[str]
    completion_date: date
    released_at: datetime
    may_resubmit: bool
    revision: int
    dfe_state: str | None = None


@dataclass(frozen=True, kw_only=True)
class GetResult(Request[ResultRecord], to="assessment"):
    """The latest released result of an application, or that of one attempt."""

    application_id: UUID
    attempt: int | None = None


@dataclass(frozen=True, kw_only=True)
class SampleProof(Shape):
    """All that is needed to draw the sample again.

    seed = SHA-256 of batch, line break, nonce; each script number's lot = SHA-256 of seed, line
    break, number; both in hexadecimal. The `size` numbers with the lowest lots are the sample.
    """

    window_id: UUID
    batch: str
    nonce: str
    nonce_sha256: str  # as it was told before marking
    seed: str
    scripts: int
    size: int
    numbers: list[int]  # as they were kept when drawn
    holds: bool  # drawn again now, they are the same


@dataclass(frozen=True, kw_only=True)
class RecomputeSample(Request[SampleProof], to="assessment"):
    """How a window's sample was drawn. Told with the results: before, it would tell markers."""

    window_id: UUID
