"""What can be asked about results, and how the sample's draw is checked."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.assessment.marking import CriterionMark
from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, shape, text


@shape
class ReleaseReport(Shape):
    """What one release told."""

    window_id: UUID
    released: int
    passed: int
    failed: int
    resubmissions_offered: int
    double_marked: int
    adjudicated: int


@shape
class Ratification(Shape):
    """The results as they were ratified. `sha256` is over each script's number, decision, score,
    and what was decided of its integrity if that was in doubt.

    `unmoderated`: so many rest on one mark alone, and no moderation was opened for their marker.
    """

    window_id: UUID
    scripts: int
    passed: int
    failed: int
    sha256: str
    ratified_at: datetime
    ratified_by: str
    unmoderated: int = 0
    unmoderated_because: str | None = None


@shape
class RatifyResults(Request[Ratification], to="assessment", writes=True):
    """Confirm all decisions of a window, before they are released.

    Refused, naming them, while scripts, circumstances or moderation are open. Again after a change.
    Refused, too (`not_moderated`), while results rest on one mark of a marker whose moderation was
    never opened, but for a reason, `unmoderated_because`, that becomes part of their dossiers.
    """

    window_id: UUID
    unmoderated_because: str | None = text(longest=500, pattern=r"\S", default=None)


@shape
class ReleaseResults(Request[ReleaseReport], to="assessment", writes=True):
    """Release all results of a window in one act, as they were ratified.

    Refused, naming them, while scripts, circumstances or moderation are open.
    """

    window_id: UUID


@shape
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
    replaces: int | None = None  # the revision that this one replaced
    disregarded: bool = False  # it uses up no attempt
    despite_marks: bool = False  # it fails by what was decided of its integrity


@shape
class GetResult(Request[ResultRecord], to="assessment"):
    """The latest released result of an application, or that of one attempt."""

    application_id: UUID
    attempt: int | None = None


@shape
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


@shape
class RecomputeSample(Request[SampleProof], to="assessment"):
    """How a window's sample was drawn. Told with the results: before, it would tell markers."""

    window_id: UUID


@shape
class CorrectResult(Request[ResultRecord], to="assessment", writes=True):
    """Release a result anew outside of an appeal. The same `result_id`, and what it replaces, is
    told to all who heard the first.

    Either `marks` for each criterion decide by the scheme, or `outcome` says what comes of a doubt
    about the script's integrity: `fail`, it fails whatever the marks say; `as_marked`, they decide
    again. What was failed already is told again, too, when it fails for its integrity or does so no
    more, since the letter says so. Refused (`no_pair_upheld`) to fail a script of which no pair
    stands upheld; either outcome while a pair of it is `under_investigation`, while an appeal
    against the result is open (`appeal_open`), or where it is as they say (`nothing_to_correct`).
    What has failed for its integrity is not corrected by marks either during an investigation.
    """

    application_id: UUID
    attempt: int | None = None
    marks: list[CriterionMark] = items(most=50, default_factory=list)
    reason: str = text(longest=4_000, pattern=r"\S")
    outcome: str | None = text(pattern=r"^(as_marked|fail)$", default=None)


@shape
class Letter(Shape):
    """A letter as PDF, in base64."""

    result_id: UUID
    revision: int
    filename: str
    sha256: str
    content: str = text(longest=980_000)


@shape
class GetLetter(Request[Letter], to="assessment"):
    """The letter that tells a released result, and after a fail names its criteria."""

    application_id: UUID
    attempt: int | None = None
