"""The text of a Word document, block by block, as its reader sees it.

Counted in: paragraphs, headings, tables, content controls, text boxes, diagrams and charts,
footnotes and endnotes where they are referred to, tracked insertions. Left out: tracked deletions,
comments, field codes, page headers and footers, and the file's properties (they may name the
author).

Names of elements and attributes: ECMA-376 part 1, section 17.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain import docx_drawn
from assessment.domain.docx_parts import Parts
from assessment.domain.look import Look
from assessment.domain.markup import attributes_named, require_shallow, text_of
from assessment.domain.uploads import Unreadable
from assessment.domain.words import Block, Kind, words_in

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


_NOT_READ = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_W}delText",
}
_ALTERNATIVES = f"{_COMPATIBILITY}AlternateContent"
_TAKEN_IN = (f"{_W}altChunk", f"{_W}subDoc")
_HIGHLIGHTS = {
    **{"black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "00FF00"},
    **{"blue": "0000FF", "yellow": "FFFF00", "cyan": "00FFFF", "magenta": "FF00FF"},
    **{"darkRed": "800000", "darkGreen": "008000", "darkBlue": "000080", "darkYellow": "808000"},
    **{"darkCyan": "008080", "darkMagenta": "800080", "darkGray": "808080", "lightGray": "C0C0C0"},
}
_BREAKS = {
    **dict.fromkeys((f"{_W}tab", f"{_W}ptab"), "\t"),
    **dict.fromkeys((f"{_W}br", f"{_W}cr"), "\n"),
    f"{_W}noBreakHyphen": "-",
}
_WHITE_OF_THEMES = ("background1", "light1")
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}


@dataclass(frozen=True)
class Style:
    """A named style: its look, and whether it makes a title or a heading."""

    look: Look
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Reader:
    """What is needed besides the body while reading it."""

    parts: Parts
    part: str  # the one that is read, whose relationships count
    styles: Mapping[str, Style]
    notes: Mapping[tuple[str, str], tuple[str, Element]]  # ("footnotes", id) → its part, and it


def blocks_of(parts: Parts) -> list[Block]:
    """The blocks of a document. Raises Unreadable when its parts are no XML."""
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise Unreadable("file_has_macros", "save it as .docx, without macros")
    main = parts.related("").get("officeDocument", "word/document.xml")
    if main not in parts:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    body = parts.root(main).find(f"{_W}body")
    if body is None:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    others = parts.related(main)
    notes = {
        (kind, note.get(f"{_W}id", "")): (others[kind], note)
        for kind in ("footnotes", "endnotes")
        if others.get(kind) in parts
        for note in parts.root(others[kind])
    }
    styles = _styles(parts.root(others["styles"])) if others.get("styles") in parts else {}
    return list(_container(body, Reader(parts, main, styles, notes), Look(), None, 0))


def people_in(parts: Parts) -> set[str]:
    """Whom the file's properties, its tracked changes and its comments name."""
    named = set()
    for name in parts:
        if name.startswith("docProps/"):
            kinds = ("creator", "lastModifiedBy", "Manager")
            tags = [one for one in parts.root(name).iter() if one.tag.rpartition("}")[2] in kinds]
            named |= {text_of(one) for one in tags}
        elif name.startswith("word/") and name.endswith(".xml"):
            named |= attributes_named(parts.root(name), f"{_W}author")
    return named - {""}


def _styles(root: Element) -> dict[str, Style]:
    found = {style.get(f"{_W}styleId", ""): style for style in root.findall(f"{_W}style")}
    defaults = _look(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))
    resolved: dict[str, Style] = {}
    for style_id in found:
        look, kind, name, seen = Look(), Kind.TEXT, style_id, set[str]()
        while name in found and name not in seen:  # a damaged file may have a style based on itself
            seen.add(name)
            style = found[name]
            look = look.under(_look(style.find(f"{_W}rPr")))
            kind = kind if kind is not Kind.TEXT else _kind_of_style(style)
            name = _value(style.find(f"{_W}basedOn")) or ""
        resolved[style_id] = Style(look.under(defaults), kind)
    return resolved


def _kind_of_style(style: Element) -> Kind:
    name = (_value(style.find(f"{_W}name")) or "").lower()
    if name in ("title", "subtitle"):
        return Kind.TITLE
    is_outlined = style.find(f"{_W}pPr/{_W}outlineLvl") is not None
    return Kind.HEADING if is_outlined or name.startswith("heading") else Kind.TEXT


def _look(properties: Element | None) -> Look:
    if properties is None:
        return Look()
    vanish, size = properties.find(f"{_W}vanish"), _value(properties.find(f"{_W}sz"))
    shade = properties.find(f"{_W}shd")
    highlight = _value(properties.find(f"{_W}highlight"))
    fill = (shade.get(f"{_W}fill", "auto") if shade is not None else "auto").upper()
    colour = properties.find(f"{_W}color")
    return Look(
        vanish=None if vanish is None else _value(vanish) not in ("0", "false", "off"),
        colour=None if colour is None else _colour(colour),
        half_points=int(size) if size and size.isdecimal() else None,
        shaded=True if fill not in ("AUTO", "FFFFFF") or highlight not in (None, "none") else None,
        ground=_HIGHLIGHTS.get(highlight or "") or (None if fill == "AUTO" else fill),
    )


