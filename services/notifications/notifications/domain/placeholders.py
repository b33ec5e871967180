"""Placeholders in GOV.UK Notify's syntax: `((name))`, `((condition??text))`, and list values.

Keys are told apart without case, spaces, hyphens and underscores. A value is never markup: lines
are joined and links taken apart, so that nothing told by others can change a message's form.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from notifications.domain.values import Value

PLACEHOLDER = re.compile(r"\(\(([^()]+)\)\)")
_IGNORED = str.maketrans("", "", " \t\n_-\u00a0\u2010\u2011")
_TRUE = frozenset({"yes", "y", "true", "t", "1", "include", "show"})
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)", re.IGNORECASE)


class MissingValues(ValueError):
    """Placeholders without a value; `keys` are as the template writes them."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__("no value for " + ", ".join(keys))
        self.keys = list(keys)


@lru_cache(4_096)
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


def by_key(values: Mapping[str, Value | None]) -> dict[str, Value]:
    """The values that there are, by keys of which it no longer matters how they were written."""
    return {key_of(key): value for key, value in values.items() if value is not None}


def fill(text: str, values: Mapping[str, Value | None]) -> str:
    """The text with its placeholders replaced; lists are written out with commas and `and`."""
    return filled(text, by_key(values))


def filled(text: str, known: Mapping[str, Value]) -> str:
    """The same, with the values by `key_of` of their keys."""
    if "((" not in text:
        return text

    def replaced(match: re.Match[str]) -> str:
        written, condition, shown = match[1].partition("??")
        key = key_of(written)
        if key not in known:
            raise MissingValues([written.strip()])
        value = known[key]
        if condition:
            return shown if is_true(value) else ""
        return harmless(_in_words(value), link=key.endswith("link"))

    return PLACEHOLDER.sub(replaced, text)


def in_address(text: str, known: Mapping[str, Value]) -> str:
    """The address of a link: a value that is a part of one cannot lead elsewhere."""
    if PLACEHOLDER.fullmatch(text):
        return filled(text, known)
    parts = {key: quote(_in_words(value), safe="") for key, value in known.items()}
    return filled(text, parts)


def unread(text: str) -> str | None:
    """What was meant to be a placeholder and is none: the first such piece, for people."""
    left = PLACEHOLDER.sub("", text)
    at = left.find("((")
    return None if at < 0 else left[at : at + 40].splitlines()[0]


def around_list(line: str, known: Mapping[str, Value]) -> tuple[str, list[str], str] | None:
    """What stands before, in and after the first list in a line of a body; None: there is none.

    As with Notify, a list gets bullets wherever in a body it is named.
    """
    for match in PLACEHOLDER.finditer(line):
        value = None if "??" in match[1] else known.get(key_of(match[1]))
        if value is not None and not isinstance(value, str | bool | int | Mapping):
            items = [told for item in value if (told := harmless(item))]
            return line[: match.start()], items, line[match.end() :]
    return None


def is_true(value: Value) -> bool:
    """Notify's reading of a condition: yes, y, true, t, 1, include or show."""
    return str(value).strip().lower() in _TRUE


def harmless(value: str, *, link: bool = False) -> str:
    """One line, without markup of links; an address stays one only where a link is meant."""
    one_line = " ".join(value.split())
    printable = one_line
    if not one_line.isprintable():
        printable = "".join(letter for letter in one_line if letter.isprintable())
    if link:
        return printable
    while (bare := _without_links(printable)) != printable:  # what is left may be a link again
        printable = bare
    return bare


def _without_links(text: str) -> str:
    bare = _LINK.sub(r"\1", text)
    if "://" not in bare and "www." not in bare.lower():  # nearly all, in a tenth of the time
        return bare
    return _ADDRESS.sub("", bare)


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
