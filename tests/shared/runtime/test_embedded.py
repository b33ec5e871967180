"""Embedded mode: the same services in one process, stopped and started again."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
from almanac.service import AlmanacService
from lamp.service import LampService
from prometheus_client import REGISTRY
from sqlalchemy import select
from toy_contracts import AskAlmanac, Count, CountLit, Dwell, LampLit, LightLamp
from toy_running import TOYS, eventually

from cli.backing.ports import reserved
from headship_contracts.errors import ServiceError, Unavailable
from kit.config import SettingsError
from kit.db.engine import begin, open_engine
from kit.db.tables import inbox, parked
from kit.testing import emitted
from kit.transport import queue_consumer
from kit.transport.embedded import AlreadyRunning, Embedded
from kit.transport.ports import PortTaken

BOTH = [LampService, AlmanacService]
RETRIES = {"RETRY_DELAYS": "0.05,0.1"}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Embedded]:
    with Embedded(BOTH, tmp_path / "data", RETRIES) as running:
        yield running


def _busy(service: str) -> bool:
    """Whether it is at work on something."""
    return REGISTRY.get_sample_value("headship_workers_busy", {"service": service}) == 1


def _kept(platform: Embedded) -> int:
    return platform.ask(CountLit()).number


def test_a_call_its_event_and_a_question_between_services(platform: Embedded) -> None:
    assert platform.ask(LightLamp(lamp="one"), idempotency_key="k").lamp == "one"
    assert platform.ask(LightLamp(lamp="one"), idempotency_key="k").lamp == "one"

    assert eventually(lambda: platform.ask(AskAlmanac()).number) == 1
    assert [event.lamp for event in emitted(platform.databases["lamp"], LampLit)] == ["one"]


def test_a_handler_that_fails_is_retried_and_its_event_parked(platform: Embedded) -> None:
    platform.ask(LightLamp(lamp="broken"))
    platform.ask(LightLamp(lamp="whole"))

    eventually(lambda: _kept(platform) == 1)
    engine = platform.databases["almanac"].engine

    def reasons() -> list[str]:
        with begin(engine) as connection:
            return list(connection.scalars(select(parked.c.reason)))

    assert eventually(reasons) == ["RuntimeError: this lamp cannot be kept"]


def test_a_service_that_is_not_there_is_unavailable_at_once(tmp_path: Path) -> None:
    with (
        Embedded([LampService], tmp_path) as platform,
        pytest.raises(Unavailable, match="no_such_service"),  # and not deadline_missed
    ):
        platform.ask(CountLit(), seconds=600)


def test_started_again_it_goes_on_with_what_the_bus_held(tmp_path: Path) -> None:
    with Embedded([LampService, AlmanacService], tmp_path, {"RETRY_DELAYS": "600"}) as platform:
        platform.ask(LightLamp(lamp="one"))
        eventually(lambda: _kept(platform) == 1)
    with begin(open_engine(f"sqlite:///{tmp_path}/almanac.sqlite")) as almanac:
        almanac.execute(inbox.delete())  # as if the process had died before this handler
        almanac.exec_driver_sql("DELETE FROM entry")

    with Embedded(BOTH, tmp_path, RETRIES) as platform:
        assert eventually(lambda: _kept(platform)) == 1
        platform.ask(LightLamp(lamp="two"))
        eventually(lambda: _kept(platform) == 2)


def test_started_again_after_a_service_died_it_answers(tmp_path: Path) -> None:
    platform = Embedded([LampService], tmp_path)
    platform.start()
    platform._containers["lamp"].spawn_managed_thread(_break_down, identifier="wire")
    eventually(lambda: _is_dead(platform))
    platform.stop()

    with platform:
        assert platform.ask(LightLamp(lamp="one")).lamp == "one"


def _break_down() -> None:
    raise RuntimeError("the wire is broken")


def _is_dead(platform: Embedded) -> bool:
    try:
        platform.ask(LightLamp(lamp="none"), seconds=0.5)
    except RuntimeError:
        return True
    except ServiceError:
        return False
    return False


def test_two_on_one_directory_at_once_are_refused(platform: Embedded, tmp_path: Path) -> None:
    with pytest.raises(AlreadyRunning, match="data"):
        Embedded(BOTH, tmp_path / "data").start()

    assert _kept(platform) == 0


def test_wrong_settings_are_all_named_and_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        Embedded(BOTH, tmp_path, {"MAX_WORKERS": "0", "WATTS": "bright"}).start()

    assert {problem.partition(" ")[0].strip(":") for problem in refused.value.problems} == {
        "MAX_WORKERS",
        "WATTS",
    }
    with Embedded(BOTH, tmp_path) as platform:
        assert _kept(platform) == 0


def test_a_start_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()

        with pytest.raises(PortTaken, match="HEALTH_PORT"):
            Embedded(BOTH, tmp_path, {"HEALTH_PORT": taken.getsockname()[1]}).start()

    with Embedded(BOTH, tmp_path) as platform:
        assert _kept(platform) == 0


def test_what_hangs_is_ended_after_the_drain_time(tmp_path: Path) -> None:
    platform = Embedded(BOTH, tmp_path, {"DRAIN_SECONDS": "1"})
    platform.start()
    asked = eventlet.spawn(platform.client.call, Dwell(seconds=60), seconds=3)
    eventually(lambda: _busy("lamp"))
    started = time.monotonic()

    platform.stop()

    assert 0.9 < time.monotonic() - started < 30  # not after the work, which takes 60 s
    with pytest.raises(Unavailable):
        asked.wait()


def test_it_stops_at_once_when_idle_and_after_the_work_when_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_consumer, "IDLE_SECONDS", 600.0)  # the consumer's own next look
    platform = Embedded(BOTH, tmp_path)
    platform.start()
    asked = eventlet.spawn(platform.ask, Dwell(seconds=1))
    eventually(lambda: _busy("lamp"))

    platform.stop()
    platform.stop()

    assert asked.wait() == Count(number=1)
    idle = Embedded(BOTH, tmp_path)
    idle.start()
    started = time.monotonic()
    idle.stop()
    assert time.monotonic() - started < 10  # one that waits is ended after DRAIN_SECONDS, 25


def test_health_and_metrics_of_all_services_are_on_one_port(tmp_path: Path) -> None:
    with reserved(1) as (port,), Embedded(BOTH, tmp_path, {"HEALTH_PORT": port}):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
            told = json.load(answer)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            metrics = answer.read().decode()

    assert set(told["services"]) == {"lamp", "almanac"}
    assert told["ok"]
    assert 'headship_ready{service="lamp"} 1.0' in metrics
    assert 'headship_ready{service="almanac"} 1.0' in metrics


IDLE = """
import sys, pathlib, resource
from kit.transport.embedded import Embedded
import eventlet
from lamp.service import LampService
from almanac.service import AlmanacService

with Embedded([LampService, AlmanacService], pathlib.Path(sys.argv[1])):
    eventlet.sleep(2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
    eventlet.sleep(5)
    sys.stdout.write(str((resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before) / 5))
"""


def test_idle_it_waits_for_events_and_does_not_look_for_them(tmp_path: Path) -> None:
    """It wakes for its timers, some times a second. What that takes of a processor, `make
    bench-kit` tells."""
    done = subprocess.run(
        [sys.executable, "-c", IDLE, str(tmp_path)],
        env={"PYTHONPATH": str(TOYS)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert float(done.stdout) < 20
