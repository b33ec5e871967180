"""nameko as it comes: its event dispatcher, its RPC, its proxy, nothing tuned.

`dispatch URI COUNT` publishes events one by one with confirms; `serve URI DATABASE_URL` runs a
service with an echo and a committed write; `call URI METHOD CALLS CALLERS` measures it through
ClusterRpcProxy. Each but `serve` prints `{"per_second": …}`.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402  the library is patched first
import sys  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from contextlib import ExitStack  # noqa: E402
from typing import Any  # noqa: E402

from kombu import Connection, Exchange, Queue  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402
from nameko.standalone.rpc import ClusterRpcProxy  # noqa: E402
from sqlalchemy import create_engine, text  # noqa: E402

BODY = {"application_id": "0" * 36, "state": "accepted", "filler": "x" * 400}
WORKERS = 20


class Engine(DependencyProvider):
    def setup(self) -> None:
        url = self.container.config["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg2:")
        self.engine = create_engine(url, pool_size=WORKERS, max_overflow=0)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.engine


class PeerService:
    name = "nameko_peer"
    engine = Engine()

    @rpc
    def echo(self, words: str) -> str:
        return words

    @rpc
    def write(self, words: str) -> str:
        with self.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO peer_note (id, words) VALUES (:id, :words)"),
                {"id": str(uuid.uuid4()), "words": words},
            )
        return words


def dispatch(uri: str, count: int) -> None:
    exchange = Exchange("nameko_peer.events", type="topic", durable=True)
    queue = Queue("nameko_peer.bench", exchange, "told", queue_arguments={"x-queue-type": "quorum"})
    with Connection(uri) as connection:
        queue.bind(connection.channel()).declare()
    send = event_dispatcher({"AMQP_URI": uri})
    began = time.perf_counter()
    for number in range(count):
        send("nameko_peer", "told", BODY | {"n": number})
    tell(count, began)


def serve(uri: str, database_url: str) -> None:
    config = {"AMQP_URI": uri, "DATABASE_URL": database_url, "max_workers": WORKERS}
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg2:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS peer_note (id text, words text)"))
    container = ServiceContainer(PeerService, config)
    container.start()
    print("ready", flush=True)
    container.wait()


def call(uri: str, method: str, calls: int, callers: int) -> None:
    each = calls // callers
    with ExitStack() as stack:
        proxies = [
            stack.enter_context(ClusterRpcProxy({"AMQP_URI": uri}, timeout=30))
            for _ in range(callers)
        ]

        def caller(proxy: Any) -> None:
            ask = getattr(proxy.nameko_peer, method)
            for _ in range(each):
                ask("x" * 100)

        caller(proxies[0])  # warm
        pool = eventlet.GreenPool(callers)
        began = time.perf_counter()
        for proxy in proxies:
            pool.spawn_n(caller, proxy)
        pool.waitall()
        tell(each * callers, began)


def tell(count: int, began: float) -> None:
    print(json.dumps({"per_second": count / (time.perf_counter() - began)}), flush=True)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "dispatch":
        dispatch(rest[0], int(rest[1]))
    elif what == "serve":
        serve(rest[0], rest[1])
    else:
        call(rest[0], rest[1], int(rest[2]), int(rest[3]))
