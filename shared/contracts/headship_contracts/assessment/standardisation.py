"""What can be asked about scripts whose marks are agreed, and the bank of comments."""

from datetime import datetime
from uuid import UUID

from headship_contracts.assessment.marking import CriterionMark
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

PURPOSE = r"^(standardisation|seed)$"


@shape
class ReferenceRecord(Shape):
    """A script whose marks are agreed."""

    reference_id: UUID
    paper_id: UUID
    purpose: str
    words: int
    score: int
    decision: str
    retired: bool


@shape
class AddReferenceScript(Request[ReferenceRecord], to="assessment", writes=True):
    """Keep a script with definitive marks for a paper, and why they are right.

    `standardisation` ones must be marked alike before live marking; `seed` ones lie unrecognised
    among the scripts of a window.
    """

    paper_id: UUID
    purpose: str = text(longest=20, pattern=PURPOSE)
    marks: list[CriterionMark] = items(most=50)
    reason: str = text(longest=4_000, pattern=r"\S")
    text: str = text(longest=200_000, pattern=r"\S")


@shape
class RetireReferenceScript(Request[Done], to="assessment", writes=True):
    """Use a reference script no more; what was marked of it stays on record."""

    reference_id: UUID


@shape
class ReferencePage(Page):
    """Reference scripts in the order in which they were added."""

    items: list[ReferenceRecord]


@shape
class ListReferenceScripts(ListRequest[ReferencePage], to="assessment"):
    """A paper's reference scripts, for leads: they hold the definitive marks."""

    paper_id: UUID


@shape
class Standardisation(Shape):
    """How far a marker has come with a paper's standardisation scripts.

    `waiting`: allocation_ids still to be marked, by `mark_script` like any other.
    """

    staff_id: UUID
    paper_id: UUID
    passed: bool
    right: int
    wrong: int
    waiting: list[UUID]


@shape
class StartStandardisation(Request[Standardisation], to="assessment", writes=True):
    """Put the paper's standardisation scripts on the marker's desk, those not marked alike yet.

    After a fail only a lead may begin another round (`again`).
    """

    staff_id: UUID
    paper_id: UUID
    again: bool = False


@shape
class GetStandardisation(Request[Standardisation], to="assessment"):
    """Whether a marker may mark a paper's scripts."""

    staff_id: UUID
    paper_id: UUID


@shape
class CheckRecord(Shape):
    """A reference script as a marker marked it, beside the definitive marks."""

    marking_id: UUID
    staff_id: UUID
    reference_id: UUID
    purpose: str
    score: int
    decision: str
    definitive_score: int
    definitive_decision: str
    agrees: bool
    marked_at: datetime


@shape
class CheckPage(Page):
    """Checks in the order in which they were marked."""

    items: list[CheckRecord]


@shape
class ListChecks(ListRequest[CheckPage], to="assessment"):
    """What markers made of reference scripts: for leads, and of standardisation for oneself."""

    paper_id: UUID
    staff_id: UUID | None = None


@shape
class BankedComment(Shape):
    """A comment to be used again. `criterion` None: for any."""

    comment_id: UUID
    criterion: str | None = None
    text: str = text(longest=4_000)


@shape
class BankComment(Request[BankedComment], to="assessment", writes=True):
    """Keep a comment for all who mark this paper. The same words again give the same comment."""

    paper_id: UUID
    criterion: str | None = text(longest=20, default=None)
    text: str = text(longest=4_000, pattern=r"\S")


@shape
class RetireComment(Request[Done], to="assessment", writes=True):
    """Offer a comment no more."""

    comment_id: UUID


@shape
class BankPage(Page):
    """Comments in the order in which they were kept."""

    items: list[BankedComment]


@shape
class ListComments(ListRequest[BankPage], to="assessment"):
    """A paper's comments, or those for one criterion."""

    paper_id: UUID
    criterion: str | None = text(longest=20, default=None)
