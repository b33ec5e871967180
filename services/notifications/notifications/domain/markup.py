"""GOV.UK Notify's markup: headings, lists, inset text, rules, links; as plain text and as HTML.

    # heading           * item, - item, • item        ---        [text](https://…)
    ## smaller one      1. numbered item              ^ inset    https://…

A body is taken apart before any value is in it, so that no value can begin a heading or a list.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from notifications.domain.placeholders import around_list, filled, in_address
from notifications.domain.values import Value

_BULLET = re.compile(r"\s*[*•-]\s+")
_NUMBER = re.compile(r"\s*\d+\.\s+")
_INSET = re.compile(r"\s*\^\s?")
_RULE = re.compile(r"\s*([-*_=]\s*){3,}")
_HEADING = re.compile(r"\s*(#{1,2})\s*(.+?)\s*#*")
_LINK = re.compile(r"\[([^\]]+)\]\(\s*((?:\(\([^()]+\)\)|[^()\s])+)\s*\)")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)'\]]")
_BEGINS_MARKUP = re.compile(r"([#^*•-]|\d+\.|\[)")

WIDTH = 40
"""Of a rule in plain text."""


@dataclass(frozen=True)
class Block:
    """`kind`: heading, subheading, list, numbers, inset, rule or paragraph."""

    kind: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Told:
    """A line with its values in three forms."""

    plain: str
    html: str
    markup: str


@dataclass(frozen=True)
class Written:
    """A block with its values."""

    kind: str
    lines: Sequence[Told]


def blocks_of(body: str) -> list[Block]:
    """The blocks of a body, its placeholders still in it."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.rstrip() for line in part.splitlines() if line.strip()]
        while lines:
            kind, count = _first_kind(lines)
            blocks.append(Block(kind, [_bare(kind, line) for line in lines[:count]]))
            lines = lines[count:]
    return blocks


def _first_kind(lines: Sequence[str]) -> tuple[str, int]:
    """What the first lines are, and how many of them."""
    if _RULE.fullmatch(lines[0]):
        return "rule", 1
    if heading := _HEADING.fullmatch(lines[0]):
        return ("heading" if heading[1] == "#" else "subheading"), 1
    for kind, pattern in (("list", _BULLET), ("numbers", _NUMBER), ("inset", _INSET)):
        if pattern.match(lines[0]):
            alike = [bool(pattern.match(line)) for line in lines]
            return kind, alike.index(False) if False in alike else len(lines)
    for number, line in enumerate(lines):
        if _RULE.fullmatch(line) or _HEADING.fullmatch(line) or _BULLET.match(line):
            return "paragraph", number
    return "paragraph", len(lines)


def _bare(kind: str, line: str) -> str:
    patterns = {"list": _BULLET, "numbers": _NUMBER, "inset": _INSET}
    if kind in patterns:
        return patterns[kind].sub("", line, count=1)
    if kind in ("heading", "subheading"):
        heading = _HEADING.fullmatch(line)
        return heading[2] if heading else line
    return line


def write(blocks: Sequence[Block], known: Mapping[str, Value]) -> list[Written]:
    """The blocks with their values; those of which nothing is left are left out."""
    written: list[Written] = []
    for block in blocks:
        if block.kind == "rule":
            written.append(Written("rule", []))
        elif block.kind == "paragraph":
            written += _with_lists(block.lines, known)
        elif lines := _told(block.lines, known):
            written.append(Written(block.kind, lines))
    return written


def _with_lists(lines: Sequence[str], known: Mapping[str, Value]) -> list[Written]:
    """A paragraph, in parts where lists stand in it; what follows a list ends its last item."""
    found: list[Written] = []
    paragraph: list[str] = []
    for line in lines:
        parts = around_list(line, known)
        if parts is None:
            paragraph.append(line)
            continue
        before, items, after = parts
        found += _paragraph([*paragraph, before], known)
        paragraph = []
        if items:
            told = [_literal(item) for item in items]
            told[-1] = _joined(told[-1], _line(after, known))
            found.append(Written("list", told))
        elif after.strip():
            paragraph = [after]
    return found + _paragraph(paragraph, known)


