"""Reading a data file in YAML: every problem is collected with its line, and told at once."""

import re
from typing import Any, TypeVar

import yaml

from headship_contracts.errors import Invalid

InsteadT = TypeVar("InsteadT")

DEEPEST = 20
"""Levels of nesting. Deeper is a mistake or an attack, not a data file."""

LONGEST_TEXT, MOST_TEXTS = 1_000, 25
"""Characters of a text, and texts in a list: what an answer has room for."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_TEXT = yaml.reader.Reader.NON_PRINTABLE


class Reader:
    """Takes values out of a file; remembers what is wrong as `{"file:line: place": [what is
    right]}`, where a place is such as `cycles[0].units[3].minutes`.

    Raises Invalid at once for what is no YAML, or does not begin with a table of keys.
    """

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.problems: dict[str, list[str]] = {}
        self._line_of: dict[str, int] = {}
        self._lines: dict[str, int] = {"": 1}
        self.data: dict[str, Any] = self._parse(text)

    def problem(self, place: str, message: str) -> None:
        """Told once, however often a place is read."""
        where = self.where(place)
        self._line_of[where] = self.line(place)
        told = self.problems.setdefault(where, [])
        if message not in told:
            told.append(message)

    def where(self, place: str) -> str:
        """File, line and place. What is not there has the line of what it should be in."""
        return f"{self.source}:{self.line(place)}: {place}" if place else f"{self.source}:1"

    def line(self, place: str) -> int:
        while place not in self._lines:
            place = re.sub(r"(^|\.)[^.\[]*$|\[\d+\]$", "", place)
        return self._lines[place]

    def raise_if_any(self) -> None:
        """Raises Invalid with all that was found wrong."""
        if self.problems:
            in_order = dict(sorted(self.problems.items(), key=lambda item: self._line_of[item[0]]))
            raise Invalid("data_file_invalid", f"{self.source} is not right", in_order)

    def text(self, table: dict[str, Any], key: str, place: str, instead: str | None = None) -> str:
        """Without a value `instead` is taken, where one is given."""
        value = table.get(key, instead)
        if isinstance(value, str) and (value.strip() or value == instead):
            if len(value) > LONGEST_TEXT:
                told = f"has {len(value)} characters; {LONGEST_TEXT} are the most"
                self.problem(joined(place, key), told)
            return value
        return self._wrong(place, key, "must be a text", value, "")

    def integer(self, table: dict[str, Any], key: str, place: str, least: int, most: int) -> int:
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        right = f"must be a whole number from {least} to {most}"
        return self._wrong(place, key, right, value, least)

    def boolean(
        self, table: dict[str, Any], key: str, place: str, instead: bool | None = None
    ) -> bool:
        value = table.get(key, instead)
        if isinstance(value, bool):
            return value
        return self._wrong(place, key, "must be true or false", value, False)

    def one_of(self, table: dict[str, Any], key: str, place: str, allowed: list[str]) -> str:
        value = table.get(key)
        if value in allowed:
            return str(value)
        return self._wrong(place, key, f"must be one of {', '.join(allowed)}", value, allowed[0])

    def texts(self, table: dict[str, Any], key: str, place: str) -> list[str]:
        """A list of texts; none when the key is not there."""
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            if len(value) > MOST_TEXTS:
                told = f"names {len(value)}; {MOST_TEXTS} are the most"
                self.problem(joined(place, key), told)
            return value
        return self._wrong(place, key, "must be a list of texts", value, list[str]())

    def tables(
        self, table: dict[str, Any], key: str, place: str, *, needed: bool = True
    ) -> list[dict[str, Any]]:
        value = table.get(key, None if needed else [])
        is_list = isinstance(value, list) and all(isinstance(item, dict) for item in value)
        if is_list and (value or not needed):
            return list[dict[str, Any]](value or [])
        right = "must be a list of tables" + (", not empty" if needed else "")
        return self._wrong(place, key, right, value, list[dict[str, Any]]())

    def table(self, table: dict[str, Any], key: str, place: str) -> dict[str, Any]:
        value = table.get(key)
        if isinstance(value, dict):
            return value
        return self._wrong(place, key, "must be a table", value, dict[str, Any]())

    def only(self, table: dict[str, Any], place: str, known: set[str]) -> None:
        """A key that nobody reads is most often a misspelt one."""
        for key in sorted(set(table) - known):
            self.problem(joined(place, key), f"is not known; known are {', '.join(sorted(known))}")

    def _wrong(self, place: str, key: str, right: str, value: Any, instead: InsteadT) -> InsteadT:
        found = "is missing" if value is None else f"is {_shown(value)}"
        self.problem(joined(place, key), f"{found}; it {right}")
        return instead  # so that reading goes on and finds what else is wrong

    def _parse(self, text: str) -> dict[str, Any]:
        if (wrong := _NO_TEXT.search(text)) is not None:
            line = text.count("\n", 0, wrong.start()) + 1
            told = f"{self.source}:{line}: this is no YAML: {wrong[0]!a} is no letter or sign"
            raise Invalid("data_file_invalid", told)
        try:
            root = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            told = f"{self.source}:{line}: this is no YAML: {error.problem or error.context}"
            raise Invalid("data_file_invalid", told) from error
        except (yaml.YAMLError, RecursionError) as error:
            told = f"{self.source} is no YAML: {str(error)[:200]}"
            raise Invalid("data_file_invalid", told) from error
        if not isinstance(root, yaml.MappingNode):
            raise Invalid("data_file_invalid", f"{self.source}:1: there must be keys and values")
        found = self._value(root, "", set(), 0)
        assert isinstance(found, dict)
        return found

    def _value(self, node: yaml.Node, place: str, above: set[int], depth: int) -> Any:
        """Plain values. A text such as 16:00 or no stays one, whatever YAML would make of it."""
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in above or depth > DEEPEST:
            told = f"{self.source}:{node.start_mark.line + 1}: write it out: no anchors, no depths"
            raise Invalid("data_file_invalid", told)
        above.add(id(node))  # a second sight of a node is an alias
        if isinstance(node, yaml.SequenceNode):
            return [
                self._value(item, f"{place}[{number}]", above, depth + 1)
                for number, item in enumerate(node.value)
            ]
        found: dict[str, Any] = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            inner = joined(place, key)
            former = self._lines.get(inner)
            self._lines[inner] = key_node.start_mark.line + 1
            if key in found:
                self.problem(inner, f"is there twice, first in line {former}")
            found[key] = self._value(value, inner, above, depth + 1)
        return found


def joined(place: str, key: str) -> str:
    """The place of a key in a table."""
    return f"{place}.{key}" if place else key


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    value = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "int" and re.fullmatch(r"-?(0|[1-9]\d{0,15})", value):
        return int(value)
    if kind == "bool" and value in ("true", "false"):
        return value == "true"
    return None if kind == "null" else value


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    return repr(value)
