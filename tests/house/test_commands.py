"""What the command line says when it cannot do what it was asked."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.app import run
from cli.dead_letters import chosen
from cli.errors import CommandError
from cli.outbox import instant

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)

Headship = Callable[..., tuple[int, str]]


@pytest.fixture
def headship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Headship:
    """Runs the command with no stack and no servers known; its exit code, and what it says."""
    monkeypatch.setenv("HEADSHIP_STATE", str(tmp_path / "state"))
    for name in ("AMQP_URI", "DATABASE_URL", "SESSIONS_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*words: str) -> tuple[int, str]:
        code = run(words)
        return code, capsys.readouterr().err

    return run_command


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("status",), "nothing was started here"),
        (("down",), "nothing was started here"),
        (("call", "enrolment"), "is not SERVICE.METHOD"),
        (("call", "enrolment.people", "{"), "no broker is known"),
        (("call", "enrolment.people", "@nowhere", "--amqp-uri", "amqp://x"), "cannot read nowhere"),
        (("call", "enrolment.people", "[]", "--amqp-uri", "amqp://x"), "is not a JSON object"),
        (("dead-letters", "list", "payroll"), "there is no service 'payroll'"),
        (("dead-letters", "discard", "sessions", "--yes"), "say which"),
        (("outbox", "republish", "sessions", "--since", "12h"), "SESSIONS_DATABASE_URL"),
        (("outbox", "reconcile"), "ENROLMENT_DATABASE_URL"),
        (("backup", "somewhere"), "ENROLMENT_DATABASE_URL"),
        (("restore", "nowhere"), "has no backup.json"),
        (("migrate",), "name one service"),
        (("migrate", "payroll"), "there is no service 'payroll'"),
        (("topology",), "AMQP_URI"),
        (("dead-letters", "list", "--amqp-uri", "x"), "--amqp-uri must be a URL: amqp://"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_line(
    headship: Headship, words: tuple[str, ...], says: str
) -> None:
    code, said = headship(*words)

    assert code == 1
    assert says in said


@pytest.mark.parametrize(
    "words",
    [("call", "enrolment.people", "{}"), ("dead-letters", "list", "sessions")],
)
def test_a_broker_that_is_away_is_told_and_not_a_bug(
    headship: Headship, words: tuple[str, ...]
) -> None:
    code, said = headship(*words, "--amqp-uri", "amqp://emma:secret@127.0.0.1:1")

    assert code == 1
    assert said.startswith("headship: ")
    assert "broker amqp://emma@127.0.0.1:1" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("name", "url", "says"),
    [
        ("DATABASE_URL", "mysql://emma:secret@127.0.0.1/x", "DATABASE_URL must be a URL: postgres"),
        ("DATABASE_URL", "postgresql://emma:secret@127.0.0.1:1/x", "emma@127.0.0.1:1/x: Operation"),
        ("DATABASE_URL_FILE", "/nowhere", "cannot read DATABASE_URL_FILE /nowhere: No such file"),
    ],
)
def test_a_database_that_cannot_be_had_is_told_with_its_address(
    headship: Headship, monkeypatch: pytest.MonkeyPatch, name: str, url: str, says: str
) -> None:
    monkeypatch.setenv(name, url)

    code, said = headship("migrate", "enrolment")

    assert code == 1
    assert says in said
    assert "secret" not in said


def test_the_command_is_installed_and_lists_what_it_can_do() -> None:
    program = Path(sys.executable).with_name("headship")

    told = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout

    for command in ("up", "down", "status", "migrate", "topology", "call", "demo", "dead-letters"):
        assert re.search(rf"^  {command} ", told, re.MULTILINE), command


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("35d", NOW - timedelta(days=35)),
        ("2026-08-01T09:00+01:00", datetime(2026, 8, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_instant_or_how_long_ago(text: str, when: datetime) -> None:
    assert instant(text, NOW) == when


@pytest.mark.parametrize("text", ["yesterday", "2026-08-01T09:00", "12"])
def test_a_time_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match=r"time|offset"):
        instant(text, NOW)


def test_dead_letters_are_chosen_in_exactly_one_way() -> None:
    with pytest.raises(CommandError, match="say which"):
        chosen([], None, every=False)
    with pytest.raises(CommandError, match="say which"):
        chosen(["ab12"], None, every=True)
