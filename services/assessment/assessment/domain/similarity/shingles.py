"""Texts as words, and words as hashed shingles.

A word is normalised by NFKC and case folding, and loses its punctuation. What cannot be seen does
not part it, and letters of other alphabets that look like Latin ones are taken for these: a copy
that looks the same is the same. Hashes are blake2b of 8 bytes, so that they are the same in every
process and every year.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

RANKED_BY = 3
"""Words of the shingles by which pairs are ranked."""

SHOWN_BY = 5
"""Words of the shingles that are evidence."""

WINNOWED = 4
"""Neighbouring shingles of which one is kept: any shared run of 5 + 4 - 1 = 8 words is found."""

_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ‐‑-][^\W_]+)*")
_NOT_OF_WORDS = re.compile(r"[\W_]+")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Soft hyphens, as text out of a PDF has them, joiners, marks of direction, selectors."""

_CYRILLIC = (
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
    "\u0423\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0445\u0443\u0501\u04bb\u051b"
    "\u051d"
)
_GREEK = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5"
)
_LOOKS_LIKE = str.maketrans(
    _CYRILLIC + _GREEK, "ABESIJKMHOPCTXYaesijopcxydhqwABEZHIKMNOPTYXaikvopu"
)
"""Letters that a reader takes for Latin ones."""


@dataclass(frozen=True)
class Words:
    """A text's words, normalised, and from which character to which each stands in it."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


def words_of(text: str) -> Words:
    """The words of a text; hyphens and apostrophes join, all other punctuation parts."""
    words, places = [], []
    seen = [at for at, one in enumerate(text) if not _UNSEEN.match(one)]
    for found in _WORD.finditer(_UNSEEN.sub("", text)):
        if word := _normalised(found.group()):
            words.append(word)
            places.append((seen[found.start()], seen[found.end() - 1] + 1))
    return Words(tuple(words), tuple(places))


def bare_words_of(text: str) -> list[str]:
    """The same words without their places, in half the time."""
    shown = _UNSEEN.sub("", text)
    return [word for found in _WORD.findall(shown) if (word := _normalised(found))]


def shingles(words: Sequence[str], length: int) -> Hashes:
    """The hash of each run of `length` words, in their order; none for a shorter text."""
    encoded = [word.encode() for word in words]
    runs = zip(*(encoded[start:] for start in range(length)), strict=False)
    digests = b"".join([blake2b(b" ".join(run), digest_size=8).digest() for run in runs])
    return np.frombuffer(digests, dtype=np.dtype("<u8")).astype(np.uint64, copy=False)


def winnowed(hashes: Hashes, window: int = WINNOWED) -> NDArray[np.int64]:
    """Positions that are kept: in each window the least hash, of equal ones the rightmost."""
    if len(hashes) == 0:
        return np.zeros(0, dtype=np.int64)
    width = min(window, len(hashes))
    views = np.lib.stride_tricks.sliding_window_view(hashes, width)[:, ::-1]
    return np.unique(np.arange(len(views)) + width - 1 - views.argmin(axis=1))


@lru_cache(maxsize=100_000)
def _normalised(word: str) -> str:
    if word.isascii():
        return word.casefold() if word.isalnum() else _NOT_OF_WORDS.sub("", word.casefold())
    as_latin = word.translate(_LOOKS_LIKE)
    if as_latin.isascii():
        word = as_latin
    return _NOT_OF_WORDS.sub("", normalize("NFKC", normalize("NFKC", word).casefold()))
