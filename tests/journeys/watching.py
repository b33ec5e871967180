"""A real Prometheus that reads the platform while a journey runs on it."""

import json
import math
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import eventlet
import requests
import yaml

from cli.backing.packages import prometheus_programs
from cli.backing.ports import reserved
from cli.backing.processes import Process, launch, wait_until
from cli.backing.rabbitmq import RabbitMQ
from cli.services import SERVICES
from cli.stack.places import server_directory
from cli.stack.ready import log_of
from cli.stack.record import Record
from deploy.monitoring.__main__ import CONSOLE, RULES
from deploy.monitoring.board import WINDOW
from deploy.monitoring.console import NOTHING_YET

EVERY_SECONDS = 4
RATES_OVER = "30s"
UP_SECONDS = 60
PAGES = {
    "enrolment": "/admissions/offer/nobody",
    "sessions": "/calendars/nobody.ics",
    "assessment": "/submit/nobody",
    "notifications": "/unsubscribe/nobody",
}
"""Somebody with an old link comes by as well."""

NO_BROKER = (
    "AMQP_URI names a broker whose metrics were not found: enable rabbitmq_prometheus, and set "
    "RABBITMQ_PROMETHEUS_URL to http://host:port/metrics"
)
NOTHING = 'class="nothing"'
SECTION = re.compile(r"<section><h3>(.*?)</h3>(.*?)</section>", re.DOTALL)


