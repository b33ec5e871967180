"""What stands in charts and formulas of an OpenDocument text, which have parts of their own.

Read as they are shown: of a chart its titles, labels and what is drawn on it, and from its table
the names of series and categories, but no numbers; of a formula its letters and numbers, without
the source that it was made from. Objects of other programs are shown as pictures, and read as such.

Names of elements: OASIS OpenDocument 1.3, part 3, sections 10.4.6 (objects), 11 (charts) and 14.2
(formulas); MathML 3.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain.markup import Damaged, parse, require_shallow

_EXTERNAL_TYPE = re.compile(rb"\A((?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*)<!DOCTYPE[^\[\]<>]*>")
"""A document type that only names one elsewhere, as older OpenOffice wrote before its formulas: it
declares no entity, and is not looked up. In bytes as UTF-8 has them; in others it is refused."""

_SPACES = "urn:oasis:names:tc:opendocument:xmlns"
_OFFICE, _TABLE = f"{{{_SPACES}:office:1.0}}", f"{{{_SPACES}:table:1.0}}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATHS = "{http://www.w3.org/1998/Math/MathML}"

OBJECT = f"{{{_SPACES}:drawing:1.0}}object"
"""Element of the text that refers to an object, or holds one."""

_SOURCES = tuple(f"{_MATHS}{name}" for name in ("annotation", "annotation-xml"))
_LETTERS = tuple(f"{_MATHS}{name}" for name in ("mi", "mn", "mo", "ms", "mtext"))
_SET_APART = tuple(f"{_MATHS}{name}" for name in ("mspace", "mtd", "mlabeledtr"))


class Objects:
    """The objects of a document, each taken apart once, however often it is shown."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._roots: dict[str, Element | None] = {}

    def root(self, shown: Element) -> Element | None:
        """The root of what an element shows, if it is there. One that is damaged is what a reader
        sees of it, a picture: an attempt is not to be lost over it. Raises Unreadable for one that
        declares entities."""
        if len(shown):
            return shown[0]
        folder = shown.get(_HREF, "").removeprefix("./").removesuffix("/")
        name = f"{folder}/content.xml"
        if name not in self._roots and name in self._parts:
            self._roots[name] = _parsed(self._parts[name])
        return self._roots.get(name)


def _parsed(part: bytes) -> Element | None:
    try:
        return parse(_EXTERNAL_TYPE.sub(rb"\1", part, count=1))
    except Damaged:
        return None


def chart_in(root: Element) -> Element | None:
    """The chart that an object is, without the numbers of its table."""
    chart = root.find(f"{_OFFICE}body/{_OFFICE}chart")
    for row in () if chart is None else list(chart.iter(f"{_TABLE}table-row")):
        row[:] = [one for one in row if one.get(f"{_OFFICE}value-type", "string") == "string"]
    return chart


def formula_in(root: Element) -> str:
    """The text of the formula that an object is, in one line; nothing if it is none."""
    return "".join(_said(root, 0)).strip() if root.tag == f"{_MATHS}math" else ""


def _said(parent: Element, depth: int) -> Iterator[str]:
    require_shallow(depth)
    for child in parent:
        if child.tag in _LETTERS:
            yield "".join(child.itertext())
        elif child.tag not in _SOURCES:
            yield from _said(child, depth + 1)
        if child.tag in _SET_APART:
            yield " "
