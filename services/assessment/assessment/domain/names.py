"""Takes from a script what names its author, so that a marker never learns who wrote it.

A name is known from outside (enrolment) or from the file's own properties. Each of its words gives
way to `[name]`, so that the words of the script stay as many as they were.
"""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from unicodedata import normalize

PLACEHOLDER = "[name]"
NUMBER = "[number]"

_NOBODY = {
    *("microsoft office user", "office user", "windows user", "user name", "python docx"),
    *("microsoft word", "libre office", "google docs", "unknown author", "apache poi"),
}
"""What programs write where an author's name belongs."""

_TITLES = {
    *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord"),
    *("rev", "revd", "reverend", "canon", "father", "sister", "brother", "rabbi", "imam"),
}
_TITLED = "mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|revd?|reverend"
_PARTED = r"(?:\.\s*|\s+)"
"""What stands after an initial: never nothing, or any longer word would have it."""

_REFERENCE_NUMBER = re.compile(r"(?<=\btrn)([\s:.#]*)\d{7}\b", re.IGNORECASE)


def remove(text: str, cut_off_at: int | None, names: Iterable[str]) -> tuple[str, int | None, int]:
    """The text without these names and e-mail addresses; where its cut-off lies now; how many.

    A name of one word stays: it may be any word. Teacher reference numbers go as well.
    """
    wanted = [pattern for name in names for pattern in _patterns(name)]
    removed = 0
    if wanted:
        found = re.compile("|".join(wanted), re.IGNORECASE)
        text, cut_off_at, removed = _replace(found, text, cut_off_at, _placeholders)
    text, cut_off_at, numbers = _replace(
        _REFERENCE_NUMBER, text, cut_off_at, lambda match: f"{match[1]}{NUMBER}"
    )
    return text, cut_off_at, removed + numbers


def _patterns(name: str) -> list[str]:
    name = normalize("NFC", name).strip()
    if re.fullmatch(r"[^\s@]+@[^\s@]+", name):
        return [rf"(?<!\w){re.escape(name)}(?!\w)"]
    words = re.findall(r"[^\W\d_][\w'’.-]*", name)
    titles = sum(1 for _ in takewhile(_is_title, words))
    words = words[titles:]
    if name.casefold().replace("-", " ") in _NOBODY or len(words) + min(titles, 1) < 2:
        return []
    last = words[-1]
    forms = [rf"(?:{_TITLED})\.?\s+{_capital(last)}"]
    if len(words) > 1:
        first, initials = words[0], "".join(word[0].upper() for word in words[:-1])
        called = re.escape(first) + rf"(?:\s+(?:{'|'.join(map(re.escape, words[1:-1]))}))*"
        forms += [
            r"\s+".join(map(re.escape, words)),
            rf"{re.escape(first)}(?:\s+[^\W\d_]\.?){{0,3}}\s+{re.escape(last)}",
            rf"{re.escape(last)},\s*{called}",
            rf"{_capital(last)}\s+{_capital(first)}",
            rf"(?-i:{initials[0]})(?:{_PARTED}[^\W\d_]){{0,3}}{_PARTED}{_capital(last)}",
            rf"(?-i:{initials})\s+{_capital(last)}",
        ]
    return [rf"(?<!\w)(?:{form})(?!\w)" for form in forms]


def _is_title(word: str) -> bool:
    return word.casefold().rstrip(".") in _TITLES


def _capital(word: str) -> str:
    """The word where it is written with a capital. With an initial, a title or the surname first a
    name may read as a sentence does: "a long", "may grace"."""
    return rf"(?-i:{re.escape(word[0].upper())}){re.escape(word[1:])}"


def _placeholders(match: re.Match[str]) -> str:
    return re.sub(r"\S+", PLACEHOLDER, match[0])


def _replace(
    pattern: re.Pattern[str], text: str, cut_off_at: int | None, by: Callable[[re.Match[str]], str]
) -> tuple[str, int | None, int]:
    pieces: list[str] = []
    end = length = removed = 0
    moved = cut_off_at
    for match in pattern.finditer(text):
        given = by(match)
        pieces += [text[end : match.start()], given]
        length += match.start() - end + len(given)
        end = match.end()
        removed += 1
        if cut_off_at is not None and match.start() < cut_off_at:
            # a cut-off within a name moves to the name's end
            moved = length + max(0, cut_off_at - end)
    pieces.append(text[end:])
    return "".join(pieces), moved, removed
