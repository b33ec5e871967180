"""How words are counted."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain import words
from assessment.domain.words import Block, Kind, words_in


def counted(*blocks, limit=1_000, question=()):
    made = [block if isinstance(block, Block) else Block(block) for block in blocks]
    return words.count(made, last_marked=limit, question=question)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heads lead schools.", 3),
        ("a well-led school's", 3),
        ("one - two – three", 3),
        ("(Coe et al., 2014)", 4),
        ("• first\n• second", 2),
        ("£3.50 50% ---", 2),
        ("caf\u0065\u0301 na\u00efve", 2),
        ("non\u00a0breaking", 2),
        ("zero\u200bwidth", 2),
        ("...", 0),
        ("", 0),
    ],
)
def test_a_word_is_what_holds_a_letter_or_digit(text, expected):
    assert counted(text).words == expected


@given(st.text())
def test_composed_and_decomposed_letters_count_alike(text):
    assert counted(normalize("NFD", text)).words == counted(normalize("NFC", text)).words


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1)))
def test_spacing_changes_no_count(tokens):
    assert words_in(" ".join(tokens)) == words_in(" \n\t ".join(tokens))


plain = st.text("ab .-\n", max_size=40)


@given(st.lists(plain, max_size=6), st.lists(plain, max_size=6))
def test_the_words_of_two_texts_add_up(first, second):
    assert counted(*first, *second).words == counted(*first).words + counted(*second).words


@given(st.lists(plain, max_size=8), st.integers(1, 20))
def test_the_text_before_the_cut_off_has_exactly_the_words_that_are_marked(blocks, limit):
    found = counted(*blocks, limit=limit)

    if found.words <= limit:
        assert (found.cut_off_word, found.cut_off_at) == (None, None)
    else:
        assert found.cut_off_word == limit
        assert words_in(found.text[: found.cut_off_at]) == limit


def test_a_limit_and_its_tolerance_round_down():
    assert words.last_marked_word(1_500, 0) == 1_500
    assert words.last_marked_word(1_505, 10) == 1_655


def test_a_script_over_the_limit_says_by_how_much_even_within_the_tolerance():
    assert counted("word " * 12, limit=20).over_by(10) == 2


def test_references_appendices_title_and_question_do_not_count():
    found = counted(
        Block("My case study", Kind.TITLE),
        Block("How would you lead this change?"),
        Block("I would begin with trust."),
        Block("References:"),
        Block("Coe, R. (2014) What makes great teaching?"),
        Block("Appendix A: timetable", Kind.HEADING),
        Block("Monday"),
        question=["Read this.\nHow would you  LEAD this change?"],
    )

    assert (found.words, found.excluded) == (5, 3 + 6 + 1 + 7 + 3 + 1)


def test_a_heading_after_the_references_is_counted_again():
    found = counted(
        Block("References", Kind.HEADING), Block("a b"), Block("Part two", Kind.HEADING), Block("c")
    )

    assert found.words == 3


def test_a_sentence_about_references_starts_no_list_of_references():
    assert counted("References matter to heads.", "And so on.").words == 7


@pytest.mark.parametrize(
    "paragraph",
    [
        "Appendix 2 sets out our staff survey.",
        "Appendices that I hand in beside this script.",
        "Appendix A. It holds our plan.",
        "References.",
    ],
)
def test_a_sentence_is_no_title_of_an_uncounted_part(paragraph):
    found = counted(paragraph, "word " * 50)

    assert (found.words, found.excluded) == (words_in(paragraph) + 50, 0)


@pytest.mark.parametrize(
    "title", ["Appendix", "APPENDIX B", "Appendix 2:", "Appendix iv: staff survey", "1. References"]
)
def test_a_title_that_is_styled_as_text_begins_an_uncounted_part(title):
    assert counted("Some text.", title, "word " * 50).words == 2


def test_a_title_amid_the_lines_of_a_sentence_is_none():
    lines = ["Our plan is in the", "appendix", "and our list of", "references.", "So it went."]
    lines += ["References", "Coe 2014"]

    found = counted(*(Block(line, Kind.LINE) for line in lines))

    assert (found.words, found.excluded) == (5 + 1 + 4 + 1 + 3, 3)


def test_a_question_that_wraps_does_not_count():
    lines = ["How would you lead", "this change in your", "school?", "I would lead", "this change"]

    found = counted(
        *(Block(line, Kind.LINE) for line in lines),
        question=["How would you lead this change in your school?"],
    )

    assert (found.words, found.excluded) == (5, 9)


def test_a_script_styled_as_title_from_end_to_end_is_counted():
    found = counted(Block("one two " * 20, Kind.TITLE), Block("word " * 100, Kind.TITLE))

    assert (found.words, found.excluded) == (100, 40)


def test_a_title_style_inside_the_text_is_counted():
    assert counted("Some text.", Block("Sneaky title words", Kind.TITLE)).words == 5


def test_hidden_words_are_counted_and_told():
    found = counted(Block("seen and unseen", hidden_words=1))

    assert (found.words, found.hidden) == (3, 1)


def test_what_no_database_can_hold_is_left_out_of_a_text():
    told = words.normalise("nul\x00 half\ud800 of a pair\x01\x7f\tand\nlines")

    assert told == "nul half of a pair\tand\nlines"
