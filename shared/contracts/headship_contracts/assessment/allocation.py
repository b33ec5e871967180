"""What can be asked about who marks what: why, how far, and whose turn it is."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import Done, Request
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class OtherMarker(Shape):
    """Somebody else who might have had a script.

    `excluded` says why not; None for who could have had it, at this `cost`: what one more script
    costs them, where a level load costs least.
    """

    staff_id: UUID
    excluded: str | None = None
    scripts: int | None = None  # that lay with them
    cost: int | None = None


@shape
class AllocationExplained(Shape):
    """Why this marker. `rule` is `optimal_plan`, `least_loaded_without_conflict` or `claimed`.

    `gap` is that of the whole plan: 0 where no other allocation is better.
    """

    allocation_id: UUID
    script_id: UUID
    staff_id: UUID
    role: str
    rule: str
    at: datetime
    cost: int | None = None
    gap: str | None = None  # a decimal number
    seed: str | None = None
    others: list[OtherMarker] = items(most=5_000, default_factory=list)


@shape
class ExplainAllocation(Request[AllocationExplained], to="assessment"):
    """Why a script lies with its marker: who else could have had it, and why others not."""

    allocation_id: UUID


@shape
class Reallocated(Shape):
    """What became of a marker's scripts. Those they had begun stay with them.

    `moved` scripts changed hands; no allocation that places as many moves fewer.
    """

    window_id: UUID
    moved: int
    kept_started: int
    unallocated: list[UUID]


@shape
class ReallocateMarker(Request[Reallocated], to="assessment", writes=True):
    """Give away what a marker has not begun: for who drops out, with the reason."""

    window_id: UUID
    staff_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class ClaimedScript(Shape):
    """The next script from the pile. Save with `fence`, and before `lease_until` (real time)."""

    allocation_id: UUID
    script_id: UUID
    number: int
    kind: str
    words: int
    due_on: date
    fence: int
    lease_until: datetime


@shape
class ClaimScript(Request[ClaimedScript], to="assessment", writes=True):
    """Take the next script that this marker may have; `nothing_to_claim` if none is left."""

    window_id: UUID
    staff_id: UUID
    seconds: int = number(least=1, most=86_400, default=28_800)


@shape
class RenewLease(Request[ClaimedScript], to="assessment", writes=True):
    """More time for a claimed script; refused `lease_lost` once it is over."""

    allocation_id: UUID
    staff_id: UUID
    fence: int
    seconds: int = number(least=1, most=86_400, default=28_800)


@shape
class ReturnScript(Request[Done], to="assessment", writes=True):
    """Put a claimed script back on the pile, unmarked."""

    allocation_id: UUID
    staff_id: UUID
    fence: int


@shape
class MarkersProgress(Shape):
    """A marker's part of a window. `finishes_on` at the pace so far; None without any."""

    staff_id: UUID
    marked: int
    waiting: int
    started: int
    overdue: int
    per_day: str  # a decimal number
    due_on: date | None = None
    finishes_on: date | None = None
    late: bool
    left: bool = False  # no member of staff any more: reallocate_marker


@shape
class MarkingForecast(Shape):
    """Will the window's marking be done in time, and is there room for what is to come?

    `expected_seconds`: second markings still to come, at the rate seen so far.
    """

    window_id: UUID
    open: int
    decided: int
    expected_seconds: int
    room: int | None = None  # scripts that markers can still take; None: no limit
    short_of: int  # markings for which there is no room
    finishes_on: date | None = None
    results_due_on: date | None = None
    late: bool
    markers: list[MarkersProgress]


@shape
class ForecastMarking(Request[MarkingForecast], to="assessment"):
    """How a window's marking will end if it goes on as it does."""

    window_id: UUID


@shape
class MarkerGraph(Shape):
    """Who can be compared with whom: `parts` as lists of staff_ids joined by commas.

    One part: all markers are linked by scripts that two or more of them have. `fewest_partners`:
    of the marker with the fewest.
    """

    window_id: UUID
    markers: int
    shared_scripts: int
    connected: bool
    parts: list[str]
    fewest_partners: int


@shape
class GetMarkerGraph(Request[MarkerGraph], to="assessment"):
    """How a window's markers are linked by scripts that they share."""

    window_id: UUID
