"""What each service costs while nothing happens, and how soon it is ready."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import requests

from bench.kit.ground import Ground, running, wait_until
from bench.report import FOLDER, Result
from cli.backing import ports
from cli.services import SERVICES
from cli.stack.prepare import declare, migrate

IDLE_SECONDS = 10
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def measure(ground: Callable[[], Ground]) -> list[Result]:
    """Resident memory, processor and time to ready: each service alone, and all in one process."""
    results = []
    for service in SERVICES:
        place = ground()
        migrate(service, place.database_url, runtime_role=None)
        declare(place.amqp_uri)
        results += _of(service, place)
    return results + _embedded()


def _embedded() -> list[Result]:
    command = [sys.executable, "-m", "bench.kit.embedded"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    busy, resident = map(float, done.stdout.split())
    name = "all four embedded"
    return [
        Result(name=f"{name}: resident memory, idle", unit="MiB", value=resident / 2**20),
        Result(
            name=f"{name}: processor, idle",
            unit="% of a core",
            value=busy * 100,
            peer="limit",
            peer_value=1.0,
            bar=1.0,
            at_most=True,
        ),
    ]


def _of(service: str, place: Ground) -> list[Result]:
    with ports.reserved(1) as (health,):
        settings = {
            "HEALTH_PORT": str(health),
            "LINK_SECRETS": "for the benchmark",
            "DFE_API_URL": "http://127.0.0.1:1",
            "DFE_API_TOKEN": "none",
            "MAIL_DIRECTORY": str(FOLDER / "mail"),
        }
        began = time.perf_counter()
        process = place.start("-m", service, **settings)
        with running([process]):
            url = f"http://127.0.0.1:{health}/health/ready"
            wait_until(lambda: _ok(url), f"{service} is ready")
            ready = time.perf_counter() - began
            time.sleep(2)  # whatever a service does right after its start
            before = _processor_seconds(process.pid)
            time.sleep(IDLE_SECONDS)
            busy = (_processor_seconds(process.pid) - before) / IDLE_SECONDS * 100
            resident = _resident_bytes(process.pid) / 2**20
    return [
        Result(name=f"{service}: time to ready", unit="seconds", value=ready),
        Result(name=f"{service}: resident memory, idle", unit="MiB", value=resident),
        Result(name=f"{service}: processor, idle", unit="% of a core", value=busy),
    ]


def _ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def _processor_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * PAGE
