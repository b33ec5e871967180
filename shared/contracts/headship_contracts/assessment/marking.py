"""What can be asked about marking. A marker learns neither the author nor others' marks."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.assessment.papers import Criterion
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

DECISION = r"^(pass|fail)$"


@shape
class NotAllocated(Shape):
    """A script that lacks markers, and why: no_marker_without_conflict or no_marker_with_room."""

    script_id: UUID
    number: int
    reason: str


@shape
class MarkingPrepared(Shape):
    """How marking begins. `unallocated` scripts lack a marker; `reasons` says why.

    `nonce_sha256` binds the draw of the sample; the nonce is told when the results are out. `gap`:
    how far the allocation is from the best there is, as a share of its cost (a decimal number);
    `connected`: scripts that two have link all markers; None where nothing was allocated. Those
    with `names_unchecked` are shown to no marker yet.
    """

    window_id: UUID
    batch: str
    scripts: int
    sampled: int
    nonce_sha256: str
    allocated: int
    unallocated: list[UUID]
    reasons: list[NotAllocated] = items(most=5_000, default_factory=list)
    gap: str | None = None
    connected: bool | None = None
    seeds: int = 0
    names_unchecked: int = 0


@shape
class PrepareMarking(Request[MarkingPrepared], to="assessment", writes=True):
    """After the window has closed: number the scripts, draw the sample, allocate first markers.

    Asked again, it allocates what still lacks a marker; numbers, sample and the way of marking
    stay. The service draws the nonce, once; a `nonce` that is given is added to it, and decides
    nothing by itself.

    With `pull` markers claim scripts instead. `markers_per_script` 2: each script is marked twice
    from the start. `seed_percent`: of a marker's scripts, so many are added as seeds, if the paper
    has any. `standard_error`: of measurement, in weighted marks, once it is known: 1.5 of it on
    either side of the pass mark are borderline. `even_with_names`: of unknown authors, are shown.
    """

    window_id: UUID
    nonce: str | None = text(longest=200, default=None)
    pull: bool = False
    markers_per_script: int = number(least=1, most=2, default=1)
    seed_percent: int = number(least=0, most=50, default=5)
    standard_error: Decimal | None = None
    even_with_names: bool = False


@shape
class QueueItem(Shape):
    """A script that waits for a marker; one that was claimed, until `lease_until` (real time)."""

    allocation_id: UUID
    script_id: UUID
    number: int  # by which only markers know it
    kind: str  # marking | adjudication | standardisation
    due_on: date
    words: int
    fence: int = 1
    lease_until: datetime | None = None
    started: bool = False


@shape
class QueuePage(Page):
    """A marker's queue, what is due first first."""

    items: list[QueueItem]


@shape
class MarkingQueue(ListRequest[QueuePage], to="assessment"):
    """What this member of staff has to mark."""

    staff_id: UUID


@shape
class CriterionMark(Shape):
    """The mark for one criterion."""

    criterion: str = text(longest=20)
    mark: int
    comment: str = text(longest=4_000, default="")


@shape
class OpinionMark(Shape):
    """A mark that an adjudicator finds; `opinion` is A or B, in an order that tells nothing."""

    opinion: str
    criterion: str
    mark: int
    comment: str = text(longest=4_000, default="")


@shape
class ScriptToMark(Shape):
    """A script as its marker sees it: nothing tells who wrote it.

    Nothing after character `cut_off_at` of `text` is marked. `opinions` are for an adjudicator.
    """

    allocation_id: UUID
    script_id: UUID
    number: int
    kind: str  # marking | adjudication | standardisation
    title: str
    question: str = text(longest=20_000)
    draft_reason: str | None = text(longest=4_000, default=None)
    text: str = text(longest=200_000)
    whole: bool = True  # false: text past the cut-off was left out
    words: int
    excluded: int = 0  # words that do not count: title, question, references, appendices
    word_limit: int
    cut_off_word: int | None = None
    cut_off_at: int | None = None
    pass_mark: int
    criteria: list[Criterion]
    opinions: list[OpinionMark] = items(most=100, default_factory=list)
    fence: int = 1
    lease_until: datetime | None = None
    draft: list[CriterionMark] = items(most=50, default_factory=list)
    draft_holistic: str | None = None


@shape
class GetScript(Request[ScriptToMark], to="assessment"):
    """The script of one's own allocation. Whoever has opened one has begun it."""

    allocation_id: UUID
    staff_id: UUID


@shape
class MarkReceipt(Shape):
    """What was kept: `score` is the weighted sum, `indicative` what the scheme makes of it."""

    allocation_id: UUID
    script_id: UUID
    score: int
    indicative: str
    holistic: str
    marked_at: datetime


@shape
class MarkScript(Request[MarkReceipt], to="assessment", writes=True):
    """Marks for each criterion, and the marker's own view of the whole: pass or fail.

    `fence` as the script was given out: needed for a claimed script, and checked wherever given.
    """

    allocation_id: UUID
    staff_id: UUID
    marks: list[CriterionMark] = items(most=50)
    holistic: str = text(pattern=DECISION)
    fence: int | None = None


@shape
class SaveDraft(Request[QueueItem], to="assessment", writes=True):
    """Keep what was marked so far, for this marker alone; a claimed script's lease goes on."""

    allocation_id: UUID
    staff_id: UUID
    marks: list[CriterionMark] = items(most=50)
    holistic: str | None = text(pattern=DECISION, default=None)
    reason: str | None = text(longest=4_000, default=None)
    fence: int | None = None


@shape
class Adjudicate(Request[MarkReceipt], to="assessment", writes=True):
    """Marks that decide where two markers disagree, with the reason for them."""

    allocation_id: UUID
    staff_id: UUID
    marks: list[CriterionMark] = items(most=50)
    holistic: str = text(pattern=DECISION)
    reason: str = text(longest=4_000, pattern=r"\S")
    fence: int | None = None


@shape
class ReallocateScript(Request[QueueItem], to="assessment", writes=True):
    """Give a script that is not marked yet to somebody else, with the reason.

    One that its marker has begun stays with them unless `even_started`.
    """

    allocation_id: UUID
    reason: str = text(longest=500, pattern=r"\S")
    even_started: bool = False


@shape
class ScriptRecord(Shape):
    """A script as the assessment lead sees it. `waits_for` names the staff it lies with."""

    script_id: UUID
    number: int
    shown_as: int = 0  # the number that markers know it by, as they do a seed
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
    flagged: bool = False  # its integrity is or was in doubt
    integrity_outcome: str | None = None  # what a lead decided of that: as_marked | fail
    words: int
    hidden: int


@shape
class ScriptPage(Page):
    """Scripts by number."""

    items: list[ScriptRecord]


@shape
class ListScripts(ListRequest[ScriptPage], to="assessment"):
    """The scripts of a window, or those in one state."""

    window_id: UUID
    state: str | None = text(longest=20, default=None)


@shape
class DecisionRecord(Shape):
    """One step in a script's life: what was decided, by which rule, on which facts (as JSON)."""

    position: int = number(least=1)
    at: datetime
    kind: str
    rule: str
    by: str
    facts: str = text(longest=100_000)


@shape
class DecisionPage(Page):
    """Decisions in their order."""

    items: list[DecisionRecord]


@shape
class ListDecisions(ListRequest[DecisionPage], to="assessment"):
    """All that was decided about a script."""

    script_id: UUID
