"""Tests in two processes at a time, on one pair of servers: `python -m tests [FOLDER or FILE …]`.

Each process goes through all files, and runs those that the other has not begun (conftest.py).
What measures time, or fills the machine by itself, is marked `alone` and runs afterwards, by
itself. pytest-xdist would do the same, but its workers wait in real threads, which hang once
eventlet has made threads green.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from cli.backing import broker, database_server
from cli.backing.packages import (
    MissingPackagesError,
    khal_program,
    mail_server,
    node_program,
    npm_program,
    prometheus_programs,
)

PROCESSES = 2
PYTEST = (sys.executable, "-m", "pytest", "-o", "console_output_style=classic")
CLAIMS = "HEADSHIP_TEST_CLAIMS"
NOTHING_TO_DO = 5  # pytest's exit code
STOP_SECONDS = 60


def main(where: list[str]) -> int:
    """Run the tests of these folders and files; exit code 0 if all passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was begun is ended
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    started = time.monotonic()
    install_programs()
    try:
        with servers() as environment:
            ends = side_by_side(where, environment)
            beside = time.monotonic() - started
            ends += together([[*PYTEST, "-m", "alone", *where]], environment)
    except KeyboardInterrupt:
        return 130
    failed = [end for end in ends if end not in (0, NOTHING_TO_DO)]
    took = f"{beside:.0f} s side by side, {time.monotonic() - started:.0f} s in all"
    tell(f"{'FAILED' if failed else 'passed'}: {took}")
    return max(failed, default=0)


def install_programs() -> None:
    """Whatever tests hold ours against, before the first begins: a test has no time to install."""
    for find in (khal_program, mail_server, prometheus_programs, node_program, npm_program):
        try:
            find()
        except MissingPackagesError as missing:  # the tests that need it say so, too
            tell(str(missing))


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The environment in which tests find the run's servers, given or private."""
    with broker() as rabbitmq, database_server() as postgresql:
        found = {
            "AMQP_URI": rabbitmq.amqp_uri,
            "RABBITMQ_MANAGEMENT_URL": rabbitmq.management_url,
            "DATABASE_URL": postgresql.url,
            "RABBITMQ_PROMETHEUS_URL": rabbitmq.private and rabbitmq.private.prometheus_url(),
        }
        inherited = {name: value for name, value in os.environ.items() if name != CLAIMS}
        yield inherited | {name: address for name, address in found.items() if address}


def side_by_side(where: list[str], environment: Mapping[str, str]) -> list[int]:
    """What each process ended with."""
    command = [*PYTEST, "-m", "not alone", *where]
    with TemporaryDirectory(prefix="headship-claims-") as claims:
        return together([command] * PROCESSES, {**environment, CLAIMS: claims})


def together(commands: list[list[str]], environment: Mapping[str, str]) -> list[int]:
    """Run commands to their ends, their lines as they come; with this process they are ended."""
    running: list[subprocess.Popen[str]] = []
    try:
        with heard_afterwards(signal.SIGINT, signal.SIGTERM):  # one just begun would be missed
            for command in commands:
                running.append(begin(command, environment))
        telling = [threading.Thread(target=copy_lines, args=[one], daemon=True) for one in running]
        for each in telling:
            each.start()
        ends = [one.wait() for one in running]
        for each in telling:
            each.join()
        return ends
    finally:
        for one in running:
            if one.poll() is None:
                one.send_signal(signal.SIGINT)
        for one in running:
            one.wait(STOP_SECONDS)


def begin(command: list[str], environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # of a Ctrl-C they hear once, and from us
    )


@contextmanager
def heard_afterwards(*numbers: signal.Signals) -> Iterator[None]:
    """What these signals would do they do at the end of the block."""
    came: list[int] = []
    former = {each: signal.signal(each, lambda number, _: came.append(number)) for each in numbers}
    try:
        yield
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)
    for number in came:
        signal.raise_signal(number)


def copy_lines(process: "subprocess.Popen[str]") -> None:
    for line in process.stdout or ():
        tell(line.rstrip("\n"))


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["tests"]))
