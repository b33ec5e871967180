"""What two scripts share, word for word and side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessment.domain.similarity.comparing import Paper, fingerprints
from assessment.domain.similarity.shingles import SHOWN_BY, WINNOWED, Words, words_of

SHORTEST = SHOWN_BY + WINNOWED - 1
"""Words: each shared run from this length on is found."""

_MOST_PLACES = 8
"""A phrase that stands more often in one script than this is not searched for everywhere."""


@dataclass(frozen=True)
class Span:
    """A run of words in both: characters from and to in each text."""

    a_from: int
    a_to: int
    b_from: int
    b_to: int
    words: int


def spans(a: str, b: str, paper: Paper, *, most: int = 100) -> list[Span]:
    """The runs that two texts share and the paper does not give, in the order of the first."""
    mine, theirs = words_of(a), words_of(b)
    runs = sorted(set(_runs(mine, theirs, paper)), key=lambda run: (-run[2], run))
    taken: list[tuple[int, int, int]] = []
    for run in runs:
        if len(taken) == most:
            break
        if not any(_overlap(run, other) for other in taken):
            taken.append(run)
    return [_span(mine, theirs, run) for run in sorted(taken)]


def _runs(a: Words, b: Words, paper: Paper) -> Iterator[tuple[int, int, int]]:
    """(position in a, position in b, words) of each longest run around a shared fingerprint."""
    in_b = fingerprints(b, paper)
    for value, places in fingerprints(a, paper).items():
        for i in places[:_MOST_PLACES]:
            for j in in_b.get(value, ())[:_MOST_PLACES]:
                if a.words[i : i + SHOWN_BY] == b.words[j : j + SHOWN_BY]:
                    yield _longest(a.words, b.words, i, j)


def _longest(a: tuple[str, ...], b: tuple[str, ...], i: int, j: int) -> tuple[int, int, int]:
    back = 0
    while min(i, j) > back and a[i - back - 1] == b[j - back - 1]:
        back += 1
    on = SHOWN_BY
    while i + on < len(a) and j + on < len(b) and a[i + on] == b[j + on]:
        on += 1
    return i - back, j - back, back + on


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return any(
        one[side] < other[side] + other[2] and other[side] < one[side] + one[2] for side in (0, 1)
    )


def _span(a: Words, b: Words, run: tuple[int, int, int]) -> Span:
    i, j, length = run
    return Span(
        a_from=a.places[i][0],
        a_to=a.places[i + length - 1][1],
        b_from=b.places[j][0],
        b_to=b.places[j + length - 1][1],
        words=length,
    )
