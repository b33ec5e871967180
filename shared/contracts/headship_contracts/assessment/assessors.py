"""What can be asked about those who mark: their room, training and conflicts."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

CONFLICT_KIND = r"^(application|participant|school|trust|delivery_partner)$"


@shape
class AssessorRecord(Shape):
    """A marker as the lead settled them. `capacity` and `trained_for`: None for no limit.

    `probation_left`: so many of their next scripts are marked by a second marker as well.
    """

    staff_id: UUID
    active: bool
    trained_for: list[str] | None = None
    capacity: int | None = None
    available_until: date | None = None
    probation_left: int
    stopped_because: str | None = None


@shape
class SetAssessor(Request[AssessorRecord], to="assessment", writes=True):
    """Settle what a marker takes, for good. What is not named is not limited.

    `probation`: scripts to be marked twice from now on; None leaves the count as it is. Whoever was
    stopped goes on with `resume`, in probation again.
    """

    staff_id: UUID
    trained_for: list[str] | None = items(most=100, default=None)
    capacity: int | None = number(least=0, most=10_000, default=None)
    available_until: date | None = None
    probation: int | None = number(least=0, most=1_000, default=None)
    resume: bool = False


@shape
class StopAssessor(Request[AssessorRecord], to="assessment", writes=True):
    """No more scripts for this marker, with the reason; `reallocate_marker` gives away theirs."""

    staff_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class AssessorPage(Page):
    """Markers by staff_id."""

    items: list[AssessorRecord]


@shape
class ListAssessors(ListRequest[AssessorPage], to="assessment"):
    """Those for whom something was settled."""


@shape
class ConflictRecord(Shape):
    """A declared conflict."""

    conflict_id: UUID
    staff_id: UUID
    kind: str
    key: str
    reason: str
    declared_at: datetime
    withdrawn_at: datetime | None = None


@shape
class DeclareConflict(Request[ConflictRecord], to="assessment", writes=True):
    """A marker keeps off a person, school, trust or hub, for a reason that no record shows.

    `key` is the application's or participant's id, the school's URN, the trust's or hub's id.
    """

    staff_id: UUID
    kind: str = text(longest=20, pattern=CONFLICT_KIND)
    key: str = text(longest=100, pattern=r"\S")
    reason: str = text(longest=500, pattern=r"\S")


@shape
class WithdrawConflict(Request[Done], to="assessment", writes=True):
    """A declared conflict is over, or was a mistake."""

    conflict_id: UUID


@shape
class ConflictPage(Page):
    """Conflicts in the order in which they were declared."""

    items: list[ConflictRecord]


@shape
class ListConflicts(ListRequest[ConflictPage], to="assessment"):
    """What a marker declared."""

    staff_id: UUID


@shape
class MarkingLink(Shape):
    """The address of a marker's own pages; whoever has it marks as them."""

    staff_id: UUID
    url: str
    expires_at: datetime


@shape
class MakeMarkingLink(Request[MarkingLink], to="assessment", writes=True):
    """A new address of a marker's pages; the one before it is no longer good."""

    staff_id: UUID
    days: int = number(least=1, most=90, default=30)


@shape
class MarkingLinks(Request[LinksFound], to="assessment", writes=True):
    """The addresses of up to 500 markers' pages, for the messages that carry them; good for 30
    days. Unlike `make_marking_link` it lets a marker's earlier addresses be good. Who is no active
    member of staff has none.
    """

    wanted: list[LinkWanted] = items(most=500)


@shape
class RevokeMarkingLink(Request[Done], to="assessment", writes=True):
    """No address of this marker's pages is good any more."""

    staff_id: UUID
