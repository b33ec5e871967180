"""Sending one template to many, by a CSV file: a row for each recipient.

A file goes up in pieces below the message limit: begin, put each piece, validate, apply. Its
columns are the template's placeholders, as GOV.UK Notify reads them (case, spaces, hyphens and
underscores do not matter; a column that is there more than once is a list), and who each row is
for: `email address`, `person id`, or `application id` (its participant). `name` and `course` are
only needed for addresses: of a person and an application they are found when it is sent. A column
`reference` tells rows apart where somebody is to get more than one.
"""

from datetime import datetime
from uuid import UUID

from headship_contracts.files import PIECE_BYTES, SHA256, RowProblemPage
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.notifications.templates import KEY
from headship_contracts.shape import Shape, items, number, shape, text

MAILING_KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"


@shape
class MailingRecord(Shape):
    """A mailing. The counts are those of the last validation, or of what was applied.

    `unchanged` rows were sent before under this key, or stand in the file twice.
    """

    mailing_id: UUID
    template: str
    key: str
    due_at: datetime | None = None
    state: str  # uploading | validated | applied
    size: int  # bytes
    pieces: int  # that have arrived
    encoding: str | None = None  # utf-8 | utf-16 | cp1252 | mixed
    delimiter: str | None = None
    ignored_columns: list[str] = items(most=200, default_factory=list)
    rows: int = 0
    good: int = 0
    bad: int = 0
    unchanged: int = 0
    applied: int = 0
    created_by: str
    created_at: datetime
    finished_at: datetime | None = None
    revision: int


@shape
class BeginMailing(Request[MailingRecord], to="notifications", writes=True):
    """Say that a file of `size` bytes comes, whose rows each get a message of this template.

    `key` names the mailing for good: whoever has got its message under this key and template gets
    no second one, of this file or another. The messages are due at once, or at `due_at`.
    `delimiter` and `encoding` are found out where they are not given. NotFound
    `template_not_found`; Refused `too_large`.
    """

    template: str = text(longest=64, pattern=KEY)
    key: str = text(longest=80, pattern=MAILING_KEY)
    size: int = number(least=0)
    due_at: datetime | None = None
    delimiter: str | None = text(longest=1, default=None)
    encoding: str | None = text(longest=10, pattern=r"^(utf-8|utf-16|cp1252)$", default=None)


@shape
class PutMailingPiece(Request[MailingRecord], to="notifications", writes=True):
    """One piece, counted from 0: at most PIECE_BYTES bytes in base64, and their SHA-256 in hex."""

    mailing_id: UUID
    number: int = number(least=0, most=100_000)
    content: str = text(longest=PIECE_BYTES * 4 // 3 + 4)
    sha256: str = text(longest=64, pattern=SHA256)


@shape
class ValidateMailing(Request[MailingRecord], to="notifications", writes=True):
    """Read and check the whole file; nothing is queued.

    Refused, naming what is wrong, for what is no such file: `empty_file`, `not_text`, `nul_bytes`,
    `no_header`, `missing_columns`, `duplicate_columns`, `wrong_delimiter`, `unbalanced_quotes`,
    `row_too_long`, `too_many_rows` (10,000 are the most), `incomplete`.
    """

    mailing_id: UUID


@shape
class ApplyMailing(Request[MailingRecord], to="notifications", writes=True):
    """Queue a message for each row: `all_or_nothing`, or `valid_rows`.

    What was sent before is unchanged, so the same file again sends nothing. Refused
    `rows_not_right`, naming the first of them, where one row is bad and all were asked for.
    """

    mailing_id: UUID
    mode: str = text(longest=20, pattern=r"^(all_or_nothing|valid_rows)$", default="all_or_nothing")


@shape
class DiscardMailing(Request[Done], to="notifications", writes=True):
    """Remove the file and its errors; messages that were queued stay."""

    mailing_id: UUID


@shape
class MailingPage(Page):
    """Mailings, oldest first."""

    items: list[MailingRecord]


@shape
class ListMailings(ListRequest[MailingPage], to="notifications"):
    """Mailings that were begun and not discarded; a week later they are gone."""

    key: str | None = None
    state: str | None = None


@shape
class ListMailingProblems(ListRequest[RowProblemPage], to="notifications"):
    """Every problem of every bad row."""

    mailing_id: UUID
