"""Takes from a script what names its author, so that a marker never learns who wrote it.

A name is known from outside (enrolment) or from the file's own properties. Each of its words gives
way to `[name]`, so that the words of the script stay as many as they were.
"""

import re
from collections.abc import Callable, Iterable
from unicodedata import normalize

PLACEHOLDER = "[name]"
NUMBER = "[number]"

_NOBODY = {
    *("microsoft office user", "office user", "windows user", "user name", "python docx"),
    *("microsoft word", "libre office", "google docs", "unknown author", "apache poi"),
}
"""What programs write where an author's name belongs."""

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
    if len(words) < 2 or name.casefold().replace("-", " ") in _NOBODY:
        return []
    first, last, initial = (re.escape(part) for part in (words[0], words[-1], words[0][0]))
    whole = r"\s+".join(map(re.escape, words))
    forms = [whole, rf"{first}\s+{last}", rf"{last},\s*{first}", rf"{initial}\.?\s+{last}"]
    return [rf"(?<!\w)(?:{form})(?!\w)" for form in forms]


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
