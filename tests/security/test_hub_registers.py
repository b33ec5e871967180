"""A register file that takes several calls: what a hub is told of what was recorded."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from headship_contracts.errors import Refused
from headship_contracts.sessions.attendance import HubRegisterEntry
from headship_hub import Hub, command
from headship_hub.registers import Row, read_rows, record_rows

PLATFORM_TAKES = 1_048_576


class Recording(Hub):
    """Keeps what it is asked for; refuses from the call `refuses` on."""

    def __init__(self, refuses: int = 99) -> None:
        super().__init__("amqp://hub:secret@127.0.0.1/hubs")
        self.refuses = refuses
        self.asked: list[Any] = []

    def call(self, request: Any, **_options: Any) -> Any:
        self.asked.append(request)
        if len(self.asked) >= self.refuses:
            raise Refused("session_is_ahead", "it has not begun")


class RefusingTheSecond(Recording):
    def __init__(self, *_login: object, **_options: object) -> None:
        super().__init__(refuses=2)


def rows(number: int, comment: str = "") -> list[Row]:
    return [
        Row(
            line,
            HubRegisterEntry(
                session_id=uuid4(), application_id=uuid4(), status="present", comment=comment
            ),
        )
        for line in range(2, number + 2)
    ]


def test_long_comments_are_sent_in_calls_that_the_platform_takes() -> None:
    hub, some = Recording(), rows(1_000, comment="ŵ" * 300)

    recorded, problems = record_rows(hub, some)

    assert (recorded, problems) == (1_000, [])
    assert [entry for one in hub.asked for entry in one.entries] == [row.entry for row in some]
    sizes = [len(ascii(one.dump())) for one in hub.asked]
    assert max(sizes) < PLATFORM_TAKES


def test_the_command_says_how_many_rows_were_recorded_before_what_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, login = tmp_path / "register.csv", tmp_path / "hub.login"
    lines = [f"{uuid4()},{uuid4()},present" for _ in range(1_500)]
    file.write_text("\n".join(["session_id,application_id,status", *lines]) + "\n")
    login.write_text("amqp://hub:secret@127.0.0.1/hubs\n")
    monkeypatch.setattr(command, "Hub", RefusingTheSecond)

    assert command.run(["--login", str(login), "record", str(file)]) == 1

    assert "1500 rows, 1 problems: the first 1000 were recorded" in capsys.readouterr().out


SESSION, ADA, BEN = uuid4(), uuid4(), uuid4()
HEADER = "session_id,application_id,status,minutes,comment"
ROW = f"{SESSION},{ADA},present,,"


def read(tmp_path: Path, content: str | bytes) -> tuple[list[Any], list[tuple[int, str]]]:
    """What each row says of whom, and where something is wrong."""
    file = tmp_path / "register.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found, problems = read_rows(file)
    told = [(row.number, row.entry.status, row.entry.minutes, row.entry.comment) for row in found]
    return told, [(one.row, one.field) for one in problems]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ROW}\n",
        f"\N{BOM}{HEADER}\r\n{ROW}\r\n\r\n,,,,\r\n",
        f"{HEADER}\r{ROW}\r",
        f"{HEADER}\n{ROW}\n".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t").encode("utf-16"),
        f"Session ID, Application-ID , STATUS\n{SESSION}, {ADA}, Present \n",
        f"{HEADER},,\n{ROW},,\n",
        f"{HEADER}\n{SESSION},{ADA},present\n",
        f"{HEADER},full_name,participant_id,counts\n{ROW},Ada,{BEN},False\n",
        f"{HEADER}\n{ROW}\n{SESSION},{BEN},,,\n{SESSION},{uuid4()},catch_up_pending,0,x\n",
    ],
)
def test_a_register_is_read_as_spreadsheets_write_it(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == ([(2, "present", None, None)], [])


def test_a_comment_keeps_its_letters_and_what_only_saves_it_from_a_spreadsheet_goes(
    tmp_path: Path,
) -> None:
    rows = f"{SESSION},{ADA},late,5,'-10 on arrival\n{SESSION},{BEN},left early,40,'tis \u00e9\n"

    told = [(2, "late", 5, "-10 on arrival"), (3, "left_early", 40, "'tis \u00e9")]
    for encoding in ("utf-8", "cp1252"):
        assert read(tmp_path, f"{HEADER}\n{rows}".encode(encoding)) == (told, [])


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (f"{HEADER},status\n{ROW},absent\n", (1, "status")),
        (f"{HEADER},mark\n{ROW},A\n", (1, "mark")),
        (f"session_id,status\n{SESSION},present\n", (1, "application_id")),
        (f"{HEADER}\n{ROW},x\n", (2, "row")),
        (f"{HEADER},\n{ROW},x\n", (2, "row")),
        (f"{HEADER}\n{ROW}\n{ROW}\n", (3, "application_id")),
        (f"{HEADER}\n{SESSION},{ADA},,,ill\n", (2, "status")),
        (f"{HEADER}\n{SESSION},{ADA},,20,\n", (2, "status")),
        (f'{HEADER}\n{SESSION},{BEN},late,,"two\nlines"\n{SESSION},{ADA},here,,\n', (3, "status")),
        (f"{HEADER}\n{SESSION},{BEN},late,,\u0175\n{ROW}".encode() + b"\xff\n", (3, "comment")),
    ],
)
def test_what_is_not_right_is_told_by_the_row_that_a_spreadsheet_shows(
    tmp_path: Path, content: str | bytes, where: tuple[int, str]
) -> None:
    _, problems = read(tmp_path, content)

    assert problems == [where]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04" + bytes(range(256)), "spreadsheet (.xlsx)"),
        (f"{HEADER}\n{ROW}\0\n".encode(), "line 2 holds a zero byte"),
        (f'{HEADER}\n{SESSION},{ADA},present,,"open\n'.encode(), "row 2, which begins on line 2"),
    ],
)
def test_what_is_no_csv_file_is_told_in_a_line(
    content: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, login = tmp_path / "register.csv", tmp_path / "hub.login"
    file.write_bytes(content)
    login.write_text("amqp://hub:secret@127.0.0.1/hubs\n")

    assert command.run(["--login", str(login), "record", str(file)]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
