"""What a hub installs: its calls, what it repeats, how it stays in step; and other languages."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hub_ground import Ground, wait_until
from sqlalchemy import update
from sqlalchemy.orm import Session

from cli.backing.packages import MissingPackagesError, node_program, npm_program
from enrolment.models import Application
from headship_contracts.enrolment.hub import GetHubParticipant
from headship_hub import Hub, Invalid, NotFound, Refused, Unavailable
from headship_hub.command import run

AMQPLIB = "amqplib@0.10.9"


@pytest.fixture
def hub(hubs_ground: Ground) -> Iterator[Hub]:
    address = hubs_ground.hubs[hubs_ground.hub("Ours")]
    with Hub(address) as one:
        yield one


@pytest.fixture
def login(hubs_ground: Ground, tmp_path: Path) -> Path:
    file = tmp_path / "hub.login"
    file.write_text(hubs_ground.hubs[hubs_ground.hub("Ours")] + "\n")
    return file


def test_a_list_is_read_page_by_page(hubs_ground: Ground, hub: Hub) -> None:
    people = list(hub.participants(cohort="2026b"))

    own = hubs_ground.people[hubs_ground.hub("Ours")]
    assert [person.application_id for person in people] == own
    assert hub.participant(own[0]).full_name == "Person 0"


def test_who_iterates_is_told_with_which_instant_to_ask_next_time(hubs_ground: Ground) -> None:
    ground, name = hubs_ground, f"In step {uuid4()}"
    changed, _ = ground.participants(ground.a_hub(name), 2)
    with Hub(ground.hubs[ground.hub(name)]) as hub:
        people = hub.participants()
        assert len(list(people)) == 2
        now = int(datetime.now(UTC).timestamp() * 1_000_000)
        with Session(ground.database("enrolment").engine) as tx, tx.begin():
            tx.execute(update(Application).values(revision=now).where(Application.id == changed))

        since = hub.participants(updated_since=people.updated_since)

        assert [person.application_id for person in since] == [changed]
        assert since.updated_since >= people.updated_since


def test_errors_are_the_contracts_own(hub: Hub) -> None:
    with pytest.raises(NotFound, match="participant_not_found"):
        hub.participant(uuid4())
    with pytest.raises(Invalid) as invalid:
        list(hub.participants(cohort="autumn"))
    assert "cohort" in invalid.value.fields


def test_who_never_answers_is_unavailable_at_the_deadline(hub: Hub) -> None:
    began = datetime.now(UTC)
    with pytest.raises(Unavailable) as late:
        hub.call(GetHubParticipant(application_id=uuid4()), seconds=0.0)
    assert late.value.code in ("deadline_missed", "broker_away", "too_many_at_once")
    assert (datetime.now(UTC) - began).total_seconds() < 5


class Crowded(Hub):
    """A hub whose every call is one too many."""

    times = 0

    def _ask_once(self, *_asked: object) -> dict[str, object]:
        self.times += 1
        raise Unavailable("too_many_at_once", "let one end")


def test_who_is_refused_for_asking_too_much_asks_less_and_less_often() -> None:
    with Crowded("amqp://hub:secret@127.0.0.1/hubs") as one, pytest.raises(Unavailable) as refused:
        one.call(GetHubParticipant(application_id=uuid4()), seconds=1)

    assert refused.value.code == "too_many_at_once"
    assert 2 <= one.times <= 10  # every 20 ms it would be 50


def test_a_broker_that_takes_the_connection_and_says_nothing_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        with Hub(f"amqp://hub:secret@127.0.0.1:{port}/hubs") as one, pytest.raises(Unavailable):
            one.call(GetHubParticipant(application_id=uuid4()), seconds=1)

        assert time.monotonic() - began < 10


def test_a_lost_connection_is_opened_anew_in_the_middle_of_a_call(
    hubs_ground: Ground, hub: Hub
) -> None:
    ground = hubs_ground
    own = ground.people[ground.hub("Ours")][0]
    assert hub.participant(own)
    user = ground.access.users_of(ground.hub("Ours"))[0].name
    wait_until(lambda: _cut(ground, user) > 0)

    assert hub.participant(own).application_id == own


def test_a_wrong_password_is_refused_and_not_tried_again(hubs_ground: Ground) -> None:
    address = hubs_ground.hubs[hubs_ground.hub("Ours")]
    name, _, rest = address.partition("@")
    with Hub(f"{name}wrong@{rest}") as wrong, pytest.raises(Refused, match="no_access"):
        list(wrong.participants())


def test_the_command_lists_as_csv_and_as_json(
    login: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--login", str(login), "participants", "--cohort", "2026b"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.startswith("application_id,participant_id,revision,full_name")
    assert len(rows) == 5

    assert run(["--login", str(login), "participants", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["full_name"] == "Person 0"


def test_the_command_says_what_is_wrong_with_which_row(
    login: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "register.csv"
    some = f"{uuid4()},{uuid4()}"
    file.write_text(
        "session_id,application_id,status,minutes\n"
        f"{some},present,\n{some},here,\nnothing,{uuid4()},absent,\n{some},late,soon\n"
    )

    assert run(["--login", str(login), "record", str(file)]) == 1

    told = capsys.readouterr()
    assert "row 3: status: must be one of present" in told.err
    assert "row 4: session_id: Not a valid UUID." in told.err
    assert "row 5: minutes: must be a whole number" in told.err
    assert "nothing was recorded" in told.out


def test_the_command_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["participants"]) == 1
    assert "--login" in capsys.readouterr().err


def test_node_reads_what_the_guide_says(hubs_ground: Ground, tmp_path: Path) -> None:
    try:
        node, npm = node_program(), npm_program()
    except MissingPackagesError as missing:
        pytest.fail(str(missing))
    install = [str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), AMQPLIB]
    subprocess.run(install, check=True, capture_output=True, timeout=100)
    address = hubs_ground.hubs[hubs_ground.hub("Ours")]
    program = Path(__file__).with_name("hub.mjs")

    done = subprocess.run(
        [str(node), str(program), address],
        env={**os.environ, "NODE_MODULES": str(tmp_path / "node_modules")},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["names"] == [f"Person {n}" for n in range(5)]
    assert told["code"] == "participant_not_found"


def _cut(ground: Ground, user: str) -> int:
    """Close a user's connections, as far as the broker tells of them; how many."""
    found = [one for one in ground.management.connections(ground.vhost) if one.get("user") == user]
    for one in found:
        ground.management.close_connection(one["name"])
    return len(found)
