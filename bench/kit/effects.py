"""From an event's commit in the outbox to the commit of its effect, beside FastStream's way from
publishing to a handler that does nothing."""

import time
from collections.abc import Callable
from functools import partial

from kombu import Connection
from sqlalchemy import Engine, func, select

from bench.kit.ground import PEERS, Ground, running, wait_until
from bench.kit.prepare import measured_event, prepare_gauge
from kit.db import ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.tables import inbox, outbox_waiting

EVENTS = 20_000
WARM_EVENTS = 200
LOOK_SECONDS = 0.05
"""Between two counts of the effects, which would otherwise cost as much as what is measured."""
CONSUMERS = (1, 2)


def cases(faststream: str) -> dict[str, Callable[[Ground], float]]:
    """One process relays, one or two handle; the peer has one that publishes as well."""
    measured: dict[str, Callable[[Ground], float]] = {}
    for consumers in CONSUMERS:
        name = f"effects, {consumers} consumer{'s' if consumers > 1 else ''}"
        measured[name] = partial(_effects, consumers)
        measured[f"FastStream, {consumers}"] = partial(_faststream, faststream, consumers)
    return measured


def _effects(consumers: int, ground: Ground) -> float:
    prepare_gauge(ground)
    engine = open_engine(ground.database_url)
    relay = ground.start("-m", "gauge", "relay")
    _tell(engine, WARM_EVENTS)
    wait_until(lambda: not _waiting(engine), "the relay leads")
    handling = [ground.start("-m", "gauge") for _ in range(consumers)]
    with running([relay, *handling]):
        wait_until(lambda: _consumers(ground) == consumers, "all handlers consume")
        wait_until(lambda: _handled(engine) == WARM_EVENTS, "the handlers are warm")
        _tell(engine, EVENTS)
        began = time.perf_counter()
        all_handled = WARM_EVENTS + EVENTS
        wait_until(
            lambda: _handled(engine) == all_handled, "all events are handled", every=LOOK_SECONDS
        )
        taken = time.perf_counter() - began
    engine.dispose()
    return EVENTS / taken


def _faststream(python: str, consumers: int, ground: Ground) -> float:
    script = str(PEERS / "faststream_peer.py")
    told = (script, "roundtrip", ground.amqp_uri, str(EVENTS), "peer", str(consumers))
    return ground.rate(*told, python=python)


def _tell(engine: Engine, count: int) -> None:
    with ServiceDatabase(engine, "gauge").transaction() as tx:
        for number in range(count):
            tx.emit(measured_event(number))


def _consumers(ground: Ground) -> int:
    with Connection(ground.amqp_uri) as connection:
        declared = connection.channel().queue_declare("gauge.note", passive=True)
    return int(declared.consumer_count)


def _waiting(engine: Engine) -> int:
    with begin(engine) as connection:
        return connection.scalar(select(func.count()).select_from(outbox_waiting)) or 0


def _handled(engine: Engine) -> int:
    with begin(engine) as connection:
        return connection.scalar(select(func.count()).select_from(inbox)) or 0
