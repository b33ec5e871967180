"""What can be asked about extenuating circumstances, and the evidence of any case."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text

KINDS = r"^(illness|bereavement|caring|disability|work|technical_failure|other)$"
OUTCOMES = r"^(extend|defer|disregard_attempt|refuse)$"


@shape
class CircumstancesRecord(Shape):
    """What a participant filed about a window, and what became of it. `due_on`: decided by then."""

    circumstances_id: UUID
    application_id: UUID
    window_id: UUID
    kind: str
    statement: str = text(longest=4_000)
    state: str  # filed | decided | withdrawn
    evidence: int
    filed_at: datetime
    due_on: date
    overdue: bool
    outcome: str | None = None
    closes_on: date | None = None
    reason: str | None = text(longest=4_000, default=None)
    decided_at: datetime | None = None
    decided_by: str | None = None


@shape
class FileCircumstances(Request[CircumstancesRecord], to="assessment", writes=True):
    """Tell of what keeps, or kept, a participant from doing well in a window.

    The window's results wait for the decision. Once they are released, appeal instead.
    """

    application_id: UUID
    window_id: UUID
    kind: str = text(longest=40, pattern=KINDS)
    statement: str = text(longest=4_000, pattern=r"\S")


@shape
class DecideCircumstances(Request[CircumstancesRecord], to="assessment", writes=True):
    """Decide, with the reason: for a lead who marks nothing in that window.

    `extend` needs `closes_on`, the new last day; `defer` moves the candidate to a later window;
    `disregard_attempt` lets the script count for nothing, and uses up no attempt. `staff_id` says
    for whom an operator acts.
    """

    circumstances_id: UUID
    outcome: str = text(longest=40, pattern=OUTCOMES)
    reason: str = text(longest=4_000, pattern=r"\S")
    closes_on: date | None = None
    staff_id: UUID | None = None


@shape
class WithdrawCircumstances(Request[CircumstancesRecord], to="assessment", writes=True):
    """Take back what was filed and not decided yet."""

    circumstances_id: UUID
    reason: str = text(longest=4_000, pattern=r"\S")


@shape
class CircumstancesPage(Page):
    """Cases, those due first first."""

    items: list[CircumstancesRecord]


@shape
class ListCircumstances(ListRequest[CircumstancesPage], to="assessment"):
    """Cases by window, participant or state; `overdue` ones alone: filed, and past their day."""

    window_id: UUID | None = None
    application_id: UUID | None = None
    state: str | None = text(longest=20, default=None)
    overdue: bool = False


@shape
class EvidenceRecord(Shape):
    """A file that came with a case."""

    evidence_id: UUID
    filename: str
    sha256: str
    note: str
    added_at: datetime
    added_by: str


@shape
class AddEvidence(Request[EvidenceRecord], to="assessment", writes=True):
    """Add a file to circumstances or to an appeal: `content` in base64, 600 KiB at most."""

    circumstances_id: UUID | None = None
    appeal_id: UUID | None = None
    filename: str = text(longest=255, pattern=r"\S")
    content: str = text(longest=820_000)
    note: str = text(longest=1_000, default="")


@shape
class EvidencePage(Page):
    """Evidence in the order in which it came."""

    items: list[EvidenceRecord]


@shape
class ListEvidence(ListRequest[EvidencePage], to="assessment"):
    """The evidence of circumstances or of an appeal."""

    circumstances_id: UUID | None = None
    appeal_id: UUID | None = None


@shape
class EvidenceFile(Shape):
    """A file of evidence, `content` in base64."""

    filename: str
    content: str = text(longest=820_000)


@shape
class GetEvidence(Request[EvidenceFile], to="assessment"):
    """The file itself, for who decides."""

    evidence_id: UUID
