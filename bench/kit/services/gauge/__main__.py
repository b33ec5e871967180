"""Runs the gauge, or measures it.

no argument        the service
relay              only the relay, until stopped
relay COUNT        tell COUNT events, relay them, and print {"per_second": …}
call METHOD CALLS CALLERS    ask the running service, and print {"per_second": …}
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import json
import os
import sys
import time
from uuid import uuid4

import eventlet
from sqlalchemy import Engine, select

from gauge.messages import Echo, Write, measured
from kit import run
from kit.db import ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.tables import outbox_waiting
from kit.transport.relay import Relay
from kit.transport.rpc_client import RpcClient


def database() -> ServiceDatabase:
    return ServiceDatabase(open_engine(os.environ["DATABASE_URL"]), "gauge")


def tell(count: int) -> None:
    with database().transaction() as tx:
        for number in range(count):
            tx.emit(measured(number))


def relay() -> None:
    Relay("gauge", database().engine, os.environ["AMQP_URI"]).run()


def measure_relay(count: int) -> None:
    tell(count)
    engine = database().engine
    running = Relay("gauge", engine, os.environ["AMQP_URI"])
    began = time.perf_counter()
    thread = eventlet.spawn(running.run)
    while _any_waits(engine):
        eventlet.sleep(0.02)
    taken = time.perf_counter() - began
    running.stop()
    thread.wait()
    _print(count / taken)


def measure_calls(method: str, calls: int, callers: int) -> None:
    client = RpcClient(os.environ["AMQP_URI"])

    def ask(times: int) -> None:
        for _ in range(times):
            if method == "echo":
                client.call(Echo(words="x" * 100))
            else:
                client.call(Write(words="x" * 100), idempotency_key=uuid4().hex)

    ask(20)  # warm
    pool = eventlet.GreenPool(callers)
    began = time.perf_counter()
    for _ in range(callers):
        pool.spawn_n(ask, calls // callers)
    pool.waitall()
    _print(calls // callers * callers / (time.perf_counter() - began))
    client.close()


def _any_waits(engine: Engine) -> bool:
    """Asked often while the relay is measured, so it counts nothing."""
    first = select(outbox_waiting.c.id).limit(1)
    with begin(engine) as connection:
        return connection.scalar(first) is not None


def _print(per_second: float) -> None:
    print(json.dumps({"per_second": per_second}), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            run("gauge")
        case ["relay"]:
            relay()
        case ["relay", count]:
            measure_relay(int(count))
        case ["call", method, calls, callers]:
            measure_calls(method, int(calls), int(callers))
        case _:
            sys.exit(__doc__)
