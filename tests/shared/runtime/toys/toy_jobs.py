"""What toys do in a child process."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any


def double(data: dict[str, Any]) -> dict[str, Any]:
    return {"number": data["number"] * 2, "bytes": data["bytes"] * 2}


def fail(data: Any) -> None:
    raise ValueError(f"cannot do that\nand this line is not told: {data}")


def talk(data: Any) -> str:
    sys.stdout.write("this would spoil the answer\n")
    return "said"


def sleep(data: float) -> None:
    time.sleep(data)


def compute(data: float) -> int:
    end, rounds = time.monotonic() + data, 0
    while time.monotonic() < end:
        rounds += 1
    return rounds


def swell(data: int) -> int:
    return len(bytearray(data * 1024 * 1024))


def give_back(data: int) -> str:
    return "x" * data


def be_alone(data: str) -> str:
    """Fails where another is at work with the same file."""
    place = Path(data)
    place.touch(exist_ok=False)
    time.sleep(0.5)
    place.unlink()
    return "alone"


def die(data: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def give_no_json(data: Any) -> object:
    return object()


def environment(data: Any) -> list[str]:
    return sorted(os.environ)
