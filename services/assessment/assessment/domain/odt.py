"""The text of an OpenDocument text file, block by block, as its reader sees it.

Counted in, as with Word files: paragraphs, headings, tables, text boxes, charts and formulas,
footnotes and endnotes where they are referred to, tracked insertions. Left out: tracked deletions,
comments, fields that name the author, page headers and footers, and the file's properties.

Names of elements and attributes: OASIS OpenDocument 1.3, part 3.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain import odt_drawn
from assessment.domain.look import Look
from assessment.domain.markup import parse, require_shallow, text_of
from assessment.domain.odt_drawn import Objects
from assessment.domain.uploads import Unreadable
from assessment.domain.words import Block, Kind, words_in

_SPACES = "urn:oasis:names:tc:opendocument:xmlns"
_OFFICE, _TEXT = f"{{{_SPACES}:office:1.0}}", f"{{{_SPACES}:text:1.0}}"
_STYLE, _TABLE = f"{{{_SPACES}:style:1.0}}", f"{{{_SPACES}:table:1.0}}"
_DRAW, _META = f"{{{_SPACES}:drawing:1.0}}", f"{{{_SPACES}:meta:1.0}}"
_CHART = f"{{{_SPACES}:chart:1.0}}"
_LOOKS = f"{{{_SPACES}:xsl-fo-compatible:1.0}}"
_CONTROL = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}content-control"

_NOT_READ = {
    f"{_TEXT}tracked-changes",  # holds what was deleted
    f"{_TEXT}note-citation",
    f"{_TEXT}ruby-text",
    f"{_OFFICE}annotation",
    f"{_OFFICE}forms",
    f"{_TABLE}desc",
    f"{_TABLE}title",
    *(f"{_TEXT}{name}" for name in ("author-name", "author-initials", "creator")),
    *(f"{_TEXT}{name}" for name in ("initial-creator", "printed-by", "user-defined")),
}
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_WHITE = ("TRANSPARENT", "#FFFFFF")
_POINTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)(pt|mm|cm|in)")
_POINTS_IN = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
_MOST_SPACES = 1_000

Styles = Mapping[tuple[str, str], tuple[Look, str]]
"""(family, name) → its look, and the names from itself up to its oldest forebear."""


@dataclass(frozen=True)
class Reader:
    """What is needed besides the body while reading it."""

    styles: Styles
    objects: Objects


def blocks_of(parts: Mapping[str, bytes]) -> list[Block]:
    """The blocks of a document, from its unpacked parts. Raises Unreadable when they are no XML."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("file_encrypted", "remove the password and send it again")
    if "content.xml" not in parts:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    content = parse(parts["content.xml"])
    if content.find(f"{_OFFICE}scripts/*") is not None:
        raise Unreadable("file_has_macros", "save it without macros")
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    roots = [parse(parts["styles.xml"])] if "styles.xml" in parts else []
    reader = Reader(_styles([*roots, content]), Objects(parts))
    return list(_container(body, reader, Look(), None, 0))


def people_in(parts: Mapping[str, bytes]) -> set[str]:
    """Whom the file's properties, its tracked changes and its comments name."""
    named = set()
    for name in ("meta.xml", "content.xml"):
        if name in parts:
            found = parse(parts[name]).iter()
            kinds = ("creator", "initial-creator", "printed-by")
            named |= {text_of(one) for one in found if one.tag.rpartition("}")[2] in kinds}
    return named - {""}


