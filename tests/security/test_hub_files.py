"""Files that a hub keeps for its client: the address, and where a watch was left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from headship_hub import Hub, command

ADDRESS = "amqp://hub:secret@127.0.0.1:5672/hubs"


@pytest.mark.parametrize("kept", [ADDRESS, f"\N{BOM}{ADDRESS}\r\n", f"  {ADDRESS}\n\n"])
def test_an_address_is_read_as_an_editor_has_kept_it(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "hub.login"
    file.write_text(kept, encoding="utf-8", newline="")

    assert Hub.from_file(file)._address == ADDRESS


@pytest.mark.parametrize(
    "kept",
    ["", "hub:secret@127.0.0.1/hubs", "https://hub:secret@127.0.0.1/hubs", "amqp://"]
    + [f"amqp://hub:secret@{where}/hubs" for where in ("127.0.0.1:port", "[::1", "h:0", "")]
    + ["amqp://hub:sec#ret@127.0.0.1/hubs", "amqp://hub:sec/ret@127.0.0.1/hubs"],
)
def test_what_is_no_address_is_told_at_once_and_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: str
) -> None:
    file = tmp_path / "hub.login"
    file.write_text(kept)

    assert command.run(["--login", str(file), "participants"]) == 1

    told = capsys.readouterr().err
    assert "the address must be amqp://… or amqps://…" in told
    assert "sec" not in told


def test_nothing_shows_a_hubs_password() -> None:
    hub = Hub(ADDRESS)

    assert urlsplit(ADDRESS).password not in f"{hub} {hub!r}"


class Watched(Hub):
    """Notes where a watch begins; nothing happens."""

    begun: Mapping[str, str] | None

    def watch(self, positions: Mapping[str, str] | None = None, **_options: Any) -> Iterator[Any]:
        Watched.begun = positions
        return iter(())


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state of a watch, kept nowhere yet."""
    monkeypatch.setattr(command, "Hub", Watched)
    login = tmp_path / "hub.login"
    login.write_text(ADDRESS)
    monkeypatch.setenv(command.LOGIN, str(login))
    return tmp_path / "state"


def test_a_watch_goes_on_where_it_was_left(watched: Path) -> None:
    assert command.run(["watch", "--state", str(watched)]) == 0
    assert Watched.begun is None

    watched.write_text(json.dumps({"sessions": "5.1790000000"}))
    assert command.run(["watch", "--state", str(watched)]) == 0
    assert Watched.begun == {"sessions": "5.1790000000"}


@pytest.mark.parametrize("state", ["", "{", "null", "[1]", '{"sessions": 5}', "\0"])
def test_a_watch_does_not_begin_anew_where_it_cannot_read_where_it_was_left(
    watched: Path, capsys: pytest.CaptureFixture[str], state: str
) -> None:
    watched.write_text(state)

    assert command.run(["watch", "--state", str(watched)]) == 1

    assert f"{watched} does not say where a watch was left" in capsys.readouterr().err


WELSH = """
from datetime import UTC, datetime
from uuid import uuid4
from headship_contracts.sessions.attendance import Register, RegisterLine
from headship_hub import command

class Hub(command.Hub):
    def call(self, request, **_options):
        line = RegisterLine(application_id=uuid4(), participant_id=uuid4(), full_name="Siân Ŵyn")
        told = {"title": "x", "kind": "webinar", "status": "scheduled", "minutes": 60}
        return Register(
            session_id=request.session_id, starts_at=datetime.now(UTC), lines=[line], **told
        )

command.Hub = Hub
command.main()
"""


def test_names_leave_in_utf8_whatever_letters_the_machine_has(tmp_path: Path) -> None:
    login = tmp_path / "hub.login"
    login.write_text(ADDRESS)
    words = [sys.executable, "-c", WELSH, "--login", str(login), "register", str(uuid4())]

    done = subprocess.run(
        words, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    assert "Siân Ŵyn" in done.stdout.decode("utf-8")
