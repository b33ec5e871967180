"""`headship lab reliability`: any table of ratings, and what is wrong with one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.app import run

Lab = Callable[..., tuple[int, Any, str]]

KRIPPENDORFF = """unit,A,B,C,D
1,1,1,,1
2,2,2,3,2
3,3,3,3,3
4,3,3,3,3
5,2,2,2,2
6,1,2,3,4
7,4,4,4,4
8,1,1,2,1
9,2,2,2,2
10,,5,5,5
11,,,1,1
12,,,3,
"""


@pytest.fixture
def lab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lab:
    """Computes the table in a file of this text: exit code, JSON, and what is told of errors."""

    def computed(content: str | bytes, *options: str) -> tuple[int, Any, str]:
        file = tmp_path / "ratings.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        few = ("--replicates", "100")
        code = run(["lab", "reliability", str(file), "--json", *few, *options])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return computed


def test_a_published_table_gives_the_published_figures(lab):
    code, found, _ = lab(KRIPPENDORFF)

    alphas = {level: round(one["value"], 3) for level, one in found["krippendorff_alpha"].items()}
    assert code == 0
    assert alphas == {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    assert round(found["gwet_ac1"]["value"], 3) == 0.775
    assert round(found["fleiss_kappa"]["value"], 3) == 0.761
    assert (found["units"], found["ratings"], found["units_compared"]) == (12, 41, 11)


@pytest.mark.parametrize(
    "content",
    [
        KRIPPENDORFF.replace(",", ";"),
        "\ufeff" + KRIPPENDORFF,
        KRIPPENDORFF.replace("\n", "\r\n") + "\r\n,,,,\r\n",
        KRIPPENDORFF.replace(",", "\t").encode("utf-16"),
        "\n".join(line + "," for line in KRIPPENDORFF.splitlines()),
        KRIPPENDORFF.replace(",2", ', "2.0"').replace('"', ""),
    ],
    ids=["semicolons", "byte order mark", "windows", "utf-16", "blank last column", "2.0"],
)
def test_the_same_table_in_another_dress_is_the_same_table(lab, content):
    _, plain, _ = lab(KRIPPENDORFF)

    code, found, _ = lab(content)

    assert code == 0
    assert found == plain


def test_a_decimal_comma_is_a_point_where_semicolons_part_the_cells(lab):
    _, found, _ = lab("unit;A;B\n1;1,5;1,5\n2;-2;\N{MINUS SIGN}2,5\n3;0;0\n")

    assert found["categories"] == [-2.5, -2.0, 0.0, 1.5]
    assert found["krippendorff_alpha"]["ratio"]["value"] is None
    assert "negative" in found["krippendorff_alpha"]["ratio"]["reason"]
    assert found["krippendorff_alpha"]["interval"]["value"] > 0.9


def test_texts_are_categories_and_numbers_can_be(lab):
    _, texts, _ = lab("unit,A,B\n1,pass,pass\n2,fail,pass\n3,pass,pass\n4,fail,fail\n")
    _, numbers, _ = lab("unit,A,B\n1,1,1\n2,2,1\n3,1,1\n", "--text")

    assert texts["cohen_kappa"]["value"] == pytest.approx(0.5)
    assert texts["krippendorff_alpha"]["ordinal"]["value"] is None
    assert numbers["scale"] == "texts"
    assert numbers["krippendorff_alpha"]["interval"]["value"] is None


def test_twenty_raters_are_told_pair_by_pair(lab):
    header = ",".join(["unit", *(f"r{n}" for n in range(20))])
    rows = [",".join([f"u{u}", *(str((u * n) % 3) for n in range(20))]) for u in range(15)]

    _, found, _ = lab("\n".join([header, *rows]))

    assert len(found["pairs"]) == 190
    assert len(found["severity"]["raters"]) == 20
    assert found["gwet_ac1"]["low"] <= found["gwet_ac1"]["value"] <= found["gwet_ac1"]["high"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(lab):
    _, one, _ = lab(KRIPPENDORFF, "--seed", "5")
    _, again, _ = lab(KRIPPENDORFF, "--seed", "5")
    _, other, _ = lab(KRIPPENDORFF, "--seed", "6")

    assert one == again
    assert one["gwet_ac1"] != other["gwet_ac1"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("unit,A,B\n", "no row below the header"),
        ("unit,A\n1,2\n", "two raters at least"),
        ("unit,A,B\n1,,\n", "holds no ratings"),
        ("unit,A,B\n1,2,3\n2,x,3\n", "row 3, column A: 'x' is no number, while 3 of 4"),
        ("unit,A,B\n1,2,3\n2,3,nan\n", "row 3, column B: 'nan' is no number"),
        ("unit,A,B\n1,2,1e300\n", "row 2, column B: 1e300 is too large"),
        ("unit,A,B\n1,2\n", "row 2, column B: the row ends before it"),
        ("unit,A,B\n1,2,3,4\n", "row 2, column 4: '4' stands beyond"),
        ("unit,A,B\n1,2,3\n\n1,2,2\n", "row 4, column unit: '1' stands in row 2 already"),
        ("unit,A,B\n,2,3\n", "row 2, column unit: the unit has no name"),
        ("unit,A,,C\n1,2,3,4\n", "row 1, column 3: the rater has no name"),
        ('unit,A,B\n1,"2,3\n', "line 2"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"unit,A,B\n1,\x00,2\n", "zero bytes"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_by_row_and_column(lab, content, told):
    code, found, said = lab(content)

    assert (code, found) == (1, None)
    assert told in said


def test_a_missing_file_is_told(capsys):
    assert run(["lab", "reliability", "no/such.csv"]) == 1
    assert "cannot read no/such.csv" in capsys.readouterr().err


def test_a_person_sees_the_figures_with_their_reasons(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    file.write_text("unit,A,B\n" + "".join(f"{n},pass,pass\n" for n in range(30)) + "x,pass,fail\n")

    assert run(["lab", "reliability", str(file), "--replicates", "100"]) == 0

    said = capsys.readouterr().out
    assert "Gwet's AC1" in said
    assert "read it beside them" in said
    assert "quality assurance only" in said


def test_ratings_too_far_apart_for_a_model_have_a_reason_instead(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    file.write_text("unit,A,B\n1,1e50,1e99\n2,1e50,1e-90\n")

    assert run(["lab", "reliability", str(file), "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["severity"]["reason"] == "the ratings lie too far apart to be reckoned with"
    assert found["krippendorff_alpha"]["nominal"]["value"] is not None
