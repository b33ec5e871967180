"""Waiting for processes to be ready: a slow one is given its time, a stuck one is told whole."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.backing import StartError, ports
from cli.backing.directly import asking, spare_loopback
from cli.backing.processes import Process
from cli.stack import ready
from cli.stack.ready import READY, await_ready, log_of, word_of
from cli.stack.record import Member, Record

A_SERVER = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
        self.wfile.write(json.dumps({answer}).encode())

    def log_message(self, *_told):
        pass

{before}
HTTPServer(("127.0.0.1", {port}), Health).serve_forever()
"""
WORKS = "until = time.process_time() + 4\nwhile time.process_time() < until: pass"
"""More of the processor's time than the patience, as imports take on a slow machine."""

Start = Callable[..., Member]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(ready, "WORK_SECONDS", 0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a process of this code as a member of a stack, with a health port of its own."""
    (tmp_path / "logs").mkdir()
    with ExitStack() as afterwards:

        def begin(name: str, code: str, **told: object) -> Member:
            (port,) = afterwards.enter_context(ports.reserved(1))
            member = Member(name, http_port=0, health_port=port)
            program = code.format(**{"before": "", "port": port, **told})
            with log_of(member, tmp_path).open("wb") as log:
                child = subprocess.Popen([sys.executable, "-c", program], stdout=log, stderr=log)
            process = Process.of(child.pid)
            member.pid, member.started = child.pid, process.started if process else 0
            afterwards.callback(child.wait)
            afterwards.callback(child.kill)
            return member

        yield begin


def a_record(*members: Member) -> Record:
    return Record("test", "", None, "", False, False, {member.name: member for member in members})


def test_a_process_that_works_before_it_answers_is_given_its_time(
    start: Start, tmp_path: Path
) -> None:
    slow = start("slow", A_SERVER, status=200, answer={}, before=WORKS)

    await_ready(a_record(slow), tmp_path)

    assert word_of(slow) == READY


def test_a_process_that_does_nothing_and_says_nothing_is_told_with_its_empty_log(
    start: Start, tmp_path: Path
) -> None:
    stuck = start("stuck", "import time; time.sleep(60)")

    with pytest.raises(StartError) as told:
        await_ready(a_record(stuck), tmp_path)

    assert str(told.value).startswith("stuck is not ready: it does not listen on its port yet; ")
    assert str(told.value).endswith(
        f"The end of {log_of(stuck, tmp_path)}:\n  (nothing was logged)"
    )


def test_every_process_that_is_not_ready_is_told_with_what_it_last_answered(
    start: Start, tmp_path: Path
) -> None:
    checks = {"broker": "consumers are not registered", "database": "ok"}
    fine = start("fine", A_SERVER, status=200, answer={})
    waits = start("waits", A_SERVER, status=503, answer={"services": {"waits": checks}})
    odd = start("odd", A_SERVER, status=500, answer=["no", "checks"])

    with pytest.raises(StartError) as told:
        await_ready(a_record(fine, waits, odd), tmp_path)

    assert "waits is not ready: broker: consumers are not registered;" in str(told.value)
    assert "odd is not ready: it answers 500 on its port;" in str(told.value)
    assert "fine" not in str(told.value)


def test_a_process_that_has_ended_is_told_at_once_with_its_last_words(
    start: Start, tmp_path: Path
) -> None:
    ended = start("ended", "raise SystemExit('no such setting')")

    with pytest.raises(StartError, match=r"(?s)ended is not ready: it has ended.*no such setting"):
        await_ready(a_record(ended), tmp_path)


def test_work_is_no_sign_of_getting_on_once_a_process_answers(start: Start, tmp_path: Path) -> None:
    works = (
        "import threading\ndef work():\n while True: pass\nthreading.Thread(target=work).start()"
    )
    spins = start("spins", A_SERVER, status=503, answer={}, before=works)

    with pytest.raises(StartError, match="spins is not ready: it answers 503"):
        await_ready(a_record(spins), tmp_path)


def test_a_pause_of_the_whole_machine_counts_as_a_moment() -> None:
    instants = iter([0.0, 0.5, 300.5, 301.0])
    watch = ready._Stopwatch(lambda: next(instants))

    for _ in range(3):
        watch.look()

    assert watch.seconds == 0.5 + ready.LONGEST_LOOK + 0.5


@pytest.mark.parametrize("given", ["no_proxy", "NO_PROXY"])
def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(
    given: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv(given, "intranet.example")
    fine = start("fine", A_SERVER, status=200, answer={})

    await_ready(a_record(fine), log_of(fine, Path()).parent)
    spare_loopback()

    for name in ("no_proxy", "NO_PROXY"):
        assert "intranet.example,127.0.0.1,localhost" in os.environ[name]
    assert asking("https://broker.example").trust_env
