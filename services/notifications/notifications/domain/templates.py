"""Templates: what a file of one says, and the message that it and the values make.

A file begins with lines of `Subject:`, `Class:`, `Topic:`, `Needs:`, `Private:`, `Line:`,
`Link:`, then an empty line, then the body in Notify's markup (see `markup`).

| field | says |
|---|---|
| Subject | the subject; no key that is private may stand in it |
| Class | critical, transactional or informational: see `quiet` |
| Topic | what a person can choose to hear of at once, together or never |
| Needs | what must still be true when it goes out: see `relevance` |
| Private | keys whose values must not stand in a subject |
| Line | how it is told in one line, among others; without it, it is never told so |
| Link | whose page `((link))` leads to, one of `LINKS`: the reader's own, found when it is sent |

A new version is a new file; a message keeps the version with which it was queued.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from notifications.domain import markup
from notifications.domain.placeholders import by_key, filled, key_of, keys_in, require
from notifications.domain.relevance import NEEDS
from notifications.domain.values import Value
from notifications.domain.wording import ENGLISH, choice, in_words

CRITICAL, TRANSACTIONAL, INFORMATIONAL = "critical", "transactional", "informational"
CLASSES = (CRITICAL, TRANSACTIONAL, INFORMATIONAL)
RANKS = {name: rank for rank, name in enumerate(CLASSES)}
"""Critical messages go out before others."""

TOPICS = {
    "place": "your place on the programme",
    "programme": "your programme, its dates and your group",
    "sessions": "your sessions",
    "attendance": "your attendance",
    "assessment": "your assessment",
    "results": "your results",
    "marking": "marking",
    "declarations": "declarations to DfE",
    "hub": "what your hub's participants need",
    "other": "other news",
}

TOLD_TOGETHER = frozenset({"sessions", "hub"})
"""Topics of which some things can wait: these are told in the evening, unless someone wants them at
once. All other things are told as they happen.
"""

GIVEN_WHEN_SENT = ("name", "course", "provider")
"""Keys whose values are found at the moment of sending."""

LINKS = frozenset({"offer", "submission", "check_in", "marking"})
"""Pages that a message's reader has a link of their own to."""

PRIVATE_ALWAYS = frozenset({"trn", "dateofbirth", "address", "email", "link"})
FIELDS = {"subject", "class", "topic", "needs", "private", "line", "link"}
LONGEST_SUBJECT = 250


class BadTemplate(ValueError):
    """A template is none; says which and why."""


@dataclass(frozen=True)
class Rendered:
    """A message as it goes out; `markup` for a channel that lays it out itself."""

    subject: str
    plain: str
    html: str
    markup: str


