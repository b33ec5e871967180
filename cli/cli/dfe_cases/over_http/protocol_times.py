"""How often a case asks: `1,001 requests in 5 minutes`, `the 1,001st GET`, `twice`.

What stands in the request is how often it is asked in all; what stands in `given` happened before
it, so that it is one more. An ordinal says in both which of them is looked at.
"""

import re

from dfe_simulator.limits import REQUESTS_OF_A_TOKEN

NUMBERS = {
    **{"no": 0, "none": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
    **{"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
}
NUMBER = rf"\b(\d[\d,]*|{'|'.join(NUMBERS)})"

_ASKED = r"(?:requests?|calls?|GETs?|POSTs?|PUTs?)\b"
_SPAN = r"(?:in|within|per)\s+(?:[\w-]+\s+){0,3}\w*[\s-]*(?:min|sec)"
_TIMES = re.compile(
    rf"{NUMBER}(?P<nth>st|nd|rd|th)?\s*"
    rf"(?:times\b|x\b|(?:[a-z]+\s+)?{_ASKED}|{_SPAN})",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(r"\bx\s*(\d[\d,]*)", re.IGNORECASE)
_NUMBERED = re.compile(rf"{_ASKED}\s+(?:number|no\.?|#)\s*(\d[\d,]*)", re.IGNORECASE)
_THOUSAND = re.compile(r"\b(?:a|one)\s+thousand\b(\s+and\s+one\b)?", re.IGNORECASE)
_TWICE = re.compile(r"\b(?:twice|again|repeated|re-?sent|(?:a|the) second time)\b", re.IGNORECASE)
_ONCE = re.compile(r"\bonce\b", re.IGNORECASE)
_THEN_ONE_MORE = re.compile(
    r"\b(?:after|already|more than|over|beyond|then|previous|so far|before"
    r"|ha(?:s|ve|d) (?:made|sent|used)|(?:in|of|within) (?:the )?(?:last|current|previous))\b",
    re.IGNORECASE,
)
_TOO_MANY = re.compile(
    rf"\btoo many {_ASKED}|\b(?:exceed\w*|over|beyond|above|past)\s+(?:\w+\s+){{0,3}}limit"
    r"|\blimit\s+(?:\w+\s+){0,3}(?:exceeded|reached|used up|hit)\b",
    re.IGNORECASE,
)
_SAYS_HOW_OFTEN = re.compile(
    r"(?:\d|\b(?:many|several|some|few|dozens?|hundreds?|thousands?)\b)[^/]{0,40}?"
    r"\b(?:requests|calls|times|GETs|POSTs|PUTs)\b"
    r"|\b(?:minutes?|seconds?|window|throttl\w+|rate[ -]?limit\w*)\b",
    re.IGNORECASE,
)


def counted(word: str) -> int:
    """A number in digits or in letters."""
    told = NUMBERS.get(word.casefold())
    return int(word.replace(",", "")) if told is None else told


def times_asked(request: str, given: str) -> int | None:
    """How often the request is sent; None where neither text says it."""
    told = _times(request)
    return told if told is not None else _times(given, before=True)


def _times(words: str, *, before: bool = False) -> int | None:
    words = _THOUSAND.sub(lambda found: "1001" if found[1] else "1000", words)
    numbered = _NUMBERED.search(words)
    if numbered is not None:
        return counted(numbered[1])
    many = _TIMES.search(words)
    if many is not None and many["nth"]:
        return counted(many[1])
    many = many or _MULTIPLIED.search(words)
    if many is not None:
        return counted(many[1]) + (before or bool(_THEN_ONE_MORE.search(words)))
    if _TOO_MANY.search(words):
        return REQUESTS_OF_A_TOKEN + 1
    if _TWICE.search(words):
        return 2
    return 1 if _ONCE.search(words) else None


def says_how_often(words: str) -> bool:
    """Whether words that were not understood seem to be about a number of requests."""
    return bool(_SAYS_HOW_OFTEN.search(words))
