"""Synthetic scripts for the benchmarks: the same ones on every machine."""

import random
from collections.abc import Iterator

WORDS = 1_500
VOCABULARY = 12_000
CASE_STUDY = 400
"""Words of a case study that each script quotes here and there."""

QUOTES, QUOTED = 6, 15
COPIED_PER_MILLE, COPIED = 5, 120
"""Of a thousand scripts so many have a passage of so many words from the script before."""


def scripts(number: int, words: int = WORDS) -> Iterator[str]:
    """So many scripts on one case study, some with a copied passage."""
    chance = random.Random(20_281)
    weights = [1 / (rank + 8) for rank in range(VOCABULARY)]  # as common words are, by Zipf
    vocabulary = [f"{'abcdefghijklmnop'[rank % 16]}word{rank}" for rank in range(VOCABULARY)]
    case = case_study().split()
    before: list[str] = []
    for _ in range(number):
        text = chance.choices(vocabulary, weights, k=words)
        for _ in range(QUOTES):
            at, start = chance.randrange(words - QUOTED), chance.randrange(CASE_STUDY - QUOTED)
            text[at : at + QUOTED] = case[start : start + QUOTED]
        if before and chance.random() * 1_000 < COPIED_PER_MILLE:
            at = chance.randrange(words - COPIED)
            text[at : at + COPIED] = before[at : at + COPIED]
        before = text
        yield ". ".join(" ".join(text[start : start + 18]) for start in range(0, words, 18))


def case_study() -> str:
    """What all were given."""
    chance = random.Random(7)
    return " ".join(f"case{chance.randrange(300)}" for _ in range(CASE_STUDY))
