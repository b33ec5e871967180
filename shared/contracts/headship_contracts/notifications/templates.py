"""Asking notifications for its templates, and how a message would look."""

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, number, shape, text

KEY = r"^[a-z0-9_]{1,64}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


@shape
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
    topic: str = "other"
    language: str = "en"
    line: str | None = None  # how it is told among other things; None: never so


@shape
class TemplatesFound(Shape):
    """All templates, by name and version: those that ship with the service, and the provider's own
    words (versions from 1000 on). `newest` is the version that new messages of its language get.
    """

    templates: list[TemplateRecord]


@shape
class ListTemplates(Request[TemplatesFound], to="notifications"):
    """Every version of every template."""


@shape
class PreviewValue(Shape):
    """A value for a key; more than one text is a list, for which a line of its own gets bullets."""

    key: str = text(longest=100)
    texts: list[str] = items(most=100)


@shape
class Preview(Shape):
    """How a message would look."""

    subject: str
    plain: str = text(longest=50_000)
    html: str = text(longest=100_000)
    line: str | None = None


@shape
class PreviewTemplate(Request[Preview], to="notifications"):
    """A template with these values. Invalid, naming each key, where a value is missing.

    Without `version` the one in use. With `subject`, `body` or `line` it is shown in these words:
    so that they can be looked at before they are saved.
    """

    template: str = text(longest=64, pattern=KEY)
    version: int | None = number(least=1, most=100_000, default=None)
    values: list[PreviewValue] = items(most=100)
    language: str = text(longest=35, pattern=LANGUAGE, default="en")
    subject: str | None = text(longest=250, default=None)
    body: str | None = text(longest=20_000, default=None)
    line: str | None = text(longest=500, default=None)


@shape
class SaveWording(Request[TemplateRecord], to="notifications", writes=True):
    """Use these words for a template from now on, in a language: a new version, kept for ever.

    Invalid `bad_template` for a key that the template has no value for, and for a subject that
    would tell what is private, or a `line` where it is never told among others. Messages that wait
    keep the words that they were queued with. Without a `line` the one that ships is used.
    """

    template: str = text(longest=64, pattern=KEY)
    subject: str = text(longest=250, pattern=r"\S")
    body: str = text(longest=20_000, pattern=r"\S")
    language: str = text(longest=35, pattern=LANGUAGE, default="en")
    line: str | None = text(longest=500, pattern=r"\S", default=None)


@shape
class ArchiveWording(Request[TemplateRecord], to="notifications", writes=True):
    """No longer use one of the provider's own versions; messages that have it keep it.

    What ships with the service cannot be archived: NotFound `wording_not_found`.
    """

    template: str = text(longest=64, pattern=KEY)
    version: int = number(least=1, most=100_000)
