"""A service as a process: how it starts, refuses to start, stops, and is ended."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import eventlet
import pytest
from almanac.service import AlmanacService
from lamp.service import LampService
from toy_contracts import AskAlmanac, Count, CountLit, Dwell, LightLamp, Spin
from toy_running import Toys, eventually, listening

from headship_contracts.errors import ServiceError
from kit.correlation import is_correlation
from kit.db.engine import open_engine
from kit.db.migrate import migrate


def test_a_call_its_event_and_its_handler_share_a_correlation_in_the_logs(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()
    almanac = toys.run("almanac").until_ready()

    toys.client.call(LightLamp(lamp="one"))
    eventually(lambda: almanac.said("entrypoint ran"))

    (called,), (handled,) = lamp.said("entrypoint ran"), almanac.said("entrypoint ran")
    assert called["entrypoint"] == "light_lamp"
    assert handled["entrypoint"] == "keep_lamp"
    assert called["correlation_id"] == handled["correlation_id"]
    assert is_correlation(called["correlation_id"])
    assert (called["outcome"], handled["outcome"]) == ("ok", "handled")
    assert called["caller"].startswith("operator:")
    assert "one" not in (called | handled).values()


def test_a_service_asks_another_one(toys: Toys) -> None:
    toys.run("lamp").until_ready()
    toys.run("almanac").until_ready()

    assert toys.client.call(AskAlmanac()) == Count(number=0)


def test_asked_to_stop_it_finishes_what_is_in_flight_and_tells_it(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()
    asked = eventlet.spawn(toys.client.call, LightLamp(lamp="late", seconds=1))
    eventually(lamp.is_busy)

    code = lamp.stop()

    assert code == 0
    assert asked.wait().lamp == "late"
    toys.run("almanac").until_ready()
    assert eventually(lambda: toys.client.call(CountLit()).number) == 1


def test_while_it_drains_it_says_that_it_is_not_ready(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()
    asked = eventlet.spawn(toys.client.call, Dwell(seconds=4))  # longer than these looks take
    eventually(lamp.is_busy)

    lamp.process.terminate()

    assert eventually(lambda: lamp.get("/health/ready")[0] == 503)
    assert lamp.checks()["stopping"] == "draining"
    assert lamp.get("/health/live")[0] == 200
    assert asked.wait() == Count(number=4)
    assert lamp.process.wait(45) == 0


@pytest.mark.parametrize("hanging", [Dwell(seconds=60), Spin(seconds=60)], ids=["waits", "spins"])
def test_what_hangs_is_ended_after_the_drain_time(toys: Toys, hanging: Dwell | Spin) -> None:
    lamp = toys.run("lamp", DRAIN_SECONDS="1").until_ready()
    asked = eventlet.spawn(_ignoring_errors, toys, hanging)
    eventually(lamp.is_busy)
    started = time.monotonic()

    code = lamp.stop()

    asked.kill()
    assert code == 1
    assert 0.9 < time.monotonic() - started < 30  # not after the work, which takes 60 s
    (told,) = lamp.said("did not stop in time, and is ended")
    assert told["DRAIN_SECONDS"] == 1


def test_what_hangs_is_ended_no_later_for_being_asked_again(toys: Toys) -> None:
    lamp = toys.run("lamp", DRAIN_SECONDS="1").until_ready()
    asked = eventlet.spawn(_ignoring_errors, toys, Dwell(seconds=60))
    eventually(lamp.is_busy)

    def has_ended() -> bool:
        lamp.process.terminate()
        return lamp.process.poll() is not None

    eventually(has_ended)  # the work takes longer than this waits

    asked.kill()
    assert lamp.process.returncode == 1


def _ignoring_errors(toys: Toys, request: Dwell | Spin) -> None:
    try:
        toys.client.call(request, seconds=5)
    except ServiceError:
        return


def test_all_settings_that_are_missing_or_wrong_are_named_at_once(toys: Toys) -> None:
    lamp = toys.run(
        "lamp",
        DATABASE_URL="",
        MAX_WORKERS="ten",
        WATTS="bright",
        RETRY_DELAYS="1,soon",
        RETENTION_RULES="/nowhere/rules.json",
        HEALTH_PORT="70000",
        LOG_LEVEL="chatty",
        DRAIN_SECONDS="0",
        HEADSHIP_CLOCK="file:/nowhere",
    )

    assert lamp.process.wait(60) == 2
    problems = [line["problem"] for line in lamp.said("a setting is not right")]
    assert sorted(problems) == [
        "DATABASE_URL is missing (or DATABASE_URL_FILE): this service's own database: "
        "postgresql://… or sqlite:///…",
        "DRAIN_SECONDS: is 0; it must be between 1 and 3600",
        "HEADSHIP_CLOCK: names /nowhere, which is no file",
        "HEALTH_PORT: is 70000; it must be between 0 and 65535",
        "LOG_LEVEL: is 'chatty'; it must be debug or info or warning or error",
        "MAX_WORKERS: is 'ten'; it must be a whole number",
        "RETENTION_RULES: names /nowhere/rules.json, which is no file",
        "RETRY_DELAYS: has 'soon'; each must be seconds, from 0.001 to 86400",
        "WATTS: is 'bright'; it must be a whole number",
    ]


def _production(toys: Toys, folder: Path) -> dict[str, str]:
    """Settings as in production: what holds a password comes from files."""
    (folder / "broker").write_text(toys.amqp_uri + "\n")
    (folder / "database").write_text(toys.databases["lamp"] + "\n")
    return {
        "HEADSHIP_ENV": "production",
        "AMQP_URI": "",
        "AMQP_URI_FILE": str(folder / "broker"),
        "DATABASE_URL": "",
        "DATABASE_URL_FILE": str(folder / "database"),
    }


def test_a_simulated_clock_is_refused_in_production(toys: Toys, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2027-03-01T06:00:00+00:00")
    settings = _production(toys, tmp_path) | {"HEADSHIP_CLOCK": f"file:{tmp_path / 'clock'}"}

    lamp = toys.run("lamp", **settings)

    assert lamp.process.wait(60) == 2
    (problem,) = [line["problem"] for line in lamp.said("a setting is not right")]
    assert problem == "HEADSHIP_CLOCK: it may be simulated only with HEADSHIP_ENV=development"


def test_a_password_in_the_environment_is_refused_in_production(toys: Toys, tmp_path: Path) -> None:
    settings = _production(toys, tmp_path) | {"AMQP_URI": toys.amqp_uri, "AMQP_URI_FILE": ""}

    lamp = toys.run("lamp", **settings)

    assert lamp.process.wait(60) == 2
    (problem,) = [line["problem"] for line in lamp.said("a setting is not right")]
    assert problem.startswith("AMQP_URI holds a secret: give it by AMQP_URI_FILE")


def test_settings_come_from_files_too(toys: Toys, tmp_path: Path) -> None:
    lamp = toys.run("lamp", **_production(toys, tmp_path)).until_ready()

    assert lamp.stop() == 0


def test_on_a_database_one_migration_behind_it_does_not_start(
    toys: Toys, an_empty_database: Callable[[], str]
) -> None:
    behind = an_empty_database()
    engine = open_engine(behind)
    migrate(engine, "lamp", to="0001")
    engine.dispose()

    lamp = toys.run("lamp", DATABASE_URL=behind)

    assert lamp.process.wait(60) == 1
    (told,) = lamp.said("the service cannot run")
    assert told["reason"] == (
        "database of lamp: lamp is at 0001, the code needs 0002: run `headship migrate lamp`"
    )


def test_a_port_in_use_is_named_with_its_setting(toys: Toys) -> None:
    with listening() as port:
        lamp = toys.run("lamp", HEALTH_PORT=str(port))

        assert lamp.process.wait(60) == 1
    (told,) = lamp.said("the service cannot run")
    assert told["reason"] == f"HEALTH_PORT: cannot listen on port {port}: it is in use"


def test_a_queue_that_was_not_declared_is_named(toys: Toys, a_vhost: Callable[[], str]) -> None:
    almanac = toys.run("almanac", AMQP_URI=a_vhost())

    assert almanac.process.wait(60) == 1
    (told,) = almanac.said("the service cannot run")
    assert "run `headship topology`" in told["reason"]


@pytest.mark.parametrize(
    ("setting", "address", "message"),
    [
        ("AMQP_URI", "amqp://127.0.0.1:{port}/", "the broker is away"),
        ("DATABASE_URL", "postgresql://127.0.0.1:{port}/lamp", "the database is away"),
    ],
)
def test_what_is_away_at_the_start_is_waited_for(
    toys: Toys, setting: str, address: str, message: str
) -> None:
    nobody = address.format(port=toys.free_port())

    lamp = toys.run("lamp", **{setting: nobody})
    eventually(lambda: lamp.said(message))

    assert eventually(lambda: lamp.get("/health/ready")[0]) == 503
    assert lamp.get("/health/live")[0] == 200
    assert lamp.stop() == 0  # one that waits on is ended after DRAIN_SECONDS, with 1


def test_calls_need_a_green_process() -> None:
    asking = "from kit.transport.rpc_client import RpcClient; RpcClient('amqp://127.0.0.1:1/')"

    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asking], capture_output=True, text=True, check=False
    )

    assert told.returncode == 1
    assert "import kit.transport.patch before anything that opens a socket" in told.stderr


def test_a_service_is_found_by_its_name() -> None:
    from kit.transport.runner import service_class

    assert service_class("lamp") is LampService
    assert service_class("almanac") is AlmanacService
