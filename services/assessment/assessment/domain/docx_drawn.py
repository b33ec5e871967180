"""What stands in diagrams (SmartArt) and charts of a Word document, which have parts of their own.

Read as they are shown: of a diagram the text of its points, in the order of its tree; of a chart
its titles, labels and legend, and the names of its categories once. Numbers that a chart draws are
no text. Places that nobody filled in hold Word's words, not the author's.

Names of elements: ECMA-376 part 1, sections 21.2 (charts) and 21.4 (diagrams); [MS-ODRAWXML]
section 2.24 for the newer kinds of chart.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain.look import Look
from assessment.domain.markup import require_shallow
from assessment.domain.words import Block, Kind, words_in

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_TEXT = f"{{{_DRAWING}/main}}"
_DIAGRAM, _CHART = f"{{{_DRAWING}/diagram}}", f"{{{_DRAWING}/chart}}"
_NEWER_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

REFERENCES = {
    f"{_DIAGRAM}relIds": f"{_RELATION}dm",
    f"{_CHART}chart": f"{_RELATION}id",
    f"{_NEWER_CHART}chart": f"{_RELATION}id",
}
"""Element of the text that refers to a drawn part → its attribute that names the relationship."""

_NAMES_OF_CATEGORIES = (f"{_CHART}cat", f"{_NEWER_CHART}strDim")
_NUMBERS = (f"{_CHART}numCache", f"{_CHART}numLit", f"{_NEWER_CHART}numDim")
_SAYS_SOMETHING = (f"{_CHART}v", f"{_NEWER_CHART}pt", f"{_NEWER_CHART}v")
_HALF_POINT = 50  # sizes are in hundredths of a point


def blocks_of(root: Element) -> list[Block]:
    """The blocks of a diagram's data, or of a chart."""
    paragraphs = _of_diagram(root) if root.tag == f"{_DIAGRAM}dataModel" else _of_chart(root)
    return [block for block in paragraphs if block.text.strip()]


def _of_diagram(model: Element) -> Iterator[Block]:
    points = {point.get("modelId", ""): point for point in model.iter(f"{_DIAGRAM}pt")}
    for point in _in_order(points, model.iter(f"{_DIAGRAM}cxn")):
        text, about = point.find(f"{_DIAGRAM}t"), point.find(f"{_DIAGRAM}prSet")
        if text is None or point.get("type") == "pres":
            continue
        blocks = [_block(paragraph) for paragraph in text.iter(f"{_TEXT}p")]
        placeholder = None if about is None else about.get("phldrT")
        if placeholder is None or [block.text for block in blocks] != [placeholder]:
            yield from blocks


def _in_order(points: dict[str, Element], links: Iterable[Element]) -> list[Element]:
    """The points as their tree has them, each before what hangs on it; last, what hangs nowhere."""
    below: dict[str, list[tuple[int, str]]] = {}
    for link in links:
        if link.get("type", "parOf") == "parOf":
            place = link.get("srcOrd", "0")
            hung = (int(place) if place.isdecimal() else 0, link.get("destId", ""))
            below.setdefault(link.get("srcId", ""), []).append(hung)
    left = [name for name, point in points.items() if point.get("type") == "doc"]
    found: dict[str, Element] = {}
    while left:
        name = left.pop()
        if name in points and name not in found:
            found[name] = points[name]
            left += [one for _, one in sorted(below.get(name, ()), reverse=True)]
    return list((found | points).values())


def _of_chart(root: Element) -> Iterator[Block]:
    told: set[tuple[str, ...]] = set()
    for part in _parts_of_chart(root, 0):
        if part.tag not in _NAMES_OF_CATEGORIES:
            yield _line(part)
            continue
        names = [_line(one) for one in _parts_of_chart(part, 0, within=True)]
        key = tuple(name.text for name in names)
        if key not in told:  # each series has them again
            told.add(key)
            yield from names


def _parts_of_chart(parent: Element, depth: int, *, within: bool = False) -> Iterator[Element]:
    """Whatever says something: paragraphs, texts, and the names of categories as one, or `within`
    these each."""
    require_shallow(depth)
    for child in parent:
        names = child.tag in _NAMES_OF_CATEGORIES
        if child.tag in _NUMBERS or (names and child.get("type", "cat") != "cat"):
            continue
        if child.tag in (f"{_TEXT}p", *_SAYS_SOMETHING) or (names and not within):
            yield child
        else:
            yield from _parts_of_chart(child, depth + 1, within=within)


def _line(said: Element) -> Block:
    return _block(said) if said.tag == f"{_TEXT}p" else Block(said.text or "", Kind.TEXT_BOX)


def _block(paragraph: Element) -> Block:
    text, hidden = [], 0
    for run in paragraph:
        if run.tag == f"{_TEXT}br":
            text.append("\n")
        piece = run.findtext(f"{_TEXT}t") or ""
        text.append(piece)
        properties = run.find(f"{_TEXT}rPr")
        size = "" if properties is None else properties.get("sz", "")
        if size.isdecimal() and Look(half_points=int(size) // _HALF_POINT).hides:
            hidden += words_in(piece)
    return Block("".join(text), Kind.TEXT_BOX, hidden)
