"""Placeholders in GOV.UK Notify's syntax: `((name))`, `((condition??text))`, and list values.

Keys are told apart without case, spaces, hyphens and underscores. A value is never markup: lines
are joined and links taken apart, so that nothing told by others can change a message's form.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

Value = str | bool | int | Sequence[str]

PLACEHOLDER = re.compile(r"\(\(([^()]+)\)\)")
_IGNORED = str.maketrans("", "", " _-\u00a0")
_TRUE = frozenset({"yes", "y", "true", "t", "1", "include", "show"})
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(https?://|www\.)", re.IGNORECASE)


class MissingValues(ValueError):
    """Placeholders without a value; `keys` are as the template writes them."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__("no value for " + ", ".join(keys))
        self.keys = list(keys)


def key_of(written: str) -> str:
    """`First Name`, `first_name` and `FIRSTNAME` are one key."""
    return written.translate(_IGNORED).lower()


def keys_in(text: str) -> list[str]:
    """The keys that a text needs, as first written, each once."""
    found: dict[str, str] = {}
    for match in PLACEHOLDER.finditer(text):
        written = match[1].split("??", 1)[0].strip()
        found.setdefault(key_of(written), written)
    return list(found.values())


def require(keys: Iterable[str], values: Mapping[str, Value | None]) -> None:
    """Raises MissingValues for keys that have no value; an empty text is one, None is none."""
    given = {key_of(key) for key, value in values.items() if value is not None}
    missing = [key for key in keys if key_of(key) not in given]
    if missing:
        raise MissingValues(missing)


def fill(text: str, values: Mapping[str, Value | None]) -> str:
    """The text with its placeholders replaced; lists are written out with commas and `and`."""
    known = {key_of(key): value for key, value in values.items() if value is not None}

    def replaced(match: re.Match[str]) -> str:
        written, condition, shown = match[1].partition("??")
        key = key_of(written.strip())
        if key not in known:
            raise MissingValues([written.strip()])
        value = known[key]
        if condition:
            return shown if is_true(value) else ""
        return harmless(_in_words(value), link=key.endswith("link"))

    return PLACEHOLDER.sub(replaced, text)


def is_true(value: Value) -> bool:
    """Notify's reading of a condition: yes, y, true, t, 1, include or show."""
    return str(value).strip().lower() in _TRUE


def list_of(line: str, values: Mapping[str, Value | None]) -> list[str] | None:
    """The items, if a line is one placeholder whose value is a list; else None."""
    match = PLACEHOLDER.fullmatch(line.strip())
    if match is None or "??" in match[1]:
        return None
    value = {key_of(key): value for key, value in values.items()}.get(key_of(match[1]))
    if value is None or isinstance(value, str | bool | int):
        return None
    return [harmless(item) for item in value]


def harmless(value: str, *, link: bool = False) -> str:
    """One line, without markup of links; an address stays one only where a link is meant."""
    one_line = " ".join(value.split())
    printable = "".join(letter for letter in one_line if letter.isprintable())
    if link:
        return printable
    return _ADDRESS.sub("", _LINK.sub(r"\1", printable))


def _in_words(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    items = list(value)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