def _paragraph(lines: Sequence[str], known: Mapping[str, Value]) -> list[Written]:
    told = _told(lines, known)
    return [Written("paragraph", told)] if told else []


def _told(lines: Sequence[str], known: Mapping[str, Value]) -> list[Told]:
    return [told for line in lines if (told := _line(line, known)).plain]


def _line(line: str, known: Mapping[str, Value]) -> Told:
    found = Told("", "", "")
    done = 0
    for link in _LINK.finditer(line):
        found = _joined(found, _text(line[done : link.start()], known))
        found = _joined(found, _linked(filled(link[1], known), in_address(link[2], known)))
        done = link.end()
    found = _joined(found, _text(line[done:], known))
    markup = found.markup.strip()
    if _BEGINS_MARKUP.match(markup) and not _BEGINS_MARKUP.match(line.strip()):
        markup = f"\\{markup}"  # it was a value that looks like markup
    return Told(found.plain.strip(), found.html.strip(), markup)


def _text(part: str, known: Mapping[str, Value]) -> Told:
    return _literal(filled(part, known))


def _literal(text: str) -> Told:
    html = escape(text)
    if "http" in html:
        html = _URL.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', html)
    return Told(text, html, text.replace("](", "] ("))  # two values beside each other: no link


def _linked(text: str, address: str) -> Told:
    if not address.startswith(("https://", "http://")):
        return _literal(text)
    html = f'<a href="{escape(address)}">{escape(text)}</a>'
    bare = text.replace("[", "").replace("]", "")  # a value in it cannot end it
    return Told(f"{text}: {address}", html, f"[{bare}]({address})")


def _joined(one: Told, other: Told) -> Told:
    return Told(one.plain + other.plain, one.html + other.html, one.markup + other.markup)


def foot(text: str, address: str) -> list[Written]:
    """What stands below a message: a link that every mail program shows."""
    return [Written("rule", []), Written("paragraph", [_linked(text, address)])]


def as_plain(blocks: Sequence[Written]) -> str:
    """Plain text."""
    return "\n\n".join(map(_plain, blocks)) + "\n"


def _plain(block: Written) -> str:
    told = [line.plain for line in block.lines]
    if block.kind in ("heading", "subheading"):
        return f"{told[0]}\n{'-' * len(told[0])}"
    if block.kind == "list":
        return "\n".join(f"* {line}" for line in told)
    if block.kind == "numbers":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(told, start=1))
    if block.kind == "inset":
        return "\n".join(f"  {line}" for line in told)
    return "\n".join(told) if told else "-" * WIDTH


def as_markup(blocks: Sequence[Written]) -> str:
    """The markup that it was, its values in it: what GOV.UK Notify lays out itself."""
    return "\n\n".join(map(_markup, blocks)) + "\n"


def _markup(block: Written) -> str:
    told = [line.markup for line in block.lines]
    begin = {"heading": "# ", "subheading": "## ", "list": "* ", "inset": "^ "}.get(block.kind, "")
    if block.kind == "numbers":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(told, start=1))
    return "\n".join(f"{begin}{line}" for line in told) if told else "---"


def as_html(blocks: Sequence[Written], language: str) -> str:
    """A page, its values escaped."""
    content = "\n".join(map(_html, blocks))
    style = "font-family:Arial,sans-serif;font-size:19px;line-height:1.5;max-width:580px"
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"></head>'
        f'<body><div style="{style}">\n{content}\n</div></body></html>\n'
    )


def _html(block: Written) -> str:
    told = [line.html for line in block.lines]
    items = "".join(f"<li>{line}</li>" for line in told)
    if block.kind == "heading":
        return f"<h2>{told[0]}</h2>"
    if block.kind == "subheading":
        return f"<h3>{told[0]}</h3>"
    if block.kind == "list":
        return f"<ul>{items}</ul>"
    if block.kind == "numbers":
        return f"<ol>{items}</ol>"
    if block.kind == "inset":
        return f"<blockquote>{'<br>'.join(told)}</blockquote>"
    return f"<p>{'<br>'.join(told)}</p>" if told else "<hr>"
