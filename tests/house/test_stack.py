"""`headship up`: the four services as processes on a real broker and database, and down again."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import psycopg2
import pytest
import requests

from cli.backing import ports
from cli.backing.databases import administrator, database_exists, in_database
from cli.backing.processes import Process, wait_until
from cli.stack.record import Record

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MEMBERS = {"enrolment", "sessions", "assessment", "notifications", "dfe_simulator"}


class Servers(Protocol):
    """The run's servers, as tests/conftest.py gives them."""

    amqp_uri: str
    management_url: str
    database_url: str


Headship = Callable[..., "subprocess.CompletedProcess[str]"]

STRANGER = """
import sys
from nameko.standalone.rpc import ClusterRpcProxy

with ClusterRpcProxy({{"AMQP_URI": {uri!r}}}, timeout=20) as services:
    try:
        services.{call}(**{arguments})
    except Exception as error:
        print(error.exc_type, error.value, sep=chr(10))
print(any(name.startswith(("kit", "headship")) for name in sys.modules))
"""
"""Calls a service with nameko alone, and tells the error and whether any code of ours was used."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def headship(state: Path, backing: Servers) -> Headship:
    """Runs the command against a stack of this file's own, on the run's servers."""
    environment = os.environ | {
        "HEADSHIP_STATE": str(state),
        "HEADSHIP_STACK": f"test_{secrets.token_hex(4)}",
        "AMQP_URI": backing.amqp_uri,
        "RABBITMQ_MANAGEMENT_URL": backing.management_url,
        "DATABASE_URL": backing.database_url,
    }

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(Path(sys.executable).with_name("headship")), *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    return run


@pytest.fixture(scope="module")
def stack(headship: Headship, state: Path) -> Iterator[Record]:
    """The stack, up."""
    started = headship("up")
    assert started.returncode == 0, started.stderr
    record = Record.load(state)
    assert record is not None
    try:
        yield record
    finally:
        headship("down", "--wipe")


def _ok(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(url, timeout=5).ok
    return False


def _states(headship: Headship) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(headship("status", "--json").stdout)}


def test_every_process_is_ready_and_says_so(headship: Headship, stack: Record) -> None:
    states = _states(headship)

    assert set(states) == MEMBERS
    assert all(state["ready"] for state in states.values())
    assert all(states[name]["dead_letters"] == 0 for name in MEMBERS - {"dfe_simulator"})


def test_a_second_stack_does_not_start_over_the_first(headship: Headship, stack: Record) -> None:
    again = headship("up")

    assert again.returncode == 1
    assert "runs already" in again.stderr


def test_an_operator_asks_a_service_and_gets_its_answer(headship: Headship, stack: Record) -> None:
    answer = headship("call", "enrolment.list_applications", '{"limit": 1}', "--json")
    wrong = headship("call", "enrolment.list_applications", '{"limit": "x"}', "--json")

    assert isinstance(json.loads(answer.stdout)["items"], list)
    assert json.loads(wrong.stdout)["error"]["fields"]["limit"]


@pytest.mark.parametrize(
    ("service", "method", "field"),
    [
        ("enrolment", "get_application", "application_id"),
        ("sessions", "get_group", "group_id"),
        ("assessment", "get_result", "application_id"),
        ("notifications", "read_message", "message_id"),
    ],
)
def test_a_plain_proxy_without_our_code_gets_errors_with_a_stable_type_and_code(
    stack: Record, service: str, method: str, field: str
) -> None:
    code = STRANGER.format(
        uri=stack.amqp_uri, call=f"{service}.{method}", arguments={field: str(uuid4())}
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    kind, told, loaded = done.stdout.splitlines()
    assert kind == "NotFound"
    assert told.split(":")[0].endswith("_not_found")
    assert loaded == "False"


@pytest.mark.parametrize("service", ["enrolment", "sessions", "assessment", "notifications"])
def test_nameko_itself_runs_each_service_from_a_yaml_file(
    stack: Record, service: str, tmp_path: Path
) -> None:
    with ports.reserved(1) as (health,):
        settings = stack.members[service].logins | {
            "HEADSHIP_ENV": "development",
            "HTTP_PORT": 0,
            "HEALTH_PORT": health,
            "LINK_SECRETS": "for the test",
            "DFE_API_URL": "http://127.0.0.1:1",
            "DFE_API_TOKEN": "none",
            "MAIL_DIRECTORY": str(tmp_path),
        }
        config = tmp_path / "config.yaml"
        config.write_text("".join(f"{name}: {value!r}\n" for name, value in settings.items()))
        command = [sys.executable, "-m", "nameko", "run", f"{service}.service"]
        with (tmp_path / "log").open("wb") as log:
            running = subprocess.Popen(
                [*command, "--config", str(config)],
                env={name: value for name, value in os.environ.items() if name not in settings},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            url = f"http://127.0.0.1:{health}/health/ready"
            assert wait_until(lambda: _ok(url), 60), (tmp_path / "log").read_text()
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0
        finally:
            running.kill()
            running.wait()


def test_each_service_has_a_login_that_opens_no_neighbours_database(stack: Record) -> None:
    own = stack.members["sessions"].logins["DATABASE_URL"]
    with administrator(own) as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (f"{stack.name}_sessions",)

    trespass = in_database(own, f"{stack.name}_enrolment")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(trespass)


def test_the_catalogue_is_declared_and_migrations_are_done(
    headship: Headship, stack: Record
) -> None:
    assert headship("migrate").stdout.strip() == "nothing to do"
    assert headship("topology").returncode == 0
    assert headship("dead-letters", "list").stdout.strip() == "no dead letters"


def test_a_process_that_died_is_seen_and_all_others_are_stopped_in_order(
    headship: Headship, stack: Record
) -> None:
    os.kill(stack.members["assessment"].pid, signal.SIGKILL)

    def seen() -> bool:
        return _states(headship)["assessment"]["pid"] is None

    assert wait_until(seen, 10)
    assert headship("status").returncode == 1
    assert headship("down").returncode == 0
    assert all(Process.of(member.pid) is None for member in stack.members.values())
    assert database_exists(stack.database_url, f"{stack.name}_enrolment")


def test_a_wiped_stack_leaves_nothing_on_servers_that_are_not_its_own(
    headship: Headship, stack: Record, state: Path
) -> None:
    assert headship("down", "--wipe").returncode == 0

    assert not database_exists(stack.database_url, f"{stack.name}_enrolment")
    assert not state.exists()
