"""The parts of a Word document: which belongs to which, and each as XML."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405 # the type alone; read by markup.py, which refuses document types

from assessment.domain.markup import Builder, parse

_STRICT = "{http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(r"\{http://purl\.oclc\.org/ooxml/(\w+)/(\w+)\}")
_USUAL_NAME = r"{http://schemas.openxmlformats.org/\1/2006/\2}"


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
        return {
            relation.get("Type", "").rpartition("/")[2]: _path(folder, relation)
            for relation in self.root(listed)
        }

    def referred(self, of: str, name: str) -> Element | None:
        """The root of the part that a part refers to by a relationship's id, if it is there."""
        folder, _, file = of.rpartition("/")
        listed = f"{folder}/_rels/{file}.rels"
        for relation in self.root(listed) if listed in self._parts else ():
            if relation.get("Id") == name and (path := _path(folder, relation)) in self._parts:
                return self.root(path)
        return None

    def __getitem__(self, name: str) -> bytes:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def _path(folder: str, relation: Element) -> str:
    target = relation.get("Target", "")
    path = target if target.startswith("/") else f"{folder}/{target}"
    return path.removeprefix("/")


def _usual(name: str) -> str:
    return _STRICT_NAME.sub(_USUAL_NAME, name)


class _Builder(Builder):
    """Reads the strict variant of the format as the usual one."""

    def start(self, tag: Any, attributes: Any) -> Any:
        if tag.startswith(_STRICT):
            tag = _usual(tag)
            attributes = {_usual(name): one for name, one in attributes.items()}
        return super().start(tag, attributes)