def _colour(element: Element) -> str | None:
    if element.get(f"{_W}themeColor") in _WHITE_OF_THEMES:
        return "FFFFFF"
    return (_value(element) or "").upper() or None


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get(f"{_W}val")


def _container(
    parent: Element, reader: Reader, above: Look, kind: Kind | None, depth: int
) -> Iterator[Block]:
    """Blocks of whatever holds paragraphs and tables: body, cell, note, text box."""
    require_shallow(depth)
    joined: list[Block] = []  # paragraphs that end with a deleted mark, and what hangs on them
    for child in map(_chosen, parent):
        if child.tag in _NOT_READ or _is_placeholder(child):
            continue
        if child.tag in _TAKEN_IN:
            told = "it takes in another document; open it in Word and save it again"
            raise Unreadable("file_is_several", told)
        if child.tag == f"{_W}p":
            joined = _joined(joined, list(_paragraph(child, reader, above, kind, depth)))
            if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
                continue
        yield from joined
        joined = []
        if child.tag == f"{_W}tbl":
            yield from _container(child, reader, above, kind or Kind.TABLE, depth + 1)
        elif child.tag == f"{_W}tc":
            if child.find(f"{_W}tcPr/{_W}cellDel") is None:
                look = _look(child.find(f"{_W}tcPr")).under(above)
                yield from _container(child, reader, look, kind, depth + 1)
        elif child.tag != f"{_W}p" and child.find(f"{_W}trPr/{_W}del") is None:
            # rows that were not deleted, content controls, tracked insertions
            yield from _container(child, reader, above, kind, depth + 1)
    yield from joined


def _joined(before: list[Block], after: list[Block]) -> list[Block]:
    """Two paragraphs as one, of the second one's kind; each begins with its text."""
    if not before:
        return after
    (first, *hanging), (second, *others) = before, after
    hidden = first.hidden_words + second.hidden_words
    return [Block(first.text + second.text, second.kind, hidden), *hanging, *others]


def _paragraph(
    paragraph: Element, reader: Reader, above: Look, kind: Kind | None, depth: int
) -> Iterator[Block]:
    properties = paragraph.find(f"{_W}pPr")
    style_id = None if properties is None else _value(properties.find(f"{_W}pStyle"))
    style = reader.styles.get(style_id or "", Style(Look()))
    if properties is not None and properties.find(f"{_W}outlineLvl") is not None:
        style = replace(style, kind=Kind.HEADING)
    text, followers, hidden = [], [], 0
    for piece, look, follower in _runs(
        paragraph, reader, style.look.under(_shading(properties).under(above)), depth
    ):
        text.append(piece)
        followers += follower
        hidden += words_in(piece) if look.hides else 0
    yield Block("".join(text), kind or style.kind, hidden)
    yield from followers


def _runs(
    parent: Element, reader: Reader, look: Look, depth: int
) -> Iterator[tuple[str, Look, list[Block]]]:
    """Pieces of text with their look, and the blocks (notes, text boxes) that hang on them."""
    require_shallow(depth)
    for child in map(_chosen, parent):
        tag = child.tag
        if tag in _NOT_READ or tag == f"{_W}pPr" or _is_placeholder(child):
            continue
        if tag in (f"{_W}t", f"{_MATHS}t"):
            yield child.text or "", look, []
        elif tag in _BREAKS:
            yield _BREAKS[tag], look, []
        elif tag in _NOTES:
            part, note = reader.notes.get((_NOTES[tag], child.get(f"{_W}id", "")), ("", None))
            if note is not None:
                there = replace(reader, part=part)
                yield " ", look, list(_container(note, there, Look(), Kind.FOOTNOTE, depth + 1))
        elif tag in docx_drawn.REFERENCES:
            drawn = reader.parts.referred(reader.part, child.get(docx_drawn.REFERENCES[tag], ""))
            yield " ", look, [] if drawn is None else docx_drawn.blocks_of(drawn)
        elif tag == f"{_W}txbxContent":
            yield " ", look, list(_container(child, reader, Look(), Kind.TEXT_BOX, depth + 1))
        else:
            inner_look = _run_look(child, reader).under(look) if tag == f"{_W}r" else look
            yield from _runs(child, reader, inner_look, depth + 1)


def _chosen(element: Element) -> Element:
    """Of what is said in several ways, for readers of several ages, the newest; all else as it is.

    ECMA-376 part 3, section 7.6: one choice is taken, or else the fallback.
    """
    if element.tag != _ALTERNATIVES:
        return element
    choice = element.find(f"{_COMPATIBILITY}Choice")
    fallback = element.find(f"{_COMPATIBILITY}Fallback")
    return next((one for one in (choice, fallback) if one is not None), element)


def _is_placeholder(element: Element) -> bool:
    """A content control that nobody filled in: its text is Word's, not the author's."""
    return element.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None


def _run_look(run: Element, reader: Reader) -> Look:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return Look()
    named = reader.styles.get(_value(properties.find(f"{_W}rStyle")) or "", Style(Look()))
    return _look(properties).under(named.look)


def _shading(properties: Element | None) -> Look:
    look = _look(properties)
    return Look(shaded=look.shaded, ground=look.ground)
