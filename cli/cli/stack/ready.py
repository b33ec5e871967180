"""Whether the processes of a stack can do their work, and waiting for it while they get on."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import requests

from cli.backing import ports
from cli.backing.directly import asking
from cli.backing.processes import StartError
from cli.stack.record import Member, Record

PATIENCE_SECONDS = 60.0
"""How long a process may go without any sign that it gets on."""

LIMIT_SECONDS = 600.0
"""How long a start may take though all get on."""

LOOK_SECONDS = 0.1
ASK_SECONDS = 2.0
LONGEST_LOOK = 10.0
"""Seconds that count between two looks, enough to ask all in vain: what stopped this process for
longer stopped the others as well."""

WORK_SECONDS = 1.0
"""Of the processor's time: so much is a sign. One that only waits in its loop takes less."""

READY = "ready"
NOT_LISTENING = "it does not listen on its port yet"
SILENT = "it does not answer on its port"
LAST_LINES = 15
_TICKS = os.sysconf("SC_CLK_TCK")


def word_of(member: Member) -> str:
    """READY, or what a process says that it waits for, or why it cannot be asked. The simulator
    is ready when it listens."""
    if not member.health_port:
        return READY if ports.answers(member.http_port) else NOT_LISTENING
    url = f"http://127.0.0.1:{member.health_port}/health/ready"
    try:
        answer = asking(url).get(url, timeout=ASK_SECONDS)
        return READY if answer.ok else _open_checks(answer)
    except requests.Timeout:
        return SILENT
    except requests.RequestException:
        return NOT_LISTENING


def log_of(member: Member, state: Path) -> Path:
    """Where a process's output goes."""
    return state / "logs" / f"{member.name}.log"


def await_ready(record: Record, state: Path) -> None:
    """Return when all are. Raises StartError, which tells of each that is not, when one has ended
    or has stopped getting on.

    A slow or loaded machine is no error: time counts for a process only while it does nothing, as
    far as can be seen from outside.
    """
    waiting = {name: _Wait(member) for name, member in record.members.items()}
    in_all = _Stopwatch()
    while waiting:
        for name, wait in list(waiting.items()):
            if wait.is_over():
                del waiting[name]
        stuck = any(wait.ended or wait.idle_seconds > PATIENCE_SECONDS for wait in waiting.values())
        if stuck or in_all.seconds > LIMIT_SECONDS:
            raise StartError("\n".join(wait.story(state) for wait in waiting.values()))
        time.sleep(LOOK_SECONDS)
        in_all.look()


class _Stopwatch:
    """Seconds, of which no more than LONGEST_LOOK count between two looks at it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        self.seconds, self._looked_at = 0.0, self._clock()

    def look(self) -> None:
        now = self._clock()
        self.seconds += min(now - self._looked_at, LONGEST_LOOK)
        self._looked_at = now


class _Wait:
    """One process that is waited for, and what was seen of it."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._idle = _Stopwatch()
        self._word = ""
        self._worked = 0.0
        self._answered = False
        self.ended = False

    @property
    def idle_seconds(self) -> float:
        """Since the last sign that it gets on."""
        return self._idle.seconds

    def is_over(self) -> bool:
        """Look at it; whether it is ready."""
        self._idle.look()
        self.ended = self._member.process is None
        word = word_of(self._member)
        worked = processor_seconds(self._member.pid)
        # Once it answers, work is no sign: a loop that tries something in vain works, too.
        works = not self._answered and worked - self._worked >= WORK_SECONDS
        if word != self._word or works:
            self._word, self._worked = word, worked
            self._idle.begin()
        self._answered = self._answered or word not in (NOT_LISTENING, SILENT)
        return word == READY and not self.ended

    def story(self, state: Path) -> str:
        """Why it is not ready, and its last words."""
        log = log_of(self._member, state)
        work = f"{processor_seconds(self._member.pid):.1f} s of the processor's time used"
        told = "it has ended" if self.ended else f"{self._word}; {work}"
        words = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        lines = [f"{self._member.name} is not ready: {told}. The end of {log}:"]
        return "\n".join([*lines, *(f"  {line}" for line in words or ["(nothing was logged)"])])


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor's time; 0 if there is none."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def _open_checks(answer: requests.Response) -> str:
    try:
        services = answer.json()["services"].values()
        told = [f"{check}: {word}" for one in services for check, word in one.items()]
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"it answers {answer.status_code} on its port"
    return "; ".join(line for line in told if not line.endswith(": ok")) or "no service has begun"
