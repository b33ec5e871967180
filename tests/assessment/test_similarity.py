"""How alike scripts are: exact containment, guaranteed evidence, a threshold from the cohort."""

import itertools
import json
import random
import subprocess
import sys
from unicodedata import normalize

import numpy as np
import pytest
from assessment_docx import a_docx, p
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.similarity.comparing import Pair, Script, compare, paper_of
from assessment.domain.similarity.evidence import SHORTEST, spans
from assessment.domain.similarity.job import compare_scripts
from assessment.domain.similarity.shingles import bare_words_of, shingles, winnowed, words_of

NOTHING = paper_of([])
words = st.lists(st.sampled_from("abcdefgh"), max_size=30).map(" ".join)


def threes(text):
    found = text.split()
    return {tuple(found[start : start + 3]) for start in range(len(found) - 2)}


def pairs_of(texts, paper=NOTHING, **options):
    scripts = [Script(str(number), text) for number, text in enumerate(texts)]
    return compare(scripts, paper, **{"most": 10_000} | options)


@settings(deadline=None)
@given(texts=st.lists(words, min_size=2, max_size=8), given_text=words)
def test_containment_is_what_counting_by_hand_gives(texts, given_text):
    comparison = pairs_of(texts, paper_of([given_text]))

    own = [threes(text) - threes(given_text) for text in texts]
    expected = {
        (a, b): (len(own[a] & own[b]), len(own[a]), len(own[b]))
        for a, b in itertools.combinations(range(len(texts)), 2)
        if own[a] & own[b]
    }
    found = {(p.a, p.b): (p.shared, p.size_a, p.size_b) for p in comparison.ranked}
    assert found == expected
    scores = [pair.containment for pair in comparison.ranked]
    assert scores == sorted(scores, reverse=True)


@settings(deadline=None)
@given(
    texts=st.lists(words, min_size=2, max_size=8),
    percentile=st.sampled_from([0.5, 50.0, 90.0, 99.5, 100.0]),
)
def test_the_threshold_is_a_percentile_of_all_pairs_of_the_cohort(texts, percentile):
    comparison = pairs_of(texts, percentile=percentile)

    own = [threes(text) for text in texts]
    scores = [
        len(own[a] & own[b]) / (min(len(own[a]), len(own[b])) or 1)
        for a, b in itertools.combinations(range(len(texts)), 2)
    ]
    rank = -(-len(scores) * percentile // 100)
    assert comparison.threshold == sorted(scores)[max(0, int(rank) - 1)]


def test_a_short_script_within_a_long_one_is_contained_whole():
    long = " ".join(f"w{number}" for number in range(300))
    (pair,) = pairs_of([long, " ".join(long.split()[100:140])]).ranked

    assert (pair.a_in_b, pair.b_in_a) == (38 / 298, 1.0)
    assert pair.containment == 1.0


def test_what_the_paper_gives_makes_nobody_alike():
    case_study = "the school of nine hundred pupils changes its timetable in the autumn term"
    texts = [f"first thoughts {case_study}", f"others begin here {case_study}", "nothing at all"]

    comparison = pairs_of(texts, paper_of([case_study]))

    assert comparison.ranked == []
    assert comparison.in_paper[0] == 11 / 13
    assert pairs_of(texts).ranked[0].shared == 11


def test_earlier_cohorts_are_compared_with_this_one_but_not_among_themselves():
    shared = "one two three four five six seven eight nine ten"
    scripts = [
        Script("new", shared),
        Script("other", "quite different words stand in this one here"),
        Script("old", shared, earlier=True),
        Script("older", shared, earlier=True),
    ]

    comparison = compare(scripts, NOTHING, most=100)

    assert {(pair.a, pair.b) for pair in comparison.ranked} == {(0, 2), (0, 3)}
    assert comparison.threshold == 0.0  # from the cohort's own pair, which shares nothing
    assert comparison.pairs == 1 + 2 * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don't STOP—the well-being", "don’t stop the wellbeing"),
        ("ﬁve Straße, “quoted”!", "five strasse quoted"),
        ("naïve 1,500 (words)", normalize("NFD", "NAÏVE 1 500 words")),
    ],
)
def test_writing_alike_is_the_same_word(one, other):
    assert words_of(normalize("NFC", one)).words == words_of(normalize("NFC", other)).words


BEGIN = "We would begin with trust and then move slowly to the new timetable"


@pytest.mark.parametrize(
    "disguise",
    [
        *(
            lambda word, unseen=unseen: f"{word[:1]}{unseen}{word[1:]}"
            for unseen in ("\u00ad", "\u200c", "\u200d", "\u2060", "\ufeff", "\ufe0f", "\u202e")
        ),
        lambda word: word.replace("e", "\u0435").replace("a", "\u0430"),
        lambda word: word.replace("o", "\u03bf"),
    ],
)
def test_a_copy_that_looks_the_same_is_the_same(disguise):
    """Soft hyphens of a PDF, joiners, marks of direction, Cyrillic and Greek letters."""
    copy = " ".join(map(disguise, BEGIN.split()))

    assert words_of(copy).words == words_of(BEGIN).words
    assert tuple(bare_words_of(copy)) == words_of(BEGIN).words
    assert [copy[slice(*place)] for place in words_of(copy).places] == copy.split()
    (pair,) = compare([Script("a", BEGIN), Script("b", copy)], NOTHING, most=1).ranked
    assert pair.containment == 1.0


