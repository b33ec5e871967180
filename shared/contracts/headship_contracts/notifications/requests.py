"""Asking notifications for its messages and templates, and sending a message again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, text

KEY = r"[a-z0-9_]{1,64}"


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
class MessageCount(Shape):
    """How many messages of one template have one status."""

    template: str
    status: str
    messages: int


@dataclass(frozen=True, kw_only=True)
class MessageCounts(Shape):
    """Every template and status of which there are messages."""

    counts: list[MessageCount]


@dataclass(frozen=True, kw_only=True)
class CountMessages(Request[MessageCounts], to="notifications"):
    """How many messages there are, by template and status."""


@dataclass(frozen=True, kw_only=True)
class ResendMessage(Request[MessageRecord], to="notifications", writes=True):
    """Send a message once more, with the name, address and wording of now.

    It is a new message; the old one stays as it is. Refused `still_waiting` for one that has not
    gone out yet.
    """

    message_id: UUID
    reason: str = text(longest=500)


@dataclass(frozen=True, kw_only=True)
class TemplateRecord(Shape):
    """One version of a template. `keys` need a value, but for those found when sending."""

    name: str
    version: int
    newest: bool
    message_class: str
    subject: str
    body: str = text(longest=50_000)
    keys: list[str] = items(most=100)
    needs: list[str] = items(most=20)


@dataclass(frozen=True, kw_only=True)
class TemplatesFound(Shape):
    """All templates that ship with the service, by name and version."""

    templates: list[TemplateRecord]


@dataclass(frozen=True, kw_only=True)
class ListTemplates(Request[TemplatesFound], to="notifications"):
    """Every version of every template."""


@dataclass(frozen=True, kw_only=True)
class PreviewValue(Shape):
    """A value for a key; more than one text is a list, for which a line of its own gets bullets."""

    key: str = text(longest=100)
    texts: list[str] = items(most=100)


@dataclass(frozen=True, kw_only=True)
class Preview(Shape):
    """How a message would look."""

    subject: str
    plain: str = text(longest=50_000)
    html: str = text(longest=100_000)


@dataclass(frozen=True, kw_only=True)
class PreviewTemplate(Request[Preview], to="notifications"):
    """A template with these values. Invalid, naming each key, where a value is missing.

    Without `version` the newest one.
    """

    template: str = text(longest=64, pattern=KEY)
    version: int | None = number(least=1, most=100_000, default=None)
    values: list[PreviewValue] = items(most=100)
