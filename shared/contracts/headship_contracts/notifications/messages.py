"""Asking notifications for its messages, and sending one again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, text


@dataclass(frozen=True, kw_only=True)
class MessageRecord(Shape):
    """A message to one person, or to the provider's team (no `person_id`).

    `status` is one of GOV.UK Notify's words, or `unknown`: it may have gone. `reason` says why it
    was cancelled or failed. `recipient` and `subject` are known once it went out.
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


@dataclass(frozen=True, kw_only=True)
class MessagePage(Page):
    """A page of messages, the newest first."""

    items: list[MessageRecord]


@dataclass(frozen=True, kw_only=True)
class ListMessages(ListRequest[MessagePage], to="notifications"):
    """Messages, by what is given: person, application, template, status."""

    person_id: UUID | None = None
    application_id: UUID | None = None
    template: str | None = text(longest=64, default=None)
    status: str | None = text(longest=32, default=None)


@dataclass(frozen=True, kw_only=True)
class MessageText(Shape):
    """A message with its wording: as it went out, or empty while it has not."""

    message: MessageRecord
    body: str = text(longest=50_000)


@dataclass(frozen=True, kw_only=True)
class ReadMessage(Request[MessageText], to="notifications"):
    """One message, as its recipient got it."""

    message_id: UUID


@dataclass(frozen=True, kw_only=True)
class TemplateCount(Shape):
    """The messages of one template: those that went out, and all others by what became of them."""

    template: str
    sent: int
    waiting: int
    cancelled: int
    failed: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class MessageCounts(Shape):
    """How many messages went out, how many are due now and have not, and both by template."""

    sent: int
    due: int
    by_template: list[TemplateCount]


@dataclass(frozen=True, kw_only=True)
class CountMessages(Request[MessageCounts], to="notifications"):
    """How many messages there are."""


@dataclass(frozen=True, kw_only=True)
class ResendMessage(Request[MessageRecord], to="notifications", writes=True):
    """Send a message once more, with the name, address and wording of now.

    It is a new message; the old one stays as it is. Refused `still_waiting` for one that has not
    gone out yet.
    """

    message_id: UUID
    reason: str = text(longest=500)
