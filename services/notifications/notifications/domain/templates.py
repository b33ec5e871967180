"""Templates: what a file of one says, and the message that it and the values make.

A file begins with lines `Subject:`, `Class:` and `Needs:`, an empty line, then the body in Notify's
markup: `# heading`, `* item`, `---`, paragraphs. A new version is a new file; a message keeps the
version with which it was queued.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from notifications.domain.placeholders import Value, fill, keys_in, list_of, require
from notifications.domain.relevance import NEEDS

CRITICAL, TRANSACTIONAL, INFORMATIONAL = "critical", "transactional", "informational"
CLASSES = (CRITICAL, TRANSACTIONAL, INFORMATIONAL)

GIVEN_WHEN_SENT = ("name", "course", "provider")
"""Keys whose values are found at the moment of sending."""

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


class BadTemplate(ValueError):
    """A template's file is not one; says which and why."""


@dataclass(frozen=True)
class Rendered:
    """A message as it goes out."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class Template:
    """One version of one message's wording."""

    name: str
    version: int
    subject: str
    message_class: str
    needs: frozenset[str]
    body: str

    @property
    def keys(self) -> list[str]:
        """All keys that it needs a value for."""
        return keys_in(f"{self.subject}\n{self.body}")

    def check_values(self, values: Mapping[str, Value | None]) -> None:
        """Raises MissingValues unless all values are there that are not found when sending."""
        require(self.keys, dict.fromkeys(GIVEN_WHEN_SENT, "") | dict(values))

    def render(self, values: Mapping[str, Value | None]) -> Rendered:
        """The message. Raises MissingValues."""
        require(self.keys, values)
        blocks = [filled for block in _blocks(self.body) if (filled := _fill(block, values))]
        return Rendered(
            subject=" ".join(fill(self.subject, values).split()),
            plain="\n\n".join(_plain(kind, lines) for kind, lines in blocks) + "\n",
            html=_page("\n".join(_html(kind, lines) for kind, lines in blocks)),
        )


def read_template(name: str, version: int, text: str) -> Template:
    """The template in a file. Raises BadTemplate."""
    head, gap, body = text.partition("\n\n")
    fields = dict(_field(name, line) for line in head.splitlines())
    if not gap or not body.strip():
        raise BadTemplate(f"template {name} {version} has no body")
    unknown = fields.keys() - {"subject", "class", "needs"}
    if unknown or not fields.get("subject"):
        raise BadTemplate(f"template {name} {version}: {', '.join(unknown) or 'no subject'}")
    if fields.get("class") not in CLASSES:
        raise BadTemplate(f"template {name} {version} has no class of {', '.join(CLASSES)}")
    needs = frozenset(word for word in fields.get("needs", "").replace(",", " ").split())
    if needs - NEEDS:
        raise BadTemplate(f"template {name} {version} needs {', '.join(sorted(needs - NEEDS))}")
    return Template(name, version, fields["subject"], fields["class"], needs, body.strip())


def _field(name: str, line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    if not colon:
        raise BadTemplate(f"template {name}: {line!r} is no field")
    return label.strip().lower(), value.strip()


Block = tuple[str, Sequence[str]]


def _blocks(body: str) -> list[Block]:
    """The body's blocks, before any value is in it: so a value cannot begin one."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.rstrip() for line in part.splitlines()]
        if lines[0].startswith("# "):
            blocks.append(("heading", [lines[0][2:]]))
            lines = lines[1:]
        if not lines:
            continue
        if lines == ["---"]:
            blocks.append(("rule", ["---"]))
        elif all(line.startswith("* ") for line in lines):
            blocks.append(("list", [line[2:] for line in lines]))
        else:
            blocks.append(("paragraph", lines))
    return blocks


def _fill(block: Block, values: Mapping[str, Value | None]) -> Block | None:
    """The block with its values; None if nothing is left of it."""
    kind, lines = block
    if kind == "paragraph" and len(lines) == 1:
        items = list_of(lines[0], values)
        if items is not None:
            return ("list", items) if items else None
    filled = [text for line in lines if (text := fill(line, values).strip())]
    return (kind, filled) if filled else None


def _plain(kind: str, lines: Sequence[str]) -> str:
    if kind == "heading":
        return f"{lines[0]}\n{'-' * len(lines[0])}"
    if kind == "list":
        return "\n".join(f"* {line}" for line in lines)
    if kind == "rule":
        return "-" * 40
    return "\n".join(lines)


def _html(kind: str, lines: Sequence[str]) -> str:
    told = [_with_links(escape(line)) for line in lines]
    if kind == "heading":
        return f"<h2>{told[0]}</h2>"
    if kind == "list":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in told) + "</ul>"
    if kind == "rule":
        return "<hr>"
    return "<p>" + "<br>".join(told) + "</p>"


def _with_links(escaped: str) -> str:
    return _URL.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', escaped)


def _page(content: str) -> str:
    style = "font-family:Arial,sans-serif;font-size:19px;line-height:1.5;max-width:580px"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>'
        f'<body><div style="{style}">\n{content}\n</div></body></html>\n'
    )
