"""Long work in a child process, with limits, while the service goes on.

    run("assessment.similarity:compare", data, seconds=60, megabytes=512)

The function is pure: it takes what was given and gives back JSON values (and bytes). The child has
limits on time and memory, and an environment without settings: it sees neither bus nor database.
The caller waits green, so the service goes on meanwhile.

JobError
  JobFailed    the function raised, gave back something else, or its process died
  JobTooLong   it took longer than it was given
  JobTooBig    it wanted more memory, or gave back more, than it was allowed
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from typing import IO, Any, Final

from kit import metrics
from kit.jobs_wire import TOO_BIG, decode, encode

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes of an answer as JSON."""

PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
"""What the child keeps of the environment."""

LOOKS: Final = (0.002, 0.005, 0.01, 0.02, 0.05)
"""Seconds between looks at the child; the last one repeats."""

LONGEST_REASON: Final = 300


class JobError(Exception):
    """A job gave no result; the text names the job and says why."""


class JobFailed(JobError):
    """The function raised, gave back something else, or its process died."""


class JobTooLong(JobError):
    """The function took longer than it was given."""


class JobTooBig(JobError):
    """The function wanted more memory, or gave back more, than it was allowed."""


def run(job: str, data: Any, *, seconds: float, megabytes: int) -> Any:
    """Call `job` ("package.module:function") with `data` in a child process; its result.

    `seconds` from the child's start, of time and (rounded up) of processor; `megabytes` of address
    space, libraries included. Waits while as many jobs run as `allow` allows.
    """
    given = encode(data)
    started = time.monotonic()
    outcome = "failed"
    try:
        with _slots(), tempfile.TemporaryFile() as said:
            started = time.monotonic()
            with tempfile.TemporaryFile() as told:
                told.write(given)
                told.seek(0)
                code = _wait(job, told, said, seconds, megabytes)
            result = _result(job, code, said)
        outcome = "ok"
    except JobTooLong:
        outcome = "too_long"
        raise
    except JobTooBig:
        outcome = "too_big"
        raise
    finally:
        labels = {"service": job.partition(".")[0], "function": job}
        metrics.jobs.labels(**labels, outcome=outcome).inc()
        metrics.job_duration.labels(**labels).observe(time.monotonic() - started)
    return result


def allow(number: int) -> None:
    """How many jobs of this process run at once; others wait. To be said before the first."""
    global _most
    _most = number
    _slots.cache_clear()


_most = 2


@cache
def _slots() -> threading.Semaphore:
    """Made at the first job, when the standard library is as green as it will be."""
    return threading.Semaphore(_most)


def _wait(job: str, told: IO[bytes], said: IO[bytes], seconds: float, megabytes: int) -> int:
    """The exit code of the child; whatever happens here, it does not outlive this."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "kit.jobs_child", job, str(seconds), str(megabytes)],
        stdin=told,
        stdout=said,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ}
        | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,
    )
    end = time.monotonic() + seconds
    looks = list(LOOKS)
    try:
        while (code := child.poll()) is None:
            if time.monotonic() >= end:
                raise JobTooLong(f"{job} took longer than {seconds:g} s")
            time.sleep(looks.pop(0) if len(looks) > 1 else looks[0])
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if code == -signal.SIGXCPU:
        raise JobTooLong(f"{job} computed longer than {seconds:g} s")
    return code


def _result(job: str, code: int, said: IO[bytes]) -> Any:
    said.seek(0)
    answer = said.read(LARGEST_ANSWER + 1)
    if len(answer) > LARGEST_ANSWER or code == -signal.SIGXFSZ:
        raise JobTooBig(f"{job} gave back more than {LARGEST_ANSWER} bytes")
    if code == TOO_BIG:
        raise JobTooBig(f"{job} wanted more memory than it was allowed")
    if code < 0:
        raise JobFailed(f"{job} died: {signal.Signals(-code).name}")
    try:
        told = decode(answer)
    except ValueError as error:
        raise JobFailed(f"{job} ended with code {code} and no answer") from error
    if "error" in told:
        raise JobFailed(f"{job}: {str(told['error'])[:LONGEST_REASON]}")
    return told["result"]
