"""`headship mailings`: a file is looked at, sent, and sent again without a second message."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.app import run

HEADER = "E-mail address;Name;Heading;Text"
GOOD = "zoe@example.org;Zoë Example;Parking;The car park is closed."


@pytest.fixture
def mailings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Runs a command about a file of these lines: its exit code and what it printed."""
    monkeypatch.setenv("HEADSHIP_EMBEDDED", str(tmp_path / "data"))

    def command(name: str, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        file = tmp_path / "people.csv"
        file.write_text("\n".join(lines), encoding="cp1252")
        named = ("--template", "announcement", "--key", "parking", "--embedded")
        code = run(["mailings", name, str(file), *named, *options])
        told = capsys.readouterr()
        return code, told.out + told.err

    return command


def test_a_file_is_looked_at_and_sent_once(mailings: Any) -> None:
    bad = "nobody;Bo Example;Parking;The car park is closed."

    seen = mailings("validate", HEADER, GOOD, bad)
    stopped = mailings("send", HEADER, GOOD, bad)
    sent = mailings("send", HEADER, GOOD, bad, options=("--mode", "valid-rows"))
    again = mailings("send", HEADER, GOOD, options=("--json",))

    assert seen[0] == stopped[0] == sent[0] == 1
    assert (
        "row 3: email address is no address: An email address must have an @-sign. ('nobody')"
        in seen[1]
    )
    assert "validated: 2 rows, 1 good, 1 bad, 0 unchanged, 0 applied (cp1252)" in stopped[1]
    assert "applied: 2 rows, 1 good, 1 bad, 0 unchanged, 1 applied (cp1252)" in sent[1]
    assert again[0] == 0
    assert {"unchanged": 1, "applied": 0}.items() <= json.loads(again[1]).items()


@pytest.mark.parametrize(
    ("lines", "options", "told"),
    [
        (("a;b", "1;2"), (), "no_header"),
        ((HEADER, GOOD), ("--mode", "some"), "'some' is not one of all-or-nothing, valid-rows"),
        ((HEADER, GOOD), ("--at", "tomorrow"), "'tomorrow' is no time such as"),
    ],
)
def test_what_cannot_be_sent_is_told_in_a_line(
    mailings: Any, lines: tuple[str, ...], options: tuple[str, ...], told: str
) -> None:
    code, said = mailings("send", *lines, options=options)

    assert code == 1
    assert told in said
    assert "Traceback" not in said
