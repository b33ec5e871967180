"""What can be asked about scripts that participants send."""

from datetime import datetime
from uuid import UUID

from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

LONGEST_UPLOAD = 820_000
"""Characters of base64: 600 KiB, so that a message stays below 1 MiB."""


@shape
class Receipt(Shape):
    """What was received and how it was counted. `method` names reader and counting rule.

    Being over the limit fails nobody: words past `cut_off_word` are not marked. `excluded` words
    (title, question, references, appendices) do not count; `hidden` ones do, and are looked into.
    """

    submission_id: UUID
    application_id: UUID
    window_id: UUID
    state: str  # received | refused
    reason: str | None = None  # why refused
    received_at: datetime
    sha256: str
    words: int = 0
    method: str | None = None
    word_limit: int
    over_by: int = 0
    cut_off_word: int | None = None
    excluded: int = 0
    hidden: int = 0
    counts: bool = True  # false: a later one replaced it
    in_grace: bool = False  # it came after the close, within the paper's technical grace
    own_work: bool = True  # false: nobody has declared it, as of a file that was never confirmed


@shape
class SubmitScript(Request[Receipt], to="assessment", writes=True):
    """A script as a file: .docx, .odt, .pdf or .txt, at most 600 KiB, `content` in base64.

    It may be replaced until the window closes: the latest counts. A file that cannot be read is
    refused with its reason, and the script before it still counts. One that comes late is refused
    and kept: a lead may still accept it. Larger files go through the page of a submission link.
    """

    application_id: UUID
    window_id: UUID
    filename: str = text(longest=255, pattern=r"\S")
    content: str = text(longest=LONGEST_UPLOAD)
    own_work: bool  # the declaration that this is the participant's own work


@shape
class SubmissionLink(Shape):
    """The address of the page where one candidate reads the paper and sends the script."""

    application_id: UUID
    window_id: UUID
    url: str
    expires_at: datetime


@shape
class MakeSubmissionLink(Request[SubmissionLink], to="assessment", writes=True):
    """A new link for a candidate; the one before it is no longer good.

    It is good until `days_after` days after the candidate's close, so that the receipt can still
    be seen. Before the window opens it tells only when it will.
    """

    application_id: UUID
    window_id: UUID
    days_after: int = number(least=0, most=365, default=30)


@shape
class SubmissionLinks(Request[LinksFound], to="assessment", writes=True):
    """The links of up to 500 candidates, for the messages that carry them.

    Unlike `make_submission_link` it lets a candidate's earlier links be good; who has none, or one
    that was revoked, gets a new one. Good until 30 days after the candidate's close.
    """

    wanted: list[LinkWanted] = items(most=500)


@shape
class RevokeSubmissionLink(Request[Done], to="assessment", writes=True):
    """No link of this candidate is good any more."""

    application_id: UUID
    window_id: UUID


@shape
class AcceptLateScript(Request[Receipt], to="assessment", writes=True):
    """Let a script count that came late, or that its sender never confirmed, as for circumstances.

    Until marking begins. The candidate leaves a later window that was entered meanwhile.
    """

    submission_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class GetReceipt(Request[Receipt], to="assessment"):
    """The receipt again."""

    submission_id: UUID


@shape
class SubmissionPage(Page):
    """Receipts, oldest first."""

    items: list[Receipt]


@shape
class ListSubmissions(ListRequest[SubmissionPage], to="assessment"):
    """All that was sent in a window, or by an application, refused files included."""

    window_id: UUID | None = None
    application_id: UUID | None = None
