"""A register file that takes several calls: what a hub is told of what was recorded."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from headship_contracts.errors import Refused
from headship_contracts.sessions.attendance import HubRegisterEntry
from headship_hub import Hub, command
from headship_hub.registers import Row, record_rows

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