def _styles(roots: list[Element]) -> dict[tuple[str, str], tuple[Look, str]]:
    found = {
        (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")): style
        for root in roots
        for style in root.iter(f"{_STYLE}style")
    }
    defaults = {
        style.get(f"{_STYLE}family", ""): _look(style)
        for root in roots
        for style in root.iter(f"{_STYLE}default-style")
    }
    resolved = {}
    for family, name in found:
        look, names, at = Look(), list[str](), name
        while (family, at) in found and at not in names:  # a damaged file may hold a circle
            names.append(at)
            look = look.under(_look(found[family, at]))
            at = found[family, at].get(f"{_STYLE}parent-style-name", "")
        lineage = " ".join([*names, at])
        resolved[family, name] = (look.under(defaults.get(family, Look())), lineage)
    return resolved


def _look(style: Element) -> Look:
    text = style.find(f"{_STYLE}text-properties")
    grounds = [
        properties.get(f"{_LOOKS}background-color", "").upper()
        for kind in ("text", "paragraph", "table-cell", "table-row", "graphic")
        if (properties := style.find(f"{_STYLE}{kind}-properties")) is not None
    ]
    shaded = True if any(ground and ground not in _WHITE for ground in grounds) else None
    if text is None:
        return Look(shaded=shaded)
    display = text.get(f"{_TEXT}display")
    size = _POINTS.fullmatch(text.get(f"{_LOOKS}font-size", ""))
    return Look(
        vanish=None if display is None else display == "none",
        colour=text.get(f"{_LOOKS}color", "").removeprefix("#").upper() or None,
        half_points=float(size[1]) * _POINTS_IN[size[2]] * 2 if size else None,
        shaded=shaded,
    )


def _container(
    parent: Iterable[Element], reader: Reader, above: Look, kind: Kind | None, depth: int
) -> Iterator[Block]:
    """Blocks of whatever holds paragraphs: body, section, list, table, note, text box."""
    require_shallow(depth)
    for child in parent:
        tag = child.tag
        if tag in _NOT_READ or _is_placeholder(child):
            continue
        if tag in _PARAGRAPHS:
            yield from _paragraph(child, reader, above, kind, depth)
            continue
        if tag == odt_drawn.OBJECT:
            yield from _drawn(child, reader, above, depth + 1)
            continue
        look, kind_here = above, kind
        if tag == f"{_TABLE}table":
            kind_here = kind or Kind.TABLE
        elif tag == f"{_TABLE}table-cell":
            look = _named(child, reader, "table-cell", _TABLE).under(above)
        elif tag == f"{_TEXT}section" and child.get(f"{_TEXT}display") == "none":
            look = Look(vanish=True).under(above)
        elif tag.startswith(_DRAW):
            look, kind_here = _named(child, reader, "graphic", _DRAW).under(above), Kind.TEXT_BOX
        elif tag.startswith(_CHART):
            look = _named(child, reader, "chart", _CHART).under(above)
        yield from _container(child, reader, look, kind_here, depth + 1)


def _drawn(shown: Element, reader: Reader, above: Look, depth: int) -> Iterator[Block]:
    """What an object says: a formula that stands by itself, a chart, or what lies in it as text."""
    root = reader.objects.root(shown)
    chart = None if root is None else odt_drawn.chart_in(root)
    if root is not None and (formula := odt_drawn.formula_in(root)):
        yield Block(formula, Kind.TEXT_BOX, words_in(formula) if above.hides else 0)
    elif root is not None and chart is not None:
        there = Reader(_styles([root]), Objects({}))  # what is in an object refers to none
        look = Look(vanish=above.vanish, shaded=True)  # letters lie on what is drawn, not on paper
        told = _container(chart, there, look, Kind.TEXT_BOX, depth)
        yield from (block for block in told if block.text.strip())
    else:
        yield from _container(shown, reader, above, Kind.TEXT_BOX, depth)


def _formula(frame: Element, reader: Reader) -> str:
    """The text of the formula that stands in a line; nothing where something else does."""
    shown = frame.find(odt_drawn.OBJECT)
    root = None if shown is None else reader.objects.root(shown)
    return "" if root is None else odt_drawn.formula_in(root)


def _paragraph(
    paragraph: Element, reader: Reader, above: Look, kind: Kind | None, depth: int
) -> Iterator[Block]:
    name = paragraph.get(f"{_TEXT}style-name", "")
    look, lineage = reader.styles.get(("paragraph", name), (Look(), name))
    if kind is None and paragraph.tag == f"{_TEXT}h":
        kind = Kind.HEADING
    elif kind is None and {"Title", "Subtitle"} & set(lineage.split()):
        kind = Kind.TITLE
    text, followers, hidden = [], list[Block](), 0
    for piece, seen_as, follower in _pieces(paragraph, reader, look.under(above), depth):
        text.append(piece)
        followers += follower
        hidden += words_in(piece) if seen_as.hides else 0
    yield Block("".join(text), kind or Kind.TEXT, hidden)
    yield from followers


def _pieces(
    parent: Element, reader: Reader, look: Look, depth: int
) -> Iterator[tuple[str, Look, list[Block]]]:
    """Pieces of text with their look, and the blocks (notes, text boxes) that hang on them."""
    require_shallow(depth)
    if parent.text:
        yield parent.text, look, []
    for child in parent:
        tag = child.tag
        if tag in _NOT_READ or _is_placeholder(child):
            pass
        elif tag == f"{_TEXT}s":
            yield " " * _count(child), look, []
        elif tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield "\t" if tag.endswith("tab") else "\n", look, []
        elif tag == f"{_TEXT}note":
            body = child.find(f"{_TEXT}note-body")
            blocks = [] if body is None else _container(body, reader, Look(), Kind.FOOTNOTE, depth)
            yield " ", look, list(blocks)
        elif tag in (f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph"):
            hidden = child.get(f"{_TEXT}string-value") or text_of(child)
            yield hidden, Look(vanish=True).under(look), []
        elif tag.startswith(_DRAW):
            formula = _formula(child, reader)
            boxed = () if formula else _container([child], reader, look, Kind.TEXT_BOX, depth + 1)
            yield formula or " ", look, list(boxed)
        else:
            inner = _named(child, reader, "text", _TEXT).under(look)
            yield from _pieces(child, reader, inner, depth + 1)
        if child.tail:
            yield child.tail, look, []


def _named(element: Element, reader: Reader, family: str, space: str) -> Look:
    name = element.get(f"{space}style-name", "")
    look, _ = reader.styles.get((family, name), (Look(), name))
    return look


def _is_placeholder(element: Element) -> bool:
    """A content control that nobody filled in."""
    showing = element.get(_CONTROL.replace("content-control", "showing-place-holder"))
    return element.tag == _CONTROL and showing == "true"


def _count(spaces: Element) -> int:
    told = spaces.get(f"{_TEXT}c", "1")
    return min(int(told), _MOST_SPACES) if told.isdecimal() else 1
