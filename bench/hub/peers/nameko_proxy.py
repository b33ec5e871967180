"""The same method behind nameko's own entrypoint, asked by nameko's own proxy.

`serve URI DATABASE_URL HUB WORKERS` answers with enrolment's own story, audit and limits; `call URI
APPLICATION_ID CALLS CALLERS` measures it through ClusterRpcProxy and prints `{"per_second": …}`.
"""

import kit.transport.patch  # noqa: F401  the library is patched first

# isort: split
import json
import sys
import time
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import eventlet
from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider
from nameko.rpc import rpc
from nameko.standalone.rpc import ClusterRpcProxy

from enrolment.service import EnrolmentService
from kit.calls import run_call
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.hubs.allowances import Limits, Share, lease
from kit.hubs.turns import Turns
from kit.identity import Caller
from kit.testing import a_service


class Enrolment(DependencyProvider):
    """Enrolment's stories, its database, and the hub's turns."""

    def setup(self) -> None:
        config = self.container.config
        engine = open_engine(config["DATABASE_URL"], pool_size=config["max_workers"] + 2)
        database = ServiceDatabase(engine, "enrolment")
        limits, hub = Limits(100_000, 100), UUID(config["HUB"])

        def leasing(hub: UUID, wanted: Share) -> Share:
            return lease(database, hub, "peer", wanted, limits)

        turns, caller = Turns(limits, leasing), Caller("hub", str(hub))
        service = a_service(EnrolmentService, db=database, settings=object())

        def ask(method: str, fields: dict[str, Any]) -> dict[str, Any]:
            turns.take(hub)
            try:
                return run_call(service, method, fields, caller).reply
            finally:
                turns.give_back(hub)

        self._ask = ask

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._ask


class PeerService:
    name = "hub_peer"
    ask = Enrolment()

    @rpc
    def get_hub_participant(self, application_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("get_hub_participant", {"application_id": application_id})
        return answer


def serve(uri: str, database_url: str, hub: str, workers: int) -> None:
    config = {"AMQP_URI": uri, "DATABASE_URL": database_url, "HUB": hub, "max_workers": workers}
    container = ServiceContainer(PeerService, config)
    container.start()
    container.wait()


def call(uri: str, application_id: str, calls: int, callers: int) -> None:
    each = calls // callers
    with ExitStack() as stack:
        proxies = [
            stack.enter_context(ClusterRpcProxy({"AMQP_URI": uri}, timeout=30))
            for _ in range(callers)
        ]

        def caller(proxy: Any, times: int) -> None:
            for _ in range(times):
                proxy.hub_peer.get_hub_participant(application_id)

        for proxy in proxies:
            caller(proxy, 5)  # warm
        pool = eventlet.GreenPool(callers)
        began = time.perf_counter()
        for proxy in proxies:
            pool.spawn_n(caller, proxy, each)
        pool.waitall()
        print(json.dumps({"per_second": each * callers / (time.perf_counter() - began)}))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "serve":
        serve(rest[0], rest[1], rest[2], int(rest[3]))
    else:
        call(rest[0], rest[1], int(rest[2]), int(rest[3]))
