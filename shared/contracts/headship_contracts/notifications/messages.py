"""Asking notifications for its messages, and sending one again."""

from dataclasses import field
from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.notifications.templates import KEY, PreviewValue
from headship_contracts.shape import Shape, items, shape, text


@shape
class Hold(Shape):
    """That a message had to wait: since when, until when, and why.

    `why`: quiet_hours, quiet_day (a weekend, bank or school holiday), enough_for_today (the person
    has had enough), daily_limit (as many have left as may in a day).
    """

    at: datetime
    until: datetime
    why: str


@shape
class MessageRecord(Shape):
    """A message to one person, or to the provider's team (no `person_id`).

    `status` is one of GOV.UK Notify's words, or `unknown`: it may have gone. `reason` says why it
    was cancelled or failed; `holds` what it waited for. `recipient` and `subject` are known once it
    went out.
    """

    message_id: UUID
    business_key: str
    template: str
    template_version: int
    message_class: str  # critical | transactional | informational
    person_id: UUID | None = None
    application_id: UUID | None = None
    status: str
    reason: str | None = None
    attempts: int
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None = None
    recipient: str | None = None
    subject: str | None = None
    resend_of: UUID | None = None
    revision: int
    language: str | None = None
    settled_at: datetime | None = None
    holds: list[Hold] = field(default_factory=list)


@shape
class MessagePage(Page):
    """A page of messages, the newest first."""

    items: list[MessageRecord]


@shape
class ListMessages(ListRequest[MessagePage], to="notifications"):
    """Messages, by what is given: person, application, template, status."""

    person_id: UUID | None = None
    application_id: UUID | None = None
    template: str | None = text(longest=64, default=None)
    status: str | None = text(longest=32, default=None)


@shape
class MessageText(Shape):
    """A message with its wording: as it went out, or empty while it has not."""

    message: MessageRecord
    body: str = text(longest=50_000)


@shape
class ReadMessage(Request[MessageText], to="notifications"):
    """One message, as its recipient got it."""

    message_id: UUID


@shape
class TemplateCount(Shape):
    """The messages of one template: those that went out, and all others by what became of them."""

    template: str
    sent: int
    waiting: int
    cancelled: int
    failed: int
    unknown: int


@shape
class MessageCounts(Shape):
    """How many messages went out, how many are due now and have not, and both by template.

    `today`: how many have left since midnight in London, or are about to; of `per_day` that may (0:
    no limit). Beyond it critical ones go on, all others wait until tomorrow.
    """

    sent: int
    due: int
    by_template: list[TemplateCount]
    today: int = 0
    per_day: int = 0


@shape
class CountMessages(Request[MessageCounts], to="notifications"):
    """How many messages there are."""


@shape
class ResendMessage(Request[MessageRecord], to="notifications", writes=True):
    """Send a message once more, with the name, address and wording of now.

    It is a new message; the old one stays as it is. A digest tells what of it is still so. Refused
    `still_waiting` for one that has not gone out yet.
    """

    message_id: UUID
    reason: str = text(longest=500)


@shape
class SettleMessage(Request[MessageRecord], to="notifications", writes=True):
    """What an operator has found out about a message that is `unknown`.

    `arrived`: it is `delivered` from now on; else a `technical-failure`, which can be sent again.
    Refused `not_in_doubt` for any other message.
    """

    message_id: UUID
    arrived: bool
    reason: str = text(longest=500, pattern=r"\S")


@shape
class Attached(Shape):
    """A file to go along. `content` is base64; all of a message are 700,000 bytes at most.

    Its name ends in csv, docx, ics, jpg, json, odt, pdf, png, rtf, txt or xlsx.
    """

    name: str = text(longest=100, pattern=r"\S")
    content: str = text(longest=1_000_000)


@shape
class SendMessage(Request[MessageRecord], to="notifications", writes=True):
    """Send a message of a template to somebody, or to an address.

    `key` says what it is about: with the template it is used once and for all. The same key with
    the same body gives the first message back; with another body it is a Conflict `key_reused`.
    Invalid, naming each key, where a value is missing; nothing is queued then. It goes out when it
    is due, at a decent hour, and if it is still true. Digests are made of what waits, and cannot be
    ordered. Refused `no_attachments` where mail leaves by GOV.UK Notify.
    """

    template: str = text(longest=64, pattern=KEY)
    key: str = text(longest=200, pattern=r"\S")
    values: list[PreviewValue] = items(most=100, default_factory=list)
    person_id: UUID | None = None
    to_address: str | None = text(longest=320, default=None)
    to_name: str | None = text(longest=200, default=None)
    application_id: UUID | None = None
    session_id: UUID | None = None
    window_id: UUID | None = None
    due_at: datetime | None = None
    attachments: list[Attached] = items(most=10, default_factory=list)
