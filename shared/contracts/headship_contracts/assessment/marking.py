"""What can be asked about marking. A marker learns neither the author nor others' marks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.assessment.papers import Criterion
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, text

DECISION = r"^(pass|fail)$"


@dataclass(frozen=True, kw_only=True)
class MarkingPrepared(Shape):
    """How marking begins. `unallocated` scripts have no marker without a conflict.

    `nonce_sha256` binds the draw of the sample; the nonce is told when the results are out.
    """

    window_id: UUID
    batch: str
    scripts: int
    sampled: int
    nonce_sha256: str
    allocated: int
    unallocated: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PrepareMarking(Request[MarkingPrepared], to="assessment", writes=True):
    """After the window has closed: number the scripts, draw the sample, allocate first markers.

    Asked again, it allocates what still lacks a marker; numbers and sample stay. `nonce` is drawn
    at random unless given.
    """

    window_id: UUID
    nonce: str | None = text(longest=200, default=None)


@dataclass(frozen=True, kw_only=True)
class QueueItem(Shape):
    """A script that waits for a marker. `kind` is marking or adjudication."""

    allocation_id: UUID
    script_id: UUID
    number: int
    kind: str
    due_on: date
    words: int


@dataclass(frozen=True, kw_only=True)
class QueuePage(Page):
    """A marker's queue, what is due first first."""

    items: list[QueueItem]


@dataclass(frozen=True, kw_only=True)
class MarkingQueue(ListRequest[QueuePage], to="assessment"):
    """What this member of staff has to mark."""

    staff_id: UUID


@dataclass(frozen=True, kw_only=True)
class CriterionMark(Shape):
    """The mark for one criterion."""

    criterion: str = text(longest=20)
    mark: int
    comment: str = text(longest=4_000, default="")


@dataclass(frozen=True, kw_only=True)
class OpinionMark(Shape):
    """A mark that an adjudicator finds; `opinion` is A or B, in an order that tells nothing."""

    opinion: str
    criterion: str
    mark: int
    comment: str = text(longest=4_000, default="")


@dataclass(frozen=True, kw_only=True)
class ScriptToMark(Shape):
    """A script as its marker sees it: nothing tells who wrote it.

    Nothing after character `cut_off_at` of `text` is marked. `opinions` are for an adjudicator.
    """

    allocation_id: UUID
    script_id: UUID
    number: int
    kind: str  # marking | adjudication
    title: str
    question: str = text(longest=20_000)
    text: str = text(longest=200_000)
    whole: bool = True  # false: text past the cut-off was left out
    words: int
    word_limit: int
    cut_off_word: int | None = None
    cut_off_at: int | None = None
    pass_mark: int
    criteria: list[Criterion]
    opinions: list[OpinionMark] = items(most=100, default_factory=list)


@dataclass(frozen=True, kw_only=True)
class GetScript(Request[ScriptToMark], to="assessment"):
    """The script of one's own allocation."""

    allocation_id: UUID
    staff_id: UUID


@dataclass(frozen=True, kw_only=True)
class MarkReceipt(Shape):
    """What was kept: `score` is the weighted sum, `indicative` what the scheme makes of it."""

    allocation_id: UUID
    script_id: UUID
    score: int
    indicative: str
    holistic: str
    marked_at: datetime


@dataclass(frozen=True, kw_only=True)
class MarkScript(Request[MarkReceipt], to="assessment", writes=True):
    """Marks for each criterion, and the marker's own view of the whole: pass or fail."""

    allocation_id: UUID
    staff_id: UUID
    marks: list[CriterionMark] = items(most=50)
    holistic: str = text(pattern=DECISION)


@dataclass(frozen=True, kw_only=True)
class Adjudicate(Request[MarkReceipt], to="assessment", writes=True):
    """Marks that decide where two markers disagree, with the reason for them."""

    allocation_id: UUID
    staff_id: UUID
    marks: list[CriterionMark] = items(most=50)
    holistic: str = text(pattern=DECISION)
    reason: str = text(longest=4_000, pattern=r"\S")


@dataclass(frozen=True, kw_only=True)
class ReallocateScript(Request[QueueItem], to="assessment", writes=True):
    """Give a script that is not marked yet to somebody else, with the reason."""

    allocation_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@dataclass(frozen=True, kw_only=True)
class ScriptRecord(Shape):
    """A script as the assessment lead sees it. `waits_for` names the staff it lies with."""

    script_id: UUID
    number: int
    window_id: UUID
    application_id: UUID
    attempt: int
    state: str  # first_marking | second_marking | adjudication | decided | released
    waits_for: UUID | None = None
    in_sample: bool
    second_marking_reasons: list[str]
    decision: str | None = None
    score: Decimal | None = None
    rule: str | None = None
    notes: list[str]
    hold: str | None = None  # why its result is held back
    words: int
    hidden: int


@dataclass(frozen=True, kw_only=True)
class ScriptPage(Page):
    """Scripts by number."""

    items: list[ScriptRecord]


@dataclass(frozen=True, kw_only=True)
class ListScripts(ListRequest[ScriptPage], to="assessment"):
    """The scripts of a window, or those in one state."""

    window_id: UUID
    state: str | None = text(longest=20, default=None)


@dataclass(frozen=True, kw_only=True)
class HoldScript(Request[Done], to="assessment", writes=True):
    """Keep back a script's result, and so its window's release, with the reason."""

    script_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@dataclass(frozen=True, kw_only=True)
class LiftHold(Request[Done], to="assessment", writes=True):
    """Let a held script's result go."""

    script_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@dataclass(frozen=True, kw_only=True)
class DecisionRecord(Shape):
    """One step in a script's life: what was decided, by which rule, on which facts (as JSON)."""

    position: int = number(least=1)
    at: datetime
    kind: str
    rule: str
    by: str
    facts: str = text(longest=100_000)


@dataclass(frozen=True, kw_only=True)
class DecisionPage(Page):
    """Decisions in their order."""

    items: list[DecisionRecord]


@dataclass(frozen=True, kw_only=True)
class ListDecisions(ListRequest[DecisionPage], to="assessment"):
    """All that was decided about a script."""

    script_id: UUID
