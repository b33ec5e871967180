"""What can be asked about moderation: how sure one can be of a marker's decisions."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text


@shape
class ModerationRecord(Shape):
    """A marker's scripts of a window in moderation.

    Of `population` scripts that rest on this marker's mark alone, `checked` were marked again by a
    moderator, blind; `errors` were decided otherwise. `bound`: with 95 % confidence no more than
    this share of the population is wrong, however often was looked. `posterior`: the 95 % quantile
    of the Beta posterior by itself. `likely_good` and `likely_bad`: the chance that fewer than 5 %,
    and more than 10 %, are wrong. `pooled`: what other markers' results add to the prior.
    All shares are decimal numbers. `mandatory` scripts are looked at anyway and not counted.
    """

    moderation_id: UUID
    window_id: UUID
    batch: str
    staff_id: UUID
    state: str  # sampling | accepted | escalated | complete
    rule: str | None = None
    population: int
    drawn: int
    checked: int
    errors: int
    mandatory: int
    bound: str
    posterior: str
    likely_good: str
    likely_bad: str
    pooled: str
    opened_at: datetime
    closed_at: datetime | None = None


@shape
class ModerationPage(Page):
    """Moderations of a window by marker."""

    items: list[ModerationRecord]


@shape
class ListModerations(ListRequest[ModerationPage], to="assessment"):
    """How the moderation of a window stands."""

    window_id: UUID


@shape
class ModerationOpened(Shape):
    """What was drawn at first."""

    window_id: UUID
    batch: str
    nonce_sha256: str
    markers: int
    drawn: int
    mandatory: int


@shape
class OpenModeration(Request[ModerationOpened], to="assessment", writes=True):
    """Once all scripts are decided: draw from each marker's, and give them to moderators.

    More are drawn, ten at a time, or all, as what they decide asks for. The service draws the
    nonce, once for a window; a `nonce` that is given is added to it, and decides nothing by itself.
    """

    window_id: UUID
    nonce: str | None = text(longest=200, default=None)


@shape
class FrameScript(Shape):
    """A script in a draw's frame, and the step in which it was drawn; None if it was not.

    The frame is sorted by score, phase, hub and number; phase and hub are not told.
    """

    number: int
    score: int
    step: int | None = None


@shape
class DrawProof(Shape):
    """One marker's draw, whole: the frame in its order, the seed's parts, what was drawn.

    `by_risk`: the frame of the scripts that are looked at because they are near to the `pass_mark`,
    by score and number, those drawn with step 1; empty where there was no such draw.
    `holds`: drawn again from these, it comes out the same.
    """

    moderation_id: UUID
    batch: str
    marker: str
    nonce: str
    nonce_sha256: str
    seed: str
    frame: list[FrameScript]
    holds: bool
    pass_mark: int = 0
    by_risk: list[FrameScript] = items(most=10_000, default_factory=list)


@shape
class ProveDraw(Request[DrawProof], to="assessment"):
    """All that a third party needs to draw again; once moderation of the whole window is over."""

    moderation_id: UUID
