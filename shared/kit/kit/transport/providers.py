"""What a service declares as its attributes: `Database()`, `Config(Settings)`, `Ask(…)`."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from nameko.extensions import DependencyProvider
from sqlalchemy.exc import OperationalError

from headship_contracts.messages import Request
from headship_contracts.shape import Shape
from kit import metrics
from kit.config import load
from kit.db.version import check_version
from kit.transport.health import Health
from kit.transport.relaying import Relaying
from kit.transport.resources import Resources, sources_of
from kit.transport.rpc_client import RpcClient

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to reach a database that is away at the start; the last one repeats."""

ReplyT = TypeVar("ReplyT", bound=Shape)

log = logging.getLogger(__name__)


class Database(DependencyProvider):
    """The service's own database. Brings what every service has: relay, health, metrics.

    The service does not start on a database that is not at the version of its code.
    """

    resources = Resources()
    health = Health()
    relaying = Relaying()

    def setup(self) -> None:
        database = self.resources.database
        pauses = list(PAUSES)
        while True:
            try:
                check_version(database.engine, database.service)
                return
            except OperationalError as error:
                told = (str(error.orig).splitlines() or ["no reason given"])[0]
                log.warning("the database is away", extra={"reason": told})
                time.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.resources.database


class Config(DependencyProvider):
    """The service's settings, as a frozen dataclass of their own.

    `use` is given them once, at the start, for what needs them and is no entrypoint.
    """

    def __init__(self, settings_class: type[Any], use: Callable[[Any], None] | None = None) -> None:
        self.settings_class = settings_class
        self.use = use or (lambda _: None)

    def setup(self) -> None:
        self._settings = load(self.settings_class, *sources_of(self.container.config))
        self.use(self._settings)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._settings


class Ask(DependencyProvider):
    """RPC to other services: `ask = Ask(People)`, then `self.ask(People(ids=[…]), seconds=5)`.

    `asks` are the requests that the service makes: missed deadlines of them count from zero, and
    the broker lets it ask nothing else (`kit.rights`).
    """

    resources = Resources()

    def __init__(self, *asks: type[Request[Any]]) -> None:
        self.asks = asks

    def setup(self) -> None:
        for wire in (request.wire for request in self.asks):
            asked = {"asked": wire.service, "method": wire.method}
            own = {"service": self.container.service_name}
            metrics.touch(metrics.deadlines_missed, {**own, **asked})
        self._client = RpcClient(
            self.resources.settings.amqp_uri, asks_as=self.container.service_name
        )

    def stop(self) -> None:
        self._client.close()

    def kill(self) -> None:
        self._client.close()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._ask

    def _ask(self, request: Request[ReplyT], **how: Any) -> ReplyT:
        if not isinstance(request, self.asks):  # the broker would cut the whole line off for it
            raise TypeError(
                f"{self.container.service_name} does not declare Ask({request.wire.method})"
            )
        return self._client.call(request, **how)
