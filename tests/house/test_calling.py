"""`headship call --each`: a line for each row, errors beside answers, nothing done twice."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.app import run
from cli.calling import ask_each, told, with_known_names
from cli.embedded import directory_of, settings_for
from headship_contracts.errors import Invalid, Refused
from kit.config import load
from kit.testing import SETTINGS
from notifications.settings import NotificationsSettings


class Desk:
    """Answers as a service does; refuses what is marked so, and remembers every key."""

    def __init__(self) -> None:
        self.keys: list[str | None] = []

    def __call__(self, fields: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        self.keys.append(key)
        if fields.get("refuse"):
            raise Refused("already_accepted", "on 3 May")
        return {"kept": fields["name"]}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"name": "a"}\n\n{"name": "b", "refuse": true}\n[1]\nnonsense\n{"name": "é"}\n'
    )
    return path


def test_each_row_has_its_answer_or_its_error(
    rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = ask_each(Desk(), rows, writes=True, key=None)

    outcomes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert failed
    assert [outcome["row"] for outcome in outcomes] == [1, 3, 4, 5, 6]
    assert outcomes[0]["answer"] == {"kept": "a"}
    assert outcomes[1]["error"]["code"] == "already_accepted"
    assert outcomes[2]["error"]["code"] == outcomes[3]["error"]["code"] == "not_an_object"
    assert [outcomes[row]["error"]["kind"] for row in (1, 2, 3)] == [
        "Refused",
        "Invalid",
        "Invalid",
    ]
    assert outcomes[4]["answer"] == {"kept": "é"}


def test_a_row_too_deep_to_read_keeps_no_other_from_being_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("[" * 100_000 + '\n{"name": "a"}\n')

    assert ask_each(Desk(), path, writes=True, key=None)

    deep, good = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert deep["error"]["detail"].startswith("row 1 is too deep")
    assert good["answer"] == {"kept": "a"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["enrolment.list_applications", "[" * 100_000], "the argument is too deep"),
        (["enrolment.list_applications", "-"], "cannot read standard input: 'utf-8'"),
        ([".list_applications"], "'.list_applications' is not SERVICE.METHOD"),
        (["enrolment.list_applications", "--seconds", "nan"], "nan is not more than 0"),
        (["enrolment.list_applications", "--seconds", "1e9"], "at most 86400"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(
    words: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8"))

    code = run(["call", *words, "--amqp-uri", "amqp://nobody.invalid/"])

    assert code in (1, 2)
    assert told in capsys.readouterr().err


def test_half_a_surrogate_pair_comes_out_as_json_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"name": "\\ud800"}\n')

    ask_each(Desk(), path, writes=True, key=None)

    assert json.loads(capsys.readouterr().out)["answer"] == {"kept": "\ud800"}


def test_a_row_given_again_under_a_key_is_the_same_call(rows: Path) -> None:
    first, second, another = Desk(), Desk(), Desk()

    ask_each(first, rows, writes=True, key="autumn")
    ask_each(second, rows, writes=True, key="autumn")
    ask_each(another, rows, writes=True, key="spring")

    assert sorted(map(str, first.keys)) == sorted(map(str, second.keys))
    assert len(set(first.keys)) == 3
    assert not set(another.keys) & set(first.keys)


def test_a_row_given_again_without_a_key_is_done_again(rows: Path) -> None:
    desk = Desk()

    ask_each(desk, rows, writes=True, key=None)

    assert set(desk.keys) == {None}


def test_a_question_has_no_key(rows: Path) -> None:
    desk = Desk()

    ask_each(desk, rows, writes=False, key=None)

    assert set(desk.keys) == {None}


def test_a_line_ends_where_json_lets_it_end(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"name": "a\u2028b"}\r\n{"name": "c"}\r\n', encoding="utf-8")

    assert not ask_each(Desk(), path, writes=True, key=None)


def test_a_field_that_the_request_does_not_have_is_refused_before_it_is_sent() -> None:
    desk = Desk()
    ask = with_known_names("enrolment", "set_places", desk)

    with pytest.raises(Invalid) as refused:
        ask({"cohort": "2026b", "course": "npq-headship", "capp": 60}, None)

    assert refused.value.fields == {"capp": ["is not known.", "Did you mean cap?"]}
    assert desk.keys == []


def test_a_method_that_this_version_does_not_know_is_the_services_to_judge() -> None:
    desk = Desk()

    with_known_names("enrolment", "a_method_of_tomorrow", desk)({"name": "a"}, None)

    assert desk.keys == [None]


def test_the_embedded_services_of_this_machine_answer_without_a_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEADSHIP_EMBEDDED", str(tmp_path))
    asked = ["call", "enrolment.list_applications", '{"limit": 1}', "--embedded", "--json"]

    code = run(asked)

    assert code == 0
    assert json.loads(capsys.readouterr().out)["items"] == []


def test_embedded_services_that_nobody_has_made_are_not_made_by_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HEADSHIP_EMBEDDED", raising=False)
    monkeypatch.chdir(tmp_path)

    code = run(["call", "enrolment.list_applications", "--embedded"])

    said = capsys.readouterr().err
    assert code == 1
    assert f"no embedded services in {tmp_path / 'var/demo/data'}" in said
    assert "run headship demo" in said
    assert not list(tmp_path.iterdir())


def test_embedded_services_in_a_new_directory_that_was_named_are_made_and_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert directory_of({"HEADSHIP_EMBEDDED": str(tmp_path / "new")}) == tmp_path / "new"

    assert f"new embedded services in {tmp_path / 'new'}" in capsys.readouterr().err


def test_the_embedded_services_keep_their_mail_beside_their_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAIL_DIRECTORY", raising=False)

    settings = load(NotificationsSettings, SETTINGS, settings_for(tmp_path))

    assert settings.mail_directory == tmp_path / "mail"


def test_an_error_says_what_is_wrong_with_which_field() -> None:
    error = Invalid("invalid_fields", "AcceptApplication is not right", {"application_id": ["no"]})

    assert told(error)["kind"] == "Invalid"
    assert told(error)["fields"] == {"application_id": ["no"]}