@given(st.text(max_size=60))
def test_each_word_stands_where_its_place_says(text):
    found = words_of(text)

    assert len(found.words) == len(found.places)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in found.places)


def test_hashes_are_the_same_in_every_process():
    module = "assessment.domain.similarity.shingles"
    program = f"from {module} import shingles; print(shingles(['a', 'b', 'c'], 3)[0])"

    told = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True
        ).stdout
        for _ in range(2)
    }

    assert told == {f"{shingles(['a', 'b', 'c'], 3)[0]}\n"}


@given(st.lists(st.integers(0, 50), max_size=60))
def test_each_window_of_four_keeps_one(values):
    hashes = np.array(values, dtype=np.uint64)

    kept = set(winnowed(hashes).tolist())

    for start in range(max(0, len(values) - 3)):
        window = values[start : start + 4]
        assert any(
            place in kept and values[place] == min(window) for place in range(start, start + 4)
        )


@settings(deadline=None)
@given(
    length=st.integers(SHORTEST, 40),
    before=st.integers(0, 30),
    after=st.integers(0, 30),
    seed=st.integers(0, 1_000),
)
def test_every_shared_run_of_eight_words_is_shown_side_by_side(length, before, after, seed):
    chance = random.Random(seed)
    run = " ".join(f"shared{number}" for number in range(length))
    a = " ".join([*(f"a{chance.randrange(10**6)}" for _ in range(before)), run, "ends so"])
    b = " ".join(["begins so", run, *(f"b{chance.randrange(10**6)}" for _ in range(after))])

    (span,) = spans(a, b, NOTHING)

    assert span.words == length
    assert a[span.a_from : span.a_to] == b[span.b_from : span.b_to] == run


def test_spans_do_not_overlap_and_come_in_order():
    a = "x1 x2 " + " ".join("pqrstuvwxy") + " middle part " + " ".join("abcdefghij")
    b = " ".join("abcdefghij") + " elsewhere " + " ".join("pqrstuvwxy")

    found = spans(a, b, NOTHING)

    assert [a[s.a_from : s.a_to] for s in found] == [" ".join("pqrstuvwxy"), " ".join("abcdefghij")]


def test_texts_too_short_to_compare_are_like_nothing():
    comparison = pairs_of(["", "two words", "two words", "one"])

    assert (comparison.ranked, comparison.threshold, comparison.above) == ([], 0.0, 0)
    assert pairs_of(["alone here today"]).threshold == 0.0
    assert not comparison.is_above(Pair(0, 1, 0, 0, 0))


def test_the_child_process_flags_a_copied_passage_among_many(tmp_path):
    chance = random.Random(5)
    vocabulary = [f"word{number}" for number in range(3_000)]
    texts = [chance.choices(vocabulary, k=300) for _ in range(40)]
    texts[7][50:120] = texts[3][10:80]
    lines = [
        json.dumps({"id": str(number), "text": " ".join(text), "earlier": False})
        for number, text in enumerate(texts)
    ]
    (tmp_path / "scripts").write_text("\n".join(lines))

    found = compare_scripts(
        {"path": str(tmp_path / "scripts"), "paper": [], "percentile": 99.5, "most": 50}
    )

    top = found["flagged"][0]
    assert {top["a"], top["b"]} == {"3", "7"}
    assert [span["words"] for span in top["spans"]] == [70]
    assert (found["scripts"], found["pairs"]) == (40, 780)


def test_anyone_can_try_it_on_a_folder(tmp_path):
    corpus, given_text = tmp_path / "corpus", tmp_path / "paper.txt"
    (corpus / "b").mkdir(parents=True)
    shared = "trust grows where promises are kept and where nobody is blamed for honest mistakes"
    given_text.write_text("a school changes its timetable")
    (corpus / "one.txt").write_text(f"I think a school changes its timetable. {shared}")
    (corpus / "b" / "two.docx").write_bytes(a_docx(p(f"My view: {shared.upper()}!")))
    (corpus / "three.txt").write_text("Something else entirely stands in the third of the texts.")
    (corpus / "table.csv").write_text("no,text")
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7")

    command = [
        sys.executable,
        "-c",
        "from cli.app import run; import sys; sys.exit(run(sys.argv[1:]))",
    ]
    done = subprocess.run(
        [*command, "lab", "similarity", str(corpus), "--paper", str(given_text), "--json"],
        capture_output=True,
        check=True,
        text=True,
    )

    told = json.loads(done.stdout)
    assert (told["texts"], told["pairs_compared"], told["flagged"]) == (3, 3, 1)
    (pair,) = told["pairs"]
    assert {pair["a"], pair["b"]} == {"b/two.docx", "one.txt"}
    assert [span["words"] for span in pair["spans"]] == [14]
    assert {one["file"]: one["reason"] for one in told["skipped"]} == {
        "table.csv": "file_type_not_taken",
        "broken.pdf": "file_corrupt",
    }
