"""`headship lab similarity`: what is named and not there is told, instead of being left out."""

import pytest

from cli.app import run


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("The same words stand in each of these two texts.")
    return folder


def test_two_equal_texts_are_one_pair_to_look_at(texts, capsys):
    assert run(["lab", "similarity", str(texts)]) == 0
    assert "1 pairs to look at" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--paper", "--earlier"])
def test_a_paper_or_an_earlier_cohort_that_is_not_there_ends_it(texts, capsys, option):
    missing = texts.parent / "mistyped"

    assert run(["lab", "similarity", str(texts), option, str(missing)]) == 2

    told = capsys.readouterr()
    assert "mistyped: no text that can be read" in told.err
    assert told.out == ""
