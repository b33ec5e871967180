"""Health and metrics over HTTP, one server for all services of the process.

`/health/live`: the loop turns and the consumer has not died; asks neither database nor broker, so
that their outage restarts nobody. `/health/ready`: this replica can do its work now. `/metrics`:
Prometheus. Never routed from outside.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import eventlet
from eventlet import wsgi
from nameko.extensions import SharedExtension
from nameko.messaging import QueueConsumer
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from kit import metrics
from kit.db.version import OutOfDate, check_version
from kit.log import reason
from kit.transport.loop import lag
from kit.transport.ports import listen
from kit.transport.resources import Resources

DATABASE_EVERY_SECONDS: Final = 3.0
"""How old the last word of the database may be; more is asked anew."""

DATABASE_WAIT_SECONDS: Final = 2.0
"""How long a probe waits for that word; less than the probes' own timeout."""


class Health(SharedExtension):
    """Whether one service is alive and ready; enters itself with the server of the process."""

    resources = Resources()

    def __init__(self) -> None:
        self.started = False
        self._asked_at = float("-inf")
        self._asking: Any = None
        self._database_says = "not asked yet"

    def setup(self) -> None:
        service = self.container.service_name
        pool = self.container._worker_pool
        connections: Any = self.resources.database.engine.pool
        metrics.workers_busy.labels(service=service).set_function(pool.running)
        metrics.workers_max.labels(service=service).set(pool.size)
        for state, count in {
            "in_use": connections.checkedout,
            "idle": connections.checkedin,
            "allowed": connections.size,
        }.items():
            metrics.database_connections.labels(service=service, state=state).set_function(count)
        metrics.ready.labels(service=service).set_function(self._is_ready)
        metrics.broker_connected.labels(service=service).set(0)
        metrics.database_connected.labels(service=service).set(0)
        if self.resources.settings.health_port:
            _join(self.resources.settings.health_port, self)
            lag.join(service)

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        lag.leave(self.container.service_name)
        _leave(self.resources.settings.health_port, self)

    def kill(self) -> None:
        self.stop()

    def live(self) -> dict[str, str]:
        """Each check and "ok", or what is wrong. Nothing here waits."""
        return {"consumer": "ok" if self._consumers_live() else "died"}

    def readiness(self) -> dict[str, str]:
        """Each check and "ok", or what is wrong."""
        connected = all(getattr(consumer, "connected", True) for consumer in self._consumers())
        return {
            "started": "ok" if self.started else "starting",
            "stopping": "draining" if self.resources.draining else "ok",
            "broker": "ok" if connected else "consumers are not registered",
            "database": self._database(),
        }

    def _is_ready(self) -> int:
        try:
            return int(all(told == "ok" for told in self.readiness().values()))
        except ReferenceError:  # the gauge outlives the container where a process has had several
            return 0

    def _database(self) -> str:
        """Its last word, at most some seconds old; who asks never waits long for it."""
        stale = time.monotonic() - self._asked_at > DATABASE_EVERY_SECONDS
        if stale and self._asking is None:
            self._asking = eventlet.spawn(self._ask_database)
        if self._asking is not None:
            with eventlet.Timeout(DATABASE_WAIT_SECONDS, exception=False):
                return str(self._asking.wait())
            return "does not answer"
        return self._database_says

    def _ask_database(self) -> str:
        database = self.resources.database
        try:
            check_version(database.engine, database.service)
            self._database_says = "ok"
        except OutOfDate as error:
            self._database_says = str(error)
        except SQLAlchemyError as error:
            self._database_says = reason(error)
        connected = metrics.database_connected.labels(service=database.service)
        connected.set(self._database_says == "ok")
        self._asked_at = time.monotonic()
        self._asking = None
        return self._database_says

    def _consumers(self) -> list[Any]:
        """Of the services' own virtual host, and of the hubs' if it has to do with them."""
        shared = self.container.shared_extensions.values()
        return [
            one for one in shared if isinstance(one, QueueConsumer) and getattr(one, "on", True)
        ]

    def _consumers_live(self) -> bool:
        threads = [getattr(consumer, "_gt", None) for consumer in self._consumers()]
        return not any(thread is not None and thread.dead for thread in threads)


class Server:
    """The HTTP side, for all services of the process that have joined."""

    def __init__(self, port: int) -> None:
        self.joined: list[Health] = []
        self._socket = listen("HEALTH_PORT", port)
        self._thread = eventlet.spawn(
            wsgi.server, self._socket, self.answer, log_output=False, keepalive=False
        )

    def answer(self, environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application."""
        path = environ["PATH_INFO"]
        if path == "/metrics":
            respond("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/health/live":
            return self._checks(respond, Health.live)
        if path == "/health/ready":
            return self._checks(respond, Health.readiness)
        respond("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/health/live, /health/ready or /metrics\n"]

    def close(self) -> None:
        """Listen no more."""
        self._thread.kill()
        self._socket.close()

    def _checks(
        self, respond: Callable[..., Any], check: Callable[[Health], dict[str, str]]
    ) -> Iterable[bytes]:
        told = {health.container.service_name: check(health) for health in self.joined}
        well = all(word == "ok" for checks in told.values() for word in checks.values())
        status = "200 OK" if well else "503 Service Unavailable"
        respond(status, [("Content-Type", "application/json")])
        return [json.dumps({"ok": well, "services": told}).encode()]


_servers: dict[int, Server] = {}


def _join(port: int, health: Health) -> None:
    if port not in _servers:
        _servers[port] = Server(port)
    _servers[port].joined.append(health)


def _leave(port: int, health: Health) -> None:
    server = _servers.get(port)
    if server is None or health not in server.joined:
        return
    server.joined.remove(health)
    if not server.joined:
        _servers.pop(port).close()
