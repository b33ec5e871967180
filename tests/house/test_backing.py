"""The private servers: side by side, killed and started again, and gone when their run is."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from cli.backing import PostgreSQL, RabbitMQ, ports
from cli.backing.databases import administrator, libpq
from cli.backing.management import Management, in_vhost
from cli.backing.packages import MissingPackagesError, postgresql_programs
from cli.backing.processes import Process, StartError, wait_until
from cli.backing.servers import broker, database_server, private_postgresql, run_directory

HOLDS_A_SERVER = """
import signal, sys
from cli.backing.servers import private_postgresql
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
with private_postgresql() as server:
    print(server.directory.parent, server.process().pid, flush=True)
    sys.stdin.read()
"""


def test_each_test_has_a_virtual_host_of_its_own(
    a_vhost: Callable[[], str], management_url: str
) -> None:
    one, other = a_vhost(), a_vhost()

    assert one != other
    assert Management(management_url).queues(one.rpartition("/")[2]) == []


def test_each_test_has_a_database_of_its_own(an_empty_database: Callable[[], str]) -> None:
    one, other = an_empty_database(), an_empty_database()

    with administrator(one) as cursor:
        cursor.execute("CREATE TABLE mine (id int)")
    with administrator(other) as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'mine'")
        found = cursor.fetchone()

    assert found == (0,)


def test_two_private_servers_do_not_meet(expendable_postgresql: PostgreSQL) -> None:
    with private_postgresql() as other:
        assert other.port != expendable_postgresql.port
        assert other.url != expendable_postgresql.url


@pytest.mark.parametrize("server", ["expendable_postgresql", "expendable_rabbitmq"])
def test_no_other_run_is_given_the_port_of_a_server_that_is_away(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: PostgreSQL | RabbitMQ = request.getfixturevalue(server)
    ours = [there.port] if isinstance(there, PostgreSQL) else there.bound
    with ports.reserved(1) as (free,):
        pass
    there.stop(immediately=True)
    try:
        drawn = iter([*ours, free])
        monkeypatch.setattr(ports.random, "randint", lambda _lowest, _highest: next(drawn))
        with ports.reserved(1) as given:
            assert given == [free]
    finally:
        there.resume()


def test_postgresql_comes_back_with_its_data_after_a_kill(
    expendable_postgresql: PostgreSQL,
) -> None:
    with administrator(expendable_postgresql.url) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS id")

    expendable_postgresql.kill()
    expendable_postgresql.resume()

    with administrator(expendable_postgresql.url) as cursor:
        cursor.execute("SELECT id FROM kept")
        assert cursor.fetchone() == (1,)


def test_rabbitmq_comes_back_after_a_kill(expendable_rabbitmq: RabbitMQ) -> None:
    Management(expendable_rabbitmq.management_url()).create_vhost("kept")

    expendable_rabbitmq.node_kill()
    expendable_rabbitmq.node_start()

    assert Management(expendable_rabbitmq.management_url()).queues("kept") == []
    assert "kept" in expendable_rabbitmq.ctl("--quiet", "list_vhosts")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_with_the_run_that_started_them(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        directory, pid = owner.stdout.readline().split()
        server = Process.of(int(pid))
        assert server is not None

        owner.send_signal(number)

        assert wait_until(lambda: not server.alive and not Path(directory).exists(), 15)


def test_a_failing_block_leaves_nothing_behind() -> None:
    started: list[PostgreSQL] = []

    def a_failing_run() -> None:
        with private_postgresql() as server:
            started.append(server)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        a_failing_run()

    assert started[0].process() is None
    assert not started[0].directory.exists()


def test_a_server_that_cannot_start_says_why_in_its_own_words() -> None:
    with run_directory() as directory, pytest.raises(StartError, match="no_such_key"):
        RabbitMQ.start(directory / "rabbitmq", configuration="no_such_key = 1\n")


def test_servers_named_in_the_environment_are_used_as_they_are() -> None:
    given = {
        "AMQP_URI": "amqp://admin:secret@broker.example/",
        "RABBITMQ_MANAGEMENT_URL": "http://admin:secret@broker.example:15672",
        "DATABASE_URL": "postgresql://admin@database.example/postgres",
    }

    with broker(given) as given_broker, database_server(given) as given_database:
        assert given_broker.private is None
        assert given_broker.management_url == given["RABBITMQ_MANAGEMENT_URL"]
        assert given_database.url == given["DATABASE_URL"]


def test_a_dead_process_is_not_mistaken_for_another_with_its_number() -> None:
    here = Process.of(os.getpid())

    assert here is not None
    assert here.alive
    assert not Process(here.pid, here.started - 1).alive
    assert Process.of(2**22 + 1) is None


def test_missing_programs_are_named_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cli.backing.packages.DEBIAN_POSTGRESQL", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingPackagesError, match="apt-get install -y rabbitmq-server postgresql"):
        postgresql_programs()


def test_addresses_change_place_without_losing_the_login() -> None:
    assert in_vhost("amqp://u:p%2F@h:5672/", "a/b") == "amqp://u:p%2F@h:5672/a%2Fb"
    assert libpq("postgresql+psycopg2://u@h/d") == "postgresql://u@h/d"


def test_a_private_server_wants_its_password(expendable_postgresql: PostgreSQL) -> None:
    port = expendable_postgresql.port

    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgresql://headship@127.0.0.1:{port}/postgres")
