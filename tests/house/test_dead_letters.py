"""`headship dead-letters`: what a person is shown of an event that nobody could handle."""

import json
from collections.abc import Callable

import pytest

from cli import dead_letters
from cli.app import run
from kit.transport.dead_letters import BY_BROKER, DeadLetter

EVENT = "0192f0c4-0000-7000-8000-000000000001"


def a_letter(error_type: str, error: str) -> DeadLetter:
    return DeadLetter(
        event_id=EVENT,
        queue="sessions.keep_staff",
        error_type=error_type,
        error=error,
        attempts=1,
        first_seen=None,
        stack="",
        body=b'{"note": "[/bold]"}',
    )


@pytest.fixture
def lying_there(monkeypatch: pytest.MonkeyPatch) -> list[DeadLetter]:
    """The dead letters that the commands find; a test puts them in."""
    found: list[DeadLetter] = []
    monkeypatch.setattr(dead_letters, "_letters", lambda _service, _broker: found)
    return found


@pytest.mark.parametrize(
    ("error_type", "error", "shown"),
    [
        ("KeyError", "KeyError: '[/bold]'", " KeyError: '[/bold]'"),
        (BY_BROKER, "delivery_limit: [too often", "ParkedByBroker: delivery_limit: [too often"),
    ],
)
def test_an_error_is_shown_once_and_as_it_is(
    lying_there: list[DeadLetter],
    capsys: pytest.CaptureFixture[str],
    error_type: str,
    error: str,
    shown: str,
) -> None:
    lying_there.append(a_letter(error_type, error))

    codes = [run(["dead-letters", "list", "sessions"])]
    listed = capsys.readouterr().out
    codes.append(run(["dead-letters", "show", "sessions", EVENT[:8]]))

    assert codes == [0, 0]
    assert shown in listed
    assert listed.count(error_type) == 1
    assert '{"note": "[/bold]"}' in capsys.readouterr().out


def test_programs_get_json(
    lying_there: list[DeadLetter], capsys: pytest.CaptureFixture[str]
) -> None:
    lying_there.append(a_letter("Refused", "Refused: no_such_group"))

    code = run(["dead-letters", "list", "sessions", "--json"])

    (told,) = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["service"], told["event_id"]) == ("sessions", EVENT)


def test_in_a_pipe_each_letter_is_one_whole_line(
    lying_there: list[DeadLetter], capsys: pytest.CaptureFixture[str]
) -> None:
    reason = "there is no such thing, " * 20
    lying_there.append(a_letter("LookupError", reason))

    run(["dead-letters", "list", "sessions"])

    assert any(EVENT in line and reason in line for line in capsys.readouterr().out.splitlines())


def test_a_broker_without_the_queue_is_told_what_to_do(
    a_vhost: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["dead-letters", "list", "sessions", "--amqp-uri", a_vhost()])

    said = capsys.readouterr().err
    assert code == 1
    assert "has no queue sessions.dead" in said
    assert "run headship topology" in said


@pytest.mark.parametrize("what", ["show", "replay", "discard"])
def test_an_id_that_is_none_chooses_nothing(
    lying_there: list[DeadLetter], capsys: pytest.CaptureFixture[str], what: str
) -> None:
    lying_there.append(a_letter("Refused", "Refused: no_such_group"))

    codes = [run(["dead-letters", what, "sessions", given]) for given in ("", EVENT[:7])]

    assert codes == [1, 1]
    assert "is no event id: give 8 characters at least" in capsys.readouterr().err
