"""The text of a Word document, block by block, as its reader sees it.

Counted in: paragraphs, headings, tables, content controls, text boxes, footnotes and endnotes where
they are referred to, tracked insertions. Left out: tracked deletions, comments, field codes, page
headers and footers, and the file's properties (they may name the author).

Names of elements and attributes: ECMA-376 part 1, section 17.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from assessment.domain.uploads import Unreadable
from assessment.domain.words import Block, Kind, words_in

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_NOT_READ = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_W}delText",
    f"{_COMPATIBILITY}Fallback",  # says again, for old readers, what Choice beside it says
}
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}
_SMALLEST_SEEN = 3
"""Half-points: letters below 1.5 points cannot be read."""

_DEEPEST = 200
"""Elements within elements. Word makes a few dozen; a note that refers to itself has no end."""


@dataclass(frozen=True)
class Look:
    """What decides whether letters can be seen; None is what the style above says."""

    vanish: bool | None = None
    colour: str | None = None
    half_points: int | None = None
    shaded: bool | None = None

    def under(self, above: "Look") -> "Look":
        """This look, with what it leaves open taken from the one above."""
        return Look(
            above.vanish if self.vanish is None else self.vanish,
            self.colour or above.colour,
            above.half_points if self.half_points is None else self.half_points,
            above.shaded if self.shaded is None else self.shaded,
        )

    @property
    def hides(self) -> bool:
        """Whether a reader of the printed page would not see letters that look like this."""
        white_on_white = self.colour == "FFFFFF" and not self.shaded
        tiny = self.half_points is not None and self.half_points < _SMALLEST_SEEN
        return bool(self.vanish) or white_on_white or tiny


@dataclass(frozen=True)
class Style:
    """A named style: its look, and whether it makes a title or a heading."""

    look: Look
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Reader:
    """What is needed besides the body while reading it."""

    styles: Mapping[str, Style]
    notes: Mapping[tuple[str, str], Element]  # ("footnotes", id) → the note


def blocks_of(parts: Mapping[str, bytes]) -> list[Block]:
    """The blocks of a document, from its unpacked parts. Raises Unreadable when they are no XML."""
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise Unreadable("file_has_macros", "save it as .docx, without macros")
    main = _related(parts, "").get("officeDocument", "word/document.xml")
    if main not in parts:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    body = _parse(parts[main]).find(f"{_W}body")
    if body is None:
        raise Unreadable("file_corrupt", "it lacks the part that holds the text")
    others = _related(parts, main)
    notes = {
        (kind, note.get(f"{_W}id", "")): note
        for kind in ("footnotes", "endnotes")
        if others.get(kind) in parts
        for note in _parse(parts[others[kind]])
    }
    styles = _styles(_parse(parts[others["styles"]])) if others.get("styles") in parts else {}
    return list(_container(body, Reader(styles, notes), Look(), None, 0))


def _related(parts: Mapping[str, bytes], of: str) -> dict[str, str]:
    """Kind of relationship → part, for the package or one of its parts (ECMA-376 part 2).

    Word does not always call its main part word/document.xml, so nothing is found by name alone.
    """
    folder, _, name = of.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels" if of else "_rels/.rels"
    if listed not in parts:
        return {}
    found = {}
    for relation in _parse(parts[listed]):
        target = relation.get("Target", "")
        path = target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}"
        found[relation.get("Type", "").rpartition("/")[2]] = path.removeprefix("/")
    return found


class _Builder(TreeBuilder):
    """Reads the strict variant of the format as the usual one, and refuses document types."""

    def start(self, tag: Any, attributes: Any) -> Any:
        if _STRICT in tag:
            tag = tag.replace(_STRICT, _USUAL)
            attributes = {name.replace(_STRICT, _USUAL): one for name, one in attributes.items()}
        return super().start(tag, attributes)

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        # Word writes none; one would only serve entities that unfold without end.
        raise Unreadable("file_corrupt", "it declares a document type")


def _parse(part: bytes) -> Element:
    parser = XMLParser(target=_Builder())
    try:
        parser.feed(part)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("file_corrupt", "a part of the file is damaged") from error
    return root


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
    return Look(
        vanish=None if vanish is None else _value(vanish) not in ("0", "false", "off"),
        colour=(_value(properties.find(f"{_W}color")) or "").upper() or None,
        half_points=int(size) if size and size.isdigit() else None,
        shaded=True if fill not in ("AUTO", "FFFFFF") or highlight not in (None, "none") else None,
    )


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get(f"{_W}val")


def _container(
    parent: Element, reader: Reader, above: Look, kind: Kind | None, depth: int
) -> Iterator[Block]:
    """Blocks of whatever holds paragraphs and tables: body, cell, note, text box."""
    _require_shallow(depth)
    for child in parent:
        if child.tag in _NOT_READ or _is_placeholder(child):
            continue
        if child.tag == f"{_W}p":
            yield from _paragraph(child, reader, above, kind, depth)
        elif child.tag == f"{_W}tbl":
            yield from _container(child, reader, above, kind or Kind.TABLE, depth + 1)
        elif child.tag == f"{_W}tc":
            look = _look(child.find(f"{_W}tcPr")).under(above)
            yield from _container(child, reader, look, kind, depth + 1)
        elif child.find(f"{_W}trPr/{_W}del") is None:
            # rows that were not deleted, content controls, tracked insertions
            yield from _container(child, reader, above, kind, depth + 1)


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
    _require_shallow(depth)
    for child in parent:
        tag = child.tag
        if tag in _NOT_READ or tag == f"{_W}pPr" or _is_placeholder(child):
            continue
        if tag in (f"{_W}t", f"{_MATHS}t"):
            yield child.text or "", look, []
        elif tag in _BREAKS:
            yield _BREAKS[tag], look, []
        elif tag in _NOTES:
            note = reader.notes.get((_NOTES[tag], child.get(f"{_W}id", "")))
            if note is not None:
                yield " ", look, list(_container(note, reader, Look(), Kind.FOOTNOTE, depth + 1))
        elif tag == f"{_W}txbxContent":
            yield " ", look, list(_container(child, reader, Look(), Kind.TEXT_BOX, depth + 1))
        else:
            inner_look = _run_look(child, reader).under(look) if tag == f"{_W}r" else look
            yield from _runs(child, reader, inner_look, depth + 1)


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
    return Look(shaded=_look(properties).shaded)


def _require_shallow(depth: int) -> None:
    if depth > _DEEPEST:
        raise Unreadable("file_corrupt", "its parts lie within each other too deeply")
