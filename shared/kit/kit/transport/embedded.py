"""Several services in one process, on a bus in memory and SQLite files: for trying out.

The same services and the same kit as in production; what goes with the process is kept in their
outboxes, and sent again at the next start.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import fcntl
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import uuid4

import eventlet
from nameko.containers import ServiceContainer
from nameko.utils.concurrency import SpawningProxy

from headship_contracts.messages import Request
from headship_contracts.shape import Shape
from kit.bus.republish import republish_unhandled
from kit.bus.retry import RetryPolicy
from kit.config import DEVELOPMENT, KitSettings
from kit.db import ServiceDatabase
from kit.db.migrate import migrate
from kit.log import hush
from kit.topology import topology_of
from kit.transport import memory
from kit.transport.declare import declare
from kit.transport.resources import SOURCES, Resources, check_settings
from kit.transport.rpc_client import SECONDS, RpcClient

OPERATOR: Final = "operator"
"""The bus's user for whoever asks from outside of the services."""

OURS: Final = ("AMQP_URI_FILE", "DATABASE_URL_FILE", "HUBS_AMQP_URI", "HUBS_AMQP_URI_FILE")
"""Settings that an environment may have for other ways to run, and that are not for this one: the
bus in memory knows no users, so no hub can be told from another."""

ReplyT = TypeVar("ReplyT", bound=Shape)

_log = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """Another process works in this directory."""


class Embedded:
    """Runs service classes in this process until the block ends.

    `directory` gets a SQLite file for each service. `settings` are the only source of settings,
    under their names as in the environment; ports are off unless given.
    """

    def __init__(
        self,
        services: Sequence[Any],
        directory: Path,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._services = list(services)
        self._directory = directory
        self._given = dict(settings or {})
        self._place = uuid4().hex
        self._containers: dict[str, Any] = {}
        self._afterwards = ExitStack()
        self._started = False
        self._died: BaseException | None = None

    @property
    def databases(self) -> dict[str, ServiceDatabase]:
        """Each service's database, by the service's name."""
        return {name: _resources(c).database for name, c in self._containers.items()}

    def start(self) -> None:
        """Migrate, declare, send again what the last bus held, and run.

        Raises AlreadyRunning, SettingsError, or what stops a service from starting.
        """
        hush()
        self._started, self._died = False, None
        with ExitStack() as undo:
            undo.enter_context(_alone_in(self._directory))
            self._containers = {one.name: self._container(one) for one in self._services}
            undo.callback(self._forget)
            _log.warning("embedded mode is for trying out", extra={"where": str(self._directory)})
            for name, database in self.databases.items():
                migrate(database.engine, name)
            declare(
                topology_of(self._services, RetryPolicy.of_seconds(self._settings().retry_delays)),
                self._address(OPERATOR),
            )
            again = republish_unhandled(
                self._services, {name: d.engine for name, d in self.databases.items()}
            )
            if again:
                _log.info("sent again what the last bus held", extra={"events": again})
            self.client = RpcClient(self._address(OPERATOR))
            undo.callback(self.client.close)  # last, so that who is being answered is answered
            undo.callback(self._stop_containers)
            SpawningProxy(self._containers.values()).start()
            self._started = True
            for container in self._containers.values():
                eventlet.spawn(self._watch, container)
            self._afterwards = undo.pop_all()

    def stop(self) -> None:
        """Finish what is in flight, send what was told, and end; twice does no harm."""
        self._afterwards.close()

    def ask(
        self,
        request: Request[ReplyT],
        *,
        seconds: float = SECONDS,
        idempotency_key: str | None = None,
    ) -> ReplyT:
        """Ask a service as an operator. Raises its ServiceError."""
        if self._died is not None:
            raise RuntimeError("a service has died") from self._died
        return self.client.call(request, seconds=seconds, idempotency_key=idempotency_key)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        self.stop()

    def _container(self, service: Any) -> Any:
        settings = {
            "HEALTH_PORT": 0,
            "HTTP_PORT": 0,
            **{name: value for name, value in self._given.items() if name not in OURS},
            "HEADSHIP_ENV": DEVELOPMENT,
            "AMQP_URI": self._address(service.name),
            "DATABASE_URL": f"sqlite:///{self._directory / service.name}.sqlite",
        }
        check_settings(service, settings)
        return ServiceContainer(service, {SOURCES: settings, "AMQP_URI": settings["AMQP_URI"]})

    def _address(self, user: str) -> str:
        return f"embedded://{user}@{self._place}/"

    def _settings(self) -> KitSettings:
        """The kit's own settings, which all services here share."""
        return _resources(next(iter(self._containers.values()))).settings

    def _watch(self, container: Any) -> None:
        try:
            container.wait()
        except Exception as error:
            self._died = error
            _log.critical(
                "a service died", exc_info=error, extra={"service": container.service_name}
            )

    def _stop_containers(self) -> None:
        containers = SpawningProxy(self._containers.values())
        for container in self._containers.values():
            _resources(container).draining = True
        if self._started:
            with eventlet.Timeout(self._settings().drain_seconds, exception=False):
                containers.stop()
                return
            _log.error("did not stop in time, and is ended")
        containers.kill()

    def _forget(self) -> None:
        for container in self._containers.values():
            _resources(container).close()
        self._containers.clear()
        memory.close(self._place)


def _resources(container: Any) -> Resources:
    resources: Resources = container.shared_extensions[Resources]
    return resources


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """The directory, made if need be, for one process at a time. Raises AlreadyRunning."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"embedded services are running in {directory}") from error
        yield
