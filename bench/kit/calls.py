"""Calls per second: an echo, and a write that is committed before it is answered."""

from collections.abc import Callable
from functools import partial

from bench.kit.ground import PEERS, Ground, running
from bench.kit.prepare import prepare_gauge

CALLS = {1: 800, 16: 3_200}


def cases() -> dict[str, Callable[[Ground], float]]:
    """The kit's calls have contracts on both sides, and its write an idempotency key each time."""
    measured: dict[str, Callable[[Ground], float]] = {}
    for method, callers in (("echo", 1), ("echo", 16), ("write", 16)):
        name = f"{method}, {callers} caller{'s' if callers > 1 else ''}"
        measured[name] = partial(_kit, method, callers)
        measured[f"nameko {name}"] = partial(_nameko, method, callers)
    return measured


def _kit(method: str, callers: int, ground: Ground) -> float:
    prepare_gauge(ground)
    with running([ground.start("-m", "gauge")]):
        told = ("call", method, str(CALLS[callers]), str(callers))
        return ground.rate("-m", "gauge", *told)


def _nameko(method: str, callers: int, ground: Ground) -> float:
    script = str(PEERS / "nameko_own.py")
    server = ground.start(script, "serve", ground.amqp_uri, ground.database_url)
    with running([server]):
        assert server.stdout is not None
        server.stdout.readline()
        told = ("call", ground.amqp_uri, method, str(CALLS[callers]), str(callers))
        return ground.rate(script, *told)
