"""The parts of a Word document: which belongs to which, and each as XML."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain.markup import Builder, parse

_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Parts(Mapping[str, bytes]):
    """Unpacked parts by name, each taken apart once, however often it is needed."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._roots: dict[str, Element] = {}

    def root(self, name: str) -> Element:
        """The root of a part. Raises Unreadable when it is no XML."""
        if name not in self._roots:
            self._roots[name] = parse(self._parts[name], _Builder)
        return self._roots[name]

    def related(self, of: str) -> dict[str, str]:
        """Kind of relationship → part, for the package (``) or one of its parts (ECMA-376 part 2).

        Word does not always call its main part word/document.xml, so nothing is found by name
        alone.
        """
        folder, _, name = of.rpartition("/")
        listed = f"{folder}/_rels/{name}.rels" if of else "_rels/.rels"
        if listed not in self._parts:
            return {}
        found = {}
        for relation in self.root(listed):
            target = relation.get("Target", "")
            path = target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}"
            found[relation.get("Type", "").rpartition("/")[2]] = path.removeprefix("/")
        return found

    def __getitem__(self, name: str) -> bytes:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


class _Builder(Builder):
    """Reads the strict variant of the format as the usual one."""

    def start(self, tag: Any, attributes: Any) -> Any:
        if _STRICT in tag:
            tag = tag.replace(_STRICT, _USUAL)
            attributes = {name.replace(_STRICT, _USUAL): one for name, one in attributes.items()}
        return super().start(tag, attributes)
