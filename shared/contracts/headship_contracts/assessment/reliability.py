"""What can be asked about how far a window's markers agree."""

from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, shape, text


@shape
class Figure(Shape):
    """A statistic of `decision`, `score` or a criterion; decimal numbers as text.

    Where it is undefined there is a reason instead. `low` and `high` are of the 95 % interval;
    `note` says why there is none.
    """

    of: str
    name: str
    value: str | None = None
    low: str | None = None
    high: str | None = None
    reason: str | None = None
    note: str | None = None


@shape
class MarkerFigures(Shape):
    """Severity in logits, above zero more severe; drift: steady, warn or stop."""

    staff_id: UUID
    scripts: int
    severity: str | None = None
    error: str | None = None
    reason: str | None = None
    drift: str | None = None
    warned_at: int | None = None
    stopped_at: int | None = None


@shape
class ReliabilityReport(Shape):
    """For quality assurance only: no figure changes a person's result.

    AC1 and alpha stand beside kappa, and `explanation` says why kappa is low where nearly all
    pass. `subsets`: more than one group of markers, where no chain of scripts joins them.
    `detail` is JSON with all series, for plots.
    """

    window_id: UUID
    batch: str
    scripts: int
    marked_twice: int
    figures: list[Figure]
    explanation: str | None = None
    markers: list[MarkerFigures]
    subsets: int
    use: str
    detail: str = text(longest=900_000)


@shape
class ReportReliability(Request[ReliabilityReport], to="assessment"):
    """How far those who marked a window agree, drift and differ in severity."""

    window_id: UUID