class Watch:
    """What Prometheus holds of one journey, and which panels of the console showed anything."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self._folder = url, folder
        self.began, self.ended = time.time(), math.inf
        self.console: dict[str, bool] = {}
        self._answers: dict[str, list[dict[str, Any]]] = {}
        self.fullest_console = ""
        self.problem = ""
        """What keeps Prometheus from some of the metrics."""

    def end(self) -> None:
        """The journey is over: Prometheus keeps what it has, and rests beside other tests."""
        self.ended = time.time()
        for targets in self._folder.glob("*.json"):
            targets.write_text("[]")

    def of_the_journey(self, expr: str) -> list[dict[str, Any]]:
        """The series of an expression from the beginning to the end, as Prometheus answers."""
        if expr not in self._answers:
            self._answers[expr] = self._ask(expr)
        return self._answers[expr]

    def _ask(self, expr: str) -> list[dict[str, Any]]:
        end = min(self.ended, time.time())
        step = max(EVERY_SECONDS, (end - self.began) / 100)
        asked = {
            "query": expr.replace(WINDOW, RATES_OVER),
            "start": str(self.began),
            "end": str(end),
            "step": str(step),
        }
        answer = requests.post(f"{self.url}/api/v1/query_range", data=asked, timeout=60).json()
        assert answer["status"] == "success", f"{expr}: {answer}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def log_lines(self) -> list[dict[str, Any]]:
        """All that the services logged."""
        return [
            json.loads(line)
            for service in SERVICES
            for line in (self._folder / f"{service}.log").read_text().splitlines()
        ]

    def has_data(self, expr: str) -> bool:
        """Whether there was ever a number to draw."""
        return any(
            math.isfinite(float(value))
            for series in self.of_the_journey(expr)
            for _, value in series["values"]
        )

    def look_at_console(self) -> None:
        page = requests.get(f"{self.url}/consoles/{CONSOLE.name}", timeout=10)
        assert page.ok, page.text
        if page.text.count(NOTHING) <= (self.fullest_console or NOTHING * 99).count(NOTHING):
            self.fullest_console = page.text
        for title, body in SECTION.findall(page.text):
            shows = NOTHING not in body and body.count(f"<td>{NOTHING_YET}") < body.count("<tr>")
            self.console[title] = self.console.get(title, False) or shows


@contextmanager
def watching(stack: Path, folder: Path) -> Iterator[Watch]:
    """Prometheus, from now on; it finds the stack by the record that the journey writes."""
    folder.mkdir(parents=True)
    with ExitStack() as undo:
        (port, exporter) = undo.enter_context(reserved(2))
        (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(folder)))
        _start(
            undo,
            folder / "prometheus.log",
            [
                str(prometheus_programs() / "prometheus"),
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{port}",
                f"--web.console.templates={CONSOLE.parent}",
                f"--web.console.libraries={CONSOLE.parent}",
            ],
        )
        watch = Watch(f"http://127.0.0.1:{port}", folder)
        assert wait_until(lambda: _is_up(watch.url), UP_SECONDS), "Prometheus is not up"
        looking = eventlet.spawn(_look, watch, stack, folder, exporter, undo)
        undo.callback(looking.kill)
        yield watch


def _look(watch: Watch, stack: Path, folder: Path, exporter: int, undo: ExitStack) -> None:
    while (record := _running(stack)) is None:
        eventlet.sleep(0.2)
    watch.began = time.time()
    command = [sys.executable, str(Path(__file__).with_name("database_exporter.py"))]
    _start(undo, folder / "exporter.log", [*command, str(exporter), record.database_url])
    broker = _broker(record, stack)
    if broker is None:
        watch.problem = NO_BROKER
    else:
        _tell(folder / "broker.json", {"job": "broker"}, broker)
    _tell(folder / "databases.json", {"pod": "headship-1"}, f"127.0.0.1:{exporter}")
    for service in SERVICES:
        member = record.members[service]
        os.link(log_of(member, stack), folder / f"{service}.log")  # the stack's own goes with it
        _tell(
            folder / f"service-{service}.json", {"job": service}, f"127.0.0.1:{member.health_port}"
        )
    while watch.ended == math.inf:
        eventlet.sleep(2 * EVERY_SECONDS)
        watch.look_at_console()
        with suppress(requests.RequestException):  # at the end nobody listens any more
            for service, page in PAGES.items():
                url = f"http://127.0.0.1:{record.members[service].http_port}{page}"
                requests.get(url, timeout=5)


def _running(stack: Path) -> Record | None:
    """The stack, once every service was started."""
    with suppress(json.JSONDecodeError):
        record = Record.load(stack)
        members = [record.members.get(service) for service in SERVICES] if record else [None]
        if all(member is not None and member.pid for member in members):
            return record
    return None


def _broker(record: Record, stack: Path) -> str | None:
    """Host and port of its metrics: told, or where they are by default."""
    if record.private_broker:
        url = RabbitMQ(server_directory(stack) / "rabbitmq").prometheus_url()
    else:
        beside = f"http://{urlsplit(record.amqp_uri).hostname}:15692/metrics"
        url = os.environ.get("RABBITMQ_PROMETHEUS_URL", beside)
    with suppress(requests.RequestException):
        if requests.get(url, timeout=5).ok:
            return urlsplit(url).netloc
    return None


def _tell(file: Path, labels: dict[str, str], target: str) -> None:
    """A target; Prometheus hears of a file that is there at once."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps([{"targets": [target], "labels": labels}]))
    new.replace(file)


def _configuration(folder: Path) -> dict[str, Any]:
    """As deploy/k8s/components/monitoring has Prometheus read, only more often."""
    families = ["queue_coarse_metrics", "queue_consumer_count"]
    jobs: list[dict[str, Any]] = [
        {"job_name": "services", "files": "service-*.json"},
        {"job_name": "broker", "files": "broker.json"},
        {
            "job_name": "queues",
            "files": "broker.json",
            "metrics_path": "/metrics/detailed",
            "params": {"family": families},
        },
        {"job_name": "databases", "files": "databases.json"},
    ]
    for job in jobs:
        found = {"files": [f"{folder}/{job.pop('files')}"], "refresh_interval": "1s"}
        job["file_sd_configs"] = [found]
    return {
        "global": {"scrape_interval": f"{EVERY_SECONDS}s", "evaluation_interval": "15s"},
        "rule_files": [f"{RULES}/*.yml"],
        "scrape_configs": jobs,
    }


def _start(undo: ExitStack, log: Path, command: list[str]) -> None:
    child = launch(command, output=log)
    process = Process.of(child.pid)
    assert process is not None, log.read_text()

    def end() -> None:
        process.end(20)
        child.wait(20)

    undo.callback(end)


def _is_up(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{url}/-/ready", timeout=5).ok
    return False
