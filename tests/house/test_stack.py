"""`headship up`: the four services as processes on a real broker and database, and down again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
import requests
from behind_a_stack import a_letter, told_by

from cli.backing import ports
from cli.backing.databases import administrator, database_exists, in_database, role_exists
from cli.backing.processes import Process, wait_until
from cli.services import SERVICES
from cli.stack.record import Record
from kit.bus.retry import ERROR, ERROR_TYPE, QUEUE
from kit.transport.dead_letters import letters

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MEMBERS = {"enrolment", "sessions", "assessment", "notifications", "dfe_simulator"}


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


def test_a_file_of_orders_given_again_under_its_key_is_done_once(
    headship: Headship, stack: Record, tmp_path: Path
) -> None:
    rows = tmp_path / "hubs.jsonl"
    rows.write_text('{"name": "Kent Teaching School Hub"}\n{"nmae": "Leeds"}\n{"name": 5}\n')
    orders = ("call", "enrolment.add_delivery_partner", "--each", str(rows), "--key", "autumn")

    once, again = headship(*orders), headship(*orders)

    answers = [[json.loads(line) for line in done.stdout.splitlines()] for done in (once, again)]
    assert answers[0][0]["answer"]["delivery_partner_id"]
    assert answers[0] == answers[1]
    assert [sorted(row["error"]["fields"]) for row in answers[0][1:]] == [["nmae"], ["name"]]
    assert once.returncode == again.returncode == 1
    assert "3 calls, 2 failed" in once.stderr


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


def test_pages_are_found_where_their_links_say(headship: Headship, stack: Record) -> None:
    name = json.dumps({"name": f"Hub {uuid4()}"})
    hub = json.loads(headship("call", "enrolment.add_delivery_partner", name, "--json").stdout)
    whose = json.dumps({"delivery_partner_id": hub["delivery_partner_id"]})
    found: dict[str, Any] = {}

    def known() -> bool:
        told = headship("call", "sessions.calendar_link", whose, "--json")
        found.update(json.loads(told.stdout))
        return told.returncode == 0

    assert wait_until(known, 20)
    feed = requests.get(found["url"], timeout=5)
    again = requests.get(found["url"], headers={"If-None-Match": feed.headers["ETag"]}, timeout=5)
    page = f"{found['url'].partition('/calendars/')[0]}/check-in/guessed"
    sent = [requests.post(page, {"code": "A" * size}, timeout=5) for size in (8, 5_000)]

    assert feed.text.startswith("BEGIN:VCALENDAR\r\n")
    assert [one.status_code for one in (feed, again, *sent)] == [200, 304, 404, 413]


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


def test_a_poisoned_event_is_listed_shown_replayed_and_discarded(
    headship: Headship, stack: Record
) -> None:
    event_id = a_letter(stack, "notifications.keep_staff", {"staff_id": "nobody"})

    def attempts() -> list[int]:
        return [letter.attempts for letter in letters("notifications", stack.amqp_uri)]

    assert wait_until(lambda: attempts() == [1], 20)
    (line,) = (
        line for line in headship("dead-letters", "list").stdout.splitlines() if event_id in line
    )
    assert "notifications.keep_staff" in line
    assert "wrong shape of staff_changed: " in line
    assert '"nobody"' in headship("dead-letters", "show", "notifications", event_id[:8]).stdout

    replayed = headship("dead-letters", "replay", "notifications", event_id[:8])
    assert replayed.stdout.strip() == "1 replayed"
    assert wait_until(lambda: attempts() == [1], 20), "it is parked again, counted anew"

    discarded = headship("dead-letters", "discard", "notifications", event_id, "--yes")
    assert discarded.stdout.strip() == "1 discarded"
    assert attempts() == []


def test_an_event_whose_handler_has_been_mended_is_handled_when_it_is_replayed(
    headship: Headship, stack: Record
) -> None:
    staff = {"staff_id": str(uuid4()), "roles": ["coach"], "revision": 1}
    event_id = a_letter(
        stack,
        "notifications.dead",
        staff,
        **{QUEUE: "notifications.keep_staff", ERROR_TYPE: "KeyError", ERROR: "'school'"},
    )

    replayed = headship("dead-letters", "replay", "notifications", event_id)

    kept = "SELECT count(*) FROM staff WHERE staff_id = %s"
    assert replayed.returncode == 0, replayed.stderr
    assert wait_until(lambda: told_by(stack, "notifications", kept, staff["staff_id"]) == 1, 20)
    assert headship("dead-letters", "list").stdout.strip() == "no dead letters"


def test_what_a_restored_database_has_lost_is_told_again(headship: Headship, stack: Record) -> None:
    hub = "Test Valley Teaching School Hub"
    known = "SELECT count(*) FROM delivery_partners WHERE name = %s"

    def is_known() -> bool:
        return bool(told_by(stack, "notifications", known, hub) == 1)

    added = headship("call", "enrolment.add_delivery_partner", json.dumps({"name": hub}))
    assert added.returncode == 0, added.stderr
    assert wait_until(is_known, 20)
    for table in ("delivery_partners", "inbox"):
        told_by(stack, "notifications", f"DELETE FROM {table}")  # as before the backup

    again = headship("outbox", "republish", "enrolment", "--since", "1h")

    assert again.stdout.strip().endswith("events of enrolment go out again")
    assert wait_until(is_known, 20)


def test_a_process_that_died_is_seen_and_all_others_are_stopped_in_order(
    headship: Headship, stack: Record
) -> None:
    os.kill(stack.members["assessment"].pid, signal.SIGKILL)

    def seen() -> bool:
        return _states(headship)["assessment"]["pid"] is None

    assert wait_until(seen, 10)
    told = headship("status")
    assert told.returncode == 1
    assert "assessment: it has ended; its log: " in told.stdout
    assert headship("down").returncode == 0
    assert all(Process.of(member.pid) is None for member in stack.members.values())
    assert database_exists(stack.database_url, f"{stack.name}_enrolment")


def test_a_wiped_stack_leaves_nothing_on_servers_that_are_not_its_own(
    headship: Headship, stack: Record, state: Path
) -> None:
    assert headship("down", "--wipe").returncode == 0

    names = [f"{stack.name}_{service}" for service in SERVICES]
    assert not any(database_exists(stack.database_url, name) for name in names)
    assert not any(role_exists(stack.database_url, name) for name in names)
    assert not state.exists()
