"""Texts as words, and words as hashed shingles.

A word is normalised by NFKC and case folding, and loses its punctuation. Hashes are blake2b of 8
bytes, so that they are the same in every process and every year.
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


@dataclass(frozen=True)
class Words:
    """A text's words, normalised, and from which character to which each stands in it."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


def words_of(text: str) -> Words:
    """The words of a text; hyphens and apostrophes join, all other punctuation parts."""
    words, places = [], []
    for found in _WORD.finditer(text):
        if word := _normalised(found.group()):
            words.append(word)
            places.append(found.span())
    return Words(tuple(words), tuple(places))


def bare_words_of(text: str) -> list[str]:
    """The same words without their places, in half the time."""
    return [word for found in _WORD.findall(text) if (word := _normalised(found))]


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
    return _NOT_OF_WORDS.sub("", normalize("NFKC", normalize("NFKC", word).casefold()))
