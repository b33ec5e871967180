"""What can be asked about scripts that are alike. A person decides; no number does."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class ComparisonRecord(Shape):
    """One run over a window's scripts. `threshold` is the containment that only the most alike
    pairs of this cohort reach: the `percentile` of its own pairs. `error` says how the latest of
    the `attempts` failed; while another one follows, `next_attempt_at` (real time) tells when."""

    comparison_id: UUID
    window_id: UUID
    state: str  # queued | done | failed
    requested_at: datetime
    requested_by: str
    finished_at: datetime | None = None
    scripts: int = 0
    earlier: int = 0  # scripts of earlier windows that these were held against
    pairs: int = 0
    percentile: Decimal = Decimal(0)
    threshold: Decimal = Decimal(0)
    above: int = 0  # pairs at or above it
    listed: int = 0  # of these, the most alike that share a passage to show
    error: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None


@shape
class CompareScripts(Request[ComparisonRecord], to="assessment", writes=True):
    """Compare a window's scripts with each other, with earlier ones and with the paper, again.

    The first run begins by itself when the window closes, and one that failed is tried twice more;
    asked for meanwhile, it is tried at once. Decisions on pairs stay as they are.
    """

    window_id: UUID


@shape
class ComparisonPage(Page):
    """Comparisons, oldest first."""

    items: list[ComparisonRecord]


@shape
class ListComparisons(ListRequest[ComparisonPage], to="assessment"):
    """All comparisons, or those of a window."""

    window_id: UUID | None = None


@shape
class SimilarPair(Shape):
    """Two scripts that share more than others do; b may be of an earlier window.

    `a_in_b`: how much of the first stands in the second, of shingles of three words that the paper
    does not give. `status`: flagged | under_investigation | no_case | upheld.
    """

    pair_id: UUID
    window_id: UUID
    submission_a: UUID
    submission_b: UUID
    application_a: UUID
    application_b: UUID
    containment: Decimal
    a_in_b: Decimal
    b_in_a: Decimal
    shared: int
    passages: int
    longest: int  # words of the longest shared passage
    status: str
    reason: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


@shape
class SimilarPairPage(Page):
    """Similar pairs, the most alike first."""

    items: list[SimilarPair]


@shape
class ListSimilarPairs(ListRequest[SimilarPairPage], to="assessment"):
    """All similar pairs, or those of a window or with a status."""

    window_id: UUID | None = None
    status: str | None = text(longest=30, default=None)


@shape
class Passage(Shape):
    """The same words in both scripts, with some of what stands around them."""

    words: int
    a_before: str
    a_text: str
    a_after: str
    b_before: str
    b_text: str
    b_after: str


@shape
class SimilarPassages(Shape):
    """A pair, and what its scripts share, side by side."""

    pair: SimilarPair
    passages: list[Passage]


@shape
class GetSimilarPair(Request[SimilarPassages], to="assessment"):
    """A pair with its evidence."""

    pair_id: UUID


@shape
class DecideSimilarPair(Request[SimilarPair], to="assessment", writes=True):
    """Say what is to be done about a pair.

    `under_investigation` holds both scripts, so that no result of theirs is released, and has both
    marked by two, also one that is held for a lead's reason. `no_case` lets go what is held for
    this pair alone. `upheld` leaves the hold until a lead has said, by `lift_hold`, what comes of
    it for each script. A result that is out is changed by no status: `correct_result` does, with an
    `outcome`.
    """

    pair_id: UUID
    status: str = text(longest=30)
    reason: str = text(longest=2_000, pattern=r"\S")
