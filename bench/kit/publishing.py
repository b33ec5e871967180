"""Events per second into one bound quorum queue, each confirmed by the broker."""

from collections.abc import Callable

from bench.kit.ground import PEERS, Ground
from bench.kit.prepare import prepare_gauge

EVENTS = 20_000
SLOW_EVENTS = 1_500
"""For the peer that waits for each confirm."""

GREEN = f"""
import kit.transport.patch
import runpy

runpy.run_path({str(PEERS / "raw_kombu.py")!r}, run_name="__main__")
"""
"""The same publisher in a process like a service's, where sockets are green."""


def cases(faststream: str) -> dict[str, Callable[[Ground], float]]:
    """The relay reads from PostgreSQL and marks there; the peers have no database."""

    def relay(ground: Ground) -> float:
        prepare_gauge(ground)
        return ground.rate("-m", "gauge", "relay", str(EVENTS))

    def raw(ground: Ground) -> float:
        return ground.rate(str(PEERS / "raw_kombu.py"), ground.amqp_uri, str(EVENTS), "raw")

    def raw_green(ground: Ground) -> float:
        return ground.rate("-c", GREEN, ground.amqp_uri, str(EVENTS), "raw")

    def dispatcher(ground: Ground) -> float:
        script = str(PEERS / "nameko_own.py")
        return ground.rate(script, "dispatch", ground.amqp_uri, str(SLOW_EVENTS))

    def peer(ground: Ground) -> float:
        script = str(PEERS / "faststream_peer.py")
        told = (script, "publish", ground.amqp_uri, str(EVENTS), "peer")
        return ground.rate(*told, python=faststream)

    return {
        "relay": relay,
        "raw confirms": raw,
        "raw confirms, green": raw_green,
        "nameko dispatcher": dispatcher,
        "FastStream": peer,
    }
