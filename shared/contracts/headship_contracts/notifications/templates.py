"""Asking notifications for its templates, and how a message would look."""

from dataclasses import dataclass

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, number, text

KEY = r"[a-z0-9_]{1,64}"


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
