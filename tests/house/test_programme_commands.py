"""`headship programme` and `headship terms`: what a team edits as files, and tells the platform."""

import json
import re
from pathlib import Path

import pytest

from cli.app import run

Said = pytest.CaptureFixture[str]

TERMS = (
    "local_authority,school_urn,kind,name,first_day,last_day\n"
    "Leicestershire,,term,Autumn 1,2026-08-26,2026-10-16\n"
    "Leicestershire,,term,Autumn 2,26/10/2026,18 December 2026\n"
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of this file's own embedded services."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture(autouse=True)
def _in_there(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADSHIP_EMBEDDED", str(embedded))


@pytest.fixture
def ours(tmp_path: Path, capsys: Said) -> Path:
    """The packaged programme of Headship as a provider would begin to edit it."""
    assert run(["programme", "show", "npq-headship", "--packaged"]) == 0
    text = capsys.readouterr().out
    file = tmp_path / "ours.yaml"
    file.write_text(re.sub(r"(?m)^version: .*$", "version: ours-1", text, count=1))
    return file


def test_a_programme_is_printed_edited_checked_put_and_printed_again(
    ours: Path, capsys: Said
) -> None:
    checked = run(["programme", "check", str(ours)])
    told = capsys.readouterr().out
    put = run(["programme", "put", str(ours), "--embedded"])
    in_force = capsys.readouterr().out
    shown = run(["programme", "show", "npq-headship", "--embedded"])

    assert (checked, put, shown) == (0, 0, 0)
    assert "npq-headship ours-1 is right: 10 sections, 70 units" in told
    assert "npq-headship: ours-1 is in force" in in_force
    assert capsys.readouterr().out == ours.read_text()


@pytest.mark.parametrize("command", [["check"], ["put", "--embedded"]])
def test_each_problem_is_told_with_file_line_and_what_is_right(
    ours: Path, capsys: Said, command: list[str]
) -> None:
    lines = ours.read_text().splitlines()
    line = next(number for number, text in enumerate(lines) if text.startswith("months:"))
    lines[line] = "months: many"
    ours.write_text("\n".join(lines) + "\n")

    code = run(["programme", *command, str(ours)])

    said = capsys.readouterr().err
    assert code == 1
    assert re.search(rf"^ours\.yaml:{line + 1}: months: ", said, re.MULTILINE)


def test_what_cannot_be_read_or_is_not_there_is_told(tmp_path: Path, capsys: Said) -> None:
    missing = run(["programme", "check", str(tmp_path / "none.yaml")])
    told = capsys.readouterr().err
    unknown = run(["programme", "show", "npq-cookery", "--packaged"])

    assert (missing, unknown) == (1, 1)
    assert "cannot read" in told
    assert "there are" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_terms_are_looked_at_and_then_kept_whatever_a_spreadsheet_writes(
    tmp_path: Path, capsys: Said, encoding: str
) -> None:
    owner = f"Ynys Môn {encoding}"
    file = tmp_path / "terms.csv"
    file.write_bytes(TERMS.replace("Leicestershire", owner).encode(encoding))

    looked = run(["terms", "import", str(file), "--validate", "--embedded", "--json"])
    before = json.loads(capsys.readouterr().out)
    kept = run(["terms", "import", str(file), "--embedded"])
    report = capsys.readouterr().out
    asked = ["call", "sessions.list_term_dates", json.dumps({"local_authority": owner})]
    run([*asked, "--embedded", "--json"])

    assert (looked, kept) == (0, 0)
    assert (before["rows"], before["bad"]) == (2, 0)
    assert "2 rows, 0 bad, 1 owners, 2 added" in report
    listed = json.loads(capsys.readouterr().out)["items"]
    assert [one["first_day"] for one in listed] == ["2026-08-26", "2026-10-26"]


def test_a_bad_row_of_terms_is_named_and_the_command_says_so(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "terms.csv"
    file.write_text(TERMS + "Rutland,,term,Autumn,2026-09-31,2026-10-16\n")

    code = run(["terms", "import", str(file), "--embedded"])

    said = capsys.readouterr()
    assert code == 1
    assert "row 4, first_day: " in said.err
    assert "'2026-09-31'" in said.err
    assert "1 bad" in said.out


def test_a_file_of_terms_that_is_not_there_is_told(tmp_path: Path, capsys: Said) -> None:
    assert run(["terms", "import", str(tmp_path / "none.csv"), "--embedded"]) == 1
    assert "cannot read" in capsys.readouterr().err
