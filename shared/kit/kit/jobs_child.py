"""The process of one job: `python -m kit.jobs_child package.module:function SECONDS MEGABYTES`.

Data come in on standard input, the answer goes out on standard output; whatever else is printed
goes nowhere.
"""

import ctypes
import importlib
import math
import os
import resource
import signal
import sys
from typing import Any

from kit.jobs_wire import TOO_BIG, decode, encode

NICENESS = 5
"""Behind the service that asked: its loop must turn while this computes."""

DIE_WITH_PARENT = 1
"""Linux's PR_SET_PDEATHSIG."""


def main() -> int:
    job, seconds, megabytes = sys.argv[1:]
    answer_to = _take_standard_output()
    _limit(float(seconds), int(megabytes))
    try:
        answer = {"result": _function(job)(decode(sys.stdin.buffer.read()))}
        wire = encode(answer)
    except MemoryError:
        return TOO_BIG
    except Exception as error:
        wire = encode({"error": _told(error)})
    try:
        with os.fdopen(answer_to, "wb") as out:
            out.write(wire)
    except MemoryError:
        return TOO_BIG
    return 0


def _take_standard_output() -> int:
    """Keep the way back to ourselves: what a library prints must not get into the answer."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return kept


def _limit(seconds: float, megabytes: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.nice(NICENESS)
    space, processor = megabytes * 1024 * 1024, math.ceil(seconds) + 1
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _function(job: str) -> Any:
    module, _, name = job.partition(":")
    return getattr(importlib.import_module(module), name)


def _told(error: Exception) -> str:
    first_line = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
