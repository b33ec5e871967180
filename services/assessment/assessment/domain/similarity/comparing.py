"""All pairs of a cohort, exactly: how much of each script stands in each other one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assessment.domain.similarity.shingles import (
    RANKED_BY,
    SHOWN_BY,
    Hashes,
    Words,
    bare_words_of,
    shingles,
    winnowed,
)

PERCENTILE = 99.5
TOLD_PERCENTILES = (50.0, 90.0, 99.0, 99.5, 99.9, 100.0)


@dataclass(frozen=True)
class Script:
    """A text by its id; one of an earlier cohort is compared with this cohort's alone."""

    id: str
    text: str
    earlier: bool = False


@dataclass(frozen=True)
class Pair:
    """Two scripts by their positions. `shared` of `size_a` and `size_b` shingles of three words
    stand in both."""

    a: int
    b: int
    shared: int
    size_a: int
    size_b: int

    @property
    def a_in_b(self) -> float:
        """How much of the first stands in the second: containment, 0 to 1."""
        return self.shared / self.size_a if self.size_a else 0.0

    @property
    def b_in_a(self) -> float:
        """How much of the second stands in the first."""
        return self.shared / self.size_b if self.size_b else 0.0

    @property
    def containment(self) -> float:
        """The greater of both: a short script within a long one is found as well."""
        return max(self.a_in_b, self.b_in_a)


@dataclass(frozen=True)
class Paper:
    """What the paper gives, as shingles to subtract."""

    ranked: Hashes
    shown: Hashes


@dataclass
class Comparison:
    """`ranked`: pairs that share anything, the most alike first, up to the number asked for.

    `threshold`: the containment that only the most alike half per cent of the cohort's own pairs
    reach, or what was given. `in_paper`: of each script, how much of it the paper gives.
    """

    scripts: Sequence[Script]
    pairs: int
    threshold: float
    above: int
    distribution: dict[str, float]
    in_paper: list[float]
    ranked: list[Pair] = field(default_factory=list)
    paper: Paper | None = None

    def is_above(self, pair: Pair) -> bool:
        """Whether a person should look at this pair."""
        return pair.shared > 0 and pair.containment >= self.threshold


def paper_of(texts: Iterable[str]) -> Paper:
    """The shingles of everything that candidates were given."""
    words = [bare_words_of(text) for text in texts]
    return Paper(
        ranked=_together([shingles(one, RANKED_BY) for one in words]),
        shown=_together([shingles(one, SHOWN_BY) for one in words]),
    )


def compare(
    scripts: Sequence[Script],
    paper: Paper,
    *,
    percentile: float = PERCENTILE,
    threshold: float | None = None,
    most: int,
) -> Comparison:
    """Compare each script of this cohort with each other one and with all earlier ones."""
    found = [shingles(bare_words_of(script.text), RANKED_BY) for script in scripts]
    own = [np.setdiff1d(one, paper.ranked) for one in found]
    in_paper = [_share_gone(one, left) for one, left in zip(found, own, strict=True)]
    earlier = np.array([script.earlier for script in scripts], dtype=bool)
    scores, pairs = _all_pairs(own, earlier)
    within = scores[~earlier[pairs[:, 0]] & ~earlier[pairs[:, 1]]] if len(scores) else scores
    current = int((~earlier).sum())
    possible = current * (current - 1) // 2
    limit = threshold if threshold is not None else _percentile(within, possible, percentile)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -scores))[:most]
    sizes = [len(one) for one in own]
    return Comparison(
        scripts=scripts,
        pairs=possible + current * int(earlier.sum()),
        threshold=limit,
        above=int((scores >= limit).sum()),
        distribution={
            f"{each:g}": _percentile(within, possible, each) for each in TOLD_PERCENTILES
        },
        in_paper=in_paper,
        ranked=[
            Pair(int(a), int(b), int(shared), sizes[a], sizes[b]) for a, b, shared in pairs[order]
        ],
        paper=paper,
    )


def fingerprints(words: Words, paper: Paper) -> dict[int, list[int]]:
    """Hash → positions of the winnowed five-word shingles that the paper does not give."""
    hashes = shingles(words.words, SHOWN_BY)
    found: dict[int, list[int]] = {}
    for position in winnowed(hashes):
        found.setdefault(int(hashes[position]), []).append(int(position))
    given = np.isin(np.array(list(found), dtype=np.uint64), paper.shown)
    return {
        value: places
        for (value, places), is_given in zip(found.items(), given, strict=True)
        if not is_given
    }


def _all_pairs(
    own: Sequence[Hashes], earlier: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Containment of each pair that shares a shingle, and its (a, b, shared).

    Through an inverted index: the work is the number of shared shingles, not of pairs.
    """
    sizes = np.array([len(one) for one in own], dtype=np.int64)
    if sizes.sum() == 0:
        return np.zeros(0), np.zeros((0, 3), dtype=np.int64)
    owners = np.repeat(np.arange(len(own)), sizes)
    _, term = np.unique(np.concatenate(own), return_inverse=True)
    often = np.bincount(term)
    keep = often[term] > 1
    owners, term = owners[keep], term[keep]
    by_term = np.argsort(term, kind="stable")  # within a term, by script
    posted = owners[by_term].astype(np.int32)
    begins = np.concatenate(([0], np.cumsum(np.bincount(term, minlength=len(often)))))
    place = np.empty(len(term), dtype=np.int64)
    place[by_term] = np.arange(len(term))
    ends = np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(own)))))
    scores, pairs = [], []
    for a in range(len(own)):
        mine = slice(ends[a], ends[a + 1])
        first = place[mine] + 1  # whoever comes after this script in each list
        counts = _count_after(posted, first, begins[term[mine] + 1], len(own))
        others = np.flatnonzero(counts)
        if earlier[a]:
            others = others[~earlier[others]]
        if len(others):
            shared = counts[others]
            scores.append(shared / np.minimum(sizes[a], sizes[others]))
            pairs.append(np.column_stack((np.full(len(others), a), others, shared)))
    if not scores:
        return np.zeros(0), np.zeros((0, 3), dtype=np.int64)
    return np.concatenate(scores), np.concatenate(pairs)


def _count_after(
    posted: NDArray[np.int32], first: NDArray[np.int64], last: NDArray[np.int64], scripts: int
) -> NDArray[np.int64]:
    """How often each script stands in the stretches `first` to `last` of the index."""
    lengths = last - first
    total = int(lengths.sum())
    starts = np.repeat(first - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.bincount(posted[starts + np.arange(total)], minlength=scripts)


def _percentile(within: NDArray[np.float64], possible: int, percentile: float) -> float:
    """Of all pairs, those that share nothing included; a value that a pair really has."""
    if possible == 0:
        return 0.0
    rank = int(np.ceil(possible * percentile / 100)) - 1
    absent = possible - len(within)
    if rank < absent:
        return 0.0
    return float(np.partition(within, rank - absent)[rank - absent])


def _share_gone(all_of_it: Hashes, left: Hashes) -> float:
    whole = len(np.unique(all_of_it))
    return 1 - len(left) / whole if whole else 0.0


def _together(some: Sequence[Hashes]) -> Hashes:
    return np.unique(np.concatenate(some)) if some else np.zeros(0, dtype=np.uint64)
