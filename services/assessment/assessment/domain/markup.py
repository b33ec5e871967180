"""XML parts of documents, read so that none can unfold without end."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser  # nosec B405

from assessment.domain.uploads import Unreadable

DEEPEST = 200
"""Elements within elements. Office programs make a few dozen; a note that refers to itself has no
end."""


class Damaged(Unreadable):
    """A part that is no XML; there may be a reader who can do without it."""


class Builder(TreeBuilder):
    """Builds elements, and refuses document types."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        # Office programs write none; one would only serve entities that unfold without end.
        raise Unreadable("file_corrupt", "it declares a document type")


def parse(part: bytes, builder: type[Builder] = Builder) -> Element:
    """The root of a part. Raises Damaged when it is no XML, and Unreadable for a document type."""
    parser = XMLParser(target=builder())  # nosec B314 # Builder refuses document types, and with them entities
    try:
        parser.feed(part)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise Damaged("file_corrupt", "a part of the file is damaged") from error
    return root


def require_shallow(depth: int) -> None:
    """Raise Unreadable for elements too far within others."""
    if depth > DEEPEST:
        raise Unreadable("file_corrupt", "its parts lie within each other too deeply")


def text_of(element: Element | None) -> str:
    """All text within an element."""
    return "" if element is None else "".join(str(piece) for piece in element.itertext()).strip()


def attributes_named(root: Element, name: Any) -> set[str]:
    """Every value of this attribute below an element."""
    return {value for one in root.iter() if (value := one.get(name))}