@dataclass(frozen=True)
class Template:
    """One version of one message's wording."""

    name: str
    version: int
    subject: str
    message_class: str
    needs: frozenset[str]
    body: str
    topic: str = "other"
    private: frozenset[str] = frozenset()
    line: str | None = None
    language: str = ENGLISH
    link: str | None = None

    @property
    def given_when_sent(self) -> tuple[str, ...]:
        """Keys whose values are found at the moment of sending."""
        return (*GIVEN_WHEN_SENT, "link") if self.link else GIVEN_WHEN_SENT

    @cached_property
    def keys(self) -> list[str]:
        """All keys that it needs a value for."""
        return keys_in(f"{self.subject}\n{self.body}")

    @cached_property
    def _blocks(self) -> list[markup.Block]:
        return markup.blocks_of(self.body)

    @property
    def rank(self) -> int:
        """The lower the sooner."""
        return RANKS[self.message_class]

    def check_values(self, values: Mapping[str, Value | None]) -> None:
        """Raises MissingValues unless all values are there that are not found when sending."""
        require(self.keys, dict.fromkeys(self.given_when_sent, "") | dict(values))

    def render(self, values: Mapping[str, Value | None], choices: str | None = None) -> Rendered:
        """The message; at its end a link to its reader's `choices`. Raises MissingValues."""
        require(self.keys, values)
        known = self._known(values)
        blocks = markup.write(self._blocks, known)
        if choices is not None:
            blocks += markup.foot(choice(self.language), choices)
        return Rendered(
            subject=" ".join(filled(self.subject, known).split()),
            plain=markup.as_plain(blocks),
            html=markup.as_html(blocks, self.language),
            markup=markup.as_markup(blocks),
        )

    def render_line(self, values: Mapping[str, Value | None]) -> str:
        """How it is told among others, in one line. Raises MissingValues."""
        return " ".join(filled(self.line or self.subject, self._known(values)).split())

    def _known(self, values: Mapping[str, Value | None]) -> dict[str, Value]:
        worded = {key: in_words(value, self.language) for key, value in values.items()}
        return by_key(worded)

    def reworded(
        self, version: int, language: str, subject: str, body: str, line: str | None = None
    ) -> "Template":
        """The same message in other words; without a line its own is kept. Raises BadTemplate for
        words that cannot be its.
        """
        if line is not None and self.line is None:
            raise BadTemplate(f"{self.name} is never told in a line among others")
        other = replace(self, version=version, language=language, subject=subject, body=body)
        other = replace(other, line=line or self.line)
        keys = [*other.keys, *keys_in(other.line or "")]
        strange = {key_of(key) for key in keys} - self._values
        if strange:
            told = ", ".join(sorted(strange))
            raise BadTemplate(f"{self.name} has no value for {told}")
        _check(other)
        return other

    @cached_property
    def _values(self) -> frozenset[str]:
        every = [*self.keys, *keys_in(self.line or ""), *self.given_when_sent, *self.private]
        return frozenset(key_of(key) for key in every)


def read_template(name: str, version: int, text: str, language: str = ENGLISH) -> Template:
    """The template in a file. Raises BadTemplate."""
    head, gap, body = text.partition("\n\n")
    fields = dict(_field(name, line) for line in head.splitlines())
    if not gap:
        raise BadTemplate(f"template {name} {version} has no body")
    if unknown := fields.keys() - FIELDS:
        raise BadTemplate(f"template {name} {version}: {', '.join(sorted(unknown))}")
    template = Template(
        name,
        version,
        fields.get("subject", ""),
        fields.get("class", ""),
        frozenset(_words(fields.get("needs", ""))),
        body.strip(),
        topic=fields.get("topic", "other"),
        private=frozenset(key_of(key) for key in fields.get("private", "").split(",") if key),
        line=fields.get("line"),
        language=language,
        link=fields.get("link"),
    )
    _check(template)
    return template


def _check(template: Template) -> None:
    """Raises BadTemplate for what cannot be a template."""
    named = f"template {template.name} {template.version}"
    if not template.body.strip():
        raise BadTemplate(f"{named} has no body")
    if not template.subject.strip() or "\n" in template.subject:
        raise BadTemplate(f"{named} has no subject of one line")
    if len(template.subject) > LONGEST_SUBJECT:
        raise BadTemplate(f"{named}: its subject is longer than {LONGEST_SUBJECT}")
    if template.message_class not in CLASSES:
        raise BadTemplate(f"{named} has no class of {', '.join(CLASSES)}")
    if template.topic not in TOPICS:
        raise BadTemplate(f"{named} has no topic of {', '.join(TOPICS)}")
    if template.needs - NEEDS:
        raise BadTemplate(f"{named} needs {', '.join(sorted(template.needs - NEEDS))}")
    if template.link is not None and template.link not in LINKS:
        raise BadTemplate(f"{named} has no link of {', '.join(sorted(LINKS))}")
    told = {key_of(key) for key in keys_in(template.subject)}
    if private := told & (template.private | PRIVATE_ALWAYS):
        raise BadTemplate(f"{named} tells {', '.join(sorted(private))} in its subject")


def _words(told: str) -> Sequence[str]:
    return told.replace(",", " ").split()


def _field(name: str, line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    if not colon:
        raise BadTemplate(f"template {name}: {line!r} is no field")
    return label.strip().lower(), value.strip()
