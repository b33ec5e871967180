"""Takes from a script what names its author, so that a marker never learns who wrote it.

A name is known from outside (enrolment) or from the file's own properties. Each of its words gives
way to `[name]`, so that the words of the script stay as many as they were.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
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
_TITLED = (
    "mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lady|lord|revd?|reverend|canon|imam|rabbi"
    "|headteacher|principal"
)
_AFTER_NAMES = {
    *("mbe", "obe", "cbe", "kbe", "dbe", "bem", "jp", "phd", "dphil", "edd", "mphil", "ma", "msc"),
    *("med", "mba", "mres", "ba", "bsc", "bed", "beng", "llb", "llm", "pgce", "pgcert", "pgdip"),
    *("qts", "npqh", "npqsl", "npqeyl", "fcct", "mcct", "fcollt", "frsa", "hons", "frsc"),
}
_PARTICLES = (
    "van|von|der|den|de|du|da|di|do|la|le|del|della|dos|das|ter|ten|bin|ibn|bint|al|el|ap|st"
)
_PARTED = r"(?:\.\s*|\s+)"
"""What stands after an initial: never nothing, or any longer word would have it."""

_APOSTROPHES, _HYPHENS = "'\u2019\u2018\u02bc`\u00b4", "-\u2010\u2011\u2012\u2013\u00ad"
_UNSEEN = "[\u00ad\u200b-\u200d\u2060\ufeff]*"
"""Between two letters: what nobody sees."""

_NOT_TAKEN_APART = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}
"""Letters that Unicode does not make of another letter and a sign."""

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
    words = re.findall(rf"[^\W\d_][\w.{_APOSTROPHES}{_HYPHENS[1:]}-]*", name)
    titles = sum(1 for _ in takewhile(_is_title, words))
    words = words[titles:]
    if name.casefold().replace("-", " ") in _NOBODY or len(words) + min(titles, 1) < 2:
        return []
    plain = _without_what_follows(words)
    forms = [*_forms(words), *(_forms(plain) if plain != words else [])]
    return [rf"(?<!\w)(?:{form})(?!\w)" for form in forms]


def _forms(words: list[str]) -> list[str]:
    """How a person of this name, without title, is called."""
    first, middle, last = words[0], words[1:-1], words[-1]
    surname = rf"(?:(?:{_PARTICLES})\s+){{0,3}}{_capital(last)}"
    forms = [rf"(?:{_TITLED})\.?\s+{surname}"]
    if len(words) == 1:
        return forms
    initials = "".join(word[0].upper() for word in words[:-1])
    between = rf"(?:\s+(?:{_PARTICLES}|[^\W\d_]\.?)){{0,3}}"
    called = _written(first) + rf"(?:\s+(?:{'|'.join(map(_written, middle))}))*"
    return [
        *forms,
        r"\s+".join(map(_written, words)),
        rf"{_written(first)}{between}\s+{_written(last)}",
        *(rf"{_capital(one)}\s+{surname}" for one in middle if not _is_particle(one)),
        rf"{_written(last)},\s*{called}",
        rf"{_capital(last)}\s+{_capital(first)}",
        rf"{_written(first)}[._-]{_written(last)}",
        rf"{_capital(first)}{_capital(last)}",
        rf"(?-i:{initials[0]})(?:{_PARTED}[^\W\d_]){{0,3}}{_PARTED}{surname}",
        rf"(?-i:{initials})\s+{surname}",
        # "in May, I began" is no name
        rf"{_capital(last)},?\s+(?-i:{initials[0]})" + (r"\." if initials[0] in "AI" else r"\.?"),
    ]


def _without_what_follows(words: list[str]) -> list[str]:
    """A name without degrees and honours, as far as it is one then."""
    kept = list(words)
    while len(kept) > 2 and kept[-1].casefold().replace(".", "") in _AFTER_NAMES:
        kept.pop()
    return kept


def _is_particle(word: str) -> bool:
    return re.fullmatch(_PARTICLES, word.casefold()) is not None


def _is_title(word: str) -> bool:
    return word.casefold().rstrip(".") in _TITLES


def _capital(word: str) -> str:
    """The word where it is written with a capital. With an initial, a title or the surname first a
    name may read as a sentence does: "a long", "may grace"."""
    rest = _written(word[1:])
    return rf"(?-i:{_letter(word[0].upper())}){_UNSEEN if rest else ''}{rest}"


def _written(word: str) -> str:
    """The word with or without its accents, with any apostrophe or hyphen, or none."""
    return _UNSEEN.join(map(_letter, word))


def _letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return f"[{_APOSTROPHES}]?"
    if letter in _HYPHENS:
        return rf"(?:[{_HYPHENS[1:]}-]|\s+)?"
    return _alike().get(_bare(letter), re.escape(letter))


@cache
def _alike() -> dict[str, str]:
    """Each Latin letter → any letter that is it, with or without an accent."""
    found: dict[str, set[str]] = {}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        if (letter := chr(code)).isalpha() and len(bare := _bare(letter)) == 1 and bare.isascii():
            found.setdefault(bare, set()).add(letter)
    return {bare: f"[{''.join(sorted(letters))}]" for bare, letters in found.items()}


def _bare(letter: str) -> str:
    small = _NOT_TAKEN_APART.get(letter.lower(), letter.lower())
    bare = normalize("NFD", small)[0]
    return bare.upper() if letter.isupper() else bare


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
