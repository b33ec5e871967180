"""Measures notifications from an event to an accepted and written-down mail, beside smtplib alone.

Medians of three, in turn. The peer sends the same mails over one connection that it keeps, to the
same kind of server; it knows no database, no bus and no template. Before the clock runs, its mails
are written, and the events are in the form in which they travel.
"""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.kit.ground import Ground, servers
from bench.notifications import digesting, peer
from bench.notifications.office import PostOffice, on_the_wire
from bench.notifications.told import lives
from bench.report import Result, median, write

REPETITIONS = 3
PEOPLE = 500
WARM = 20
WORKERS = 2
DIGEST_EVENTS = 50_000


def main() -> None:
    """All figures."""
    with servers() as ground:
        sent: list[float] = []
        alone: list[float] = []
        memory: list[float] = []
        for _ in range(REPETITIONS):
            rate, resident = end_to_end(ground)
            sent.append(rate)
            memory.append(resident)
            alone.append(with_mailbox(peer.rate))
        digests = [digesting.measure(ground(), DIGEST_EVENTS) for _ in range(REPETITIONS)]
    write(
        "notifications",
        [
            Result(
                name=f"event to stored status, {WORKERS} workers",
                unit="messages/s",
                value=median(sent),
                peer="smtplib, one connection",
                peer_value=median(alone),
                bar=0.5,
            ),
            Result(name="memory of a worker", unit="MiB", value=median(memory)),
            Result(
                name=f"digest of {DIGEST_EVENTS:,} pending events",
                unit="events/s",
                value=median([one.per_second for one in digests]),
            ),
            Result(
                name="memory that it takes at most",
                unit="MiB",
                value=median([one.peak_mebibytes for one in digests]),
            ),
        ],
    )


def end_to_end(ground: Callable[[], Ground]) -> tuple[float, float]:
    """(messages a second, MiB of one worker)."""
    here, there = ground(), ground()
    with tempfile.TemporaryDirectory() as scratch:
        office = PostOffice(
            here.amqp_uri,
            here.database_url,
            there.database_url,
            Path(scratch),
            {"SMTP_CONNECTIONS": "16", "SMTP_MAILS_PER_CONNECTION": "100000"},
        )
        try:
            office.open(WORKERS)
            office.tell(event for life in lives(WARM) for event in life)
            office.wait_until(lambda: office.statuses()["sent"] == WARM * 4)
            told = [(event, on_the_wire(event)) for life in lives(PEOPLE) for event in life]
            began = time.perf_counter()
            office.publish(told)
            wanted = (WARM + PEOPLE) * 4
            office.wait_until(lambda: office.statuses()["sent"] == wanted)
            taken = time.perf_counter() - began
            return PEOPLE * 4 / taken, resident_mebibytes(office.processes[-1].pid)
        finally:
            office.close()


def with_mailbox(measured: Callable[[int, int], float]) -> float:
    """What `measured(port, mails)` gives beside a mail server of its own."""
    with mailbox() as port:
        return measured(port, PEOPLE * 4)


@contextmanager
def mailbox() -> Iterator[int]:
    """The port of a mail server."""
    with tempfile.TemporaryDirectory() as scratch:
        port = 20_000 + secrets.randbelow(10_000)
        file = Path(scratch) / "mailbox"
        command = [sys.executable, "-m", "bench.notifications.mailbox", str(port), str(file)]
        process = subprocess.Popen(command)
        try:
            peer.wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def resident_mebibytes(pid: int) -> float:
    """The memory that a process has now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    main()
