"""What all entrypoints of a service share: its settings and its database, made once per container.

Whoever needs them declares `resources = Resources()` on its extension and reads
`self.resources.settings` and `self.resources.database`; both are there from the binding on.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension

from kit import jobs, links, tls
from kit.config import DEVELOPMENT, KitSettings, SettingsError, load
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.tls import TlsSettings
from kit.transport.guest import settle_in
from kit.transport.refusals import tell_without_stack

SOURCES: Final = "headship.settings"
"""Key in nameko's config under which an embedding program gives the only sources of settings."""

SPARE_CONNECTIONS: Final = 6
"""Database connections beside one per worker: relay, timers, health, groups of events."""


SIMULATED: Final = "HEADSHIP_CLOCK: it may be simulated only with HEADSHIP_ENV=development"


class Resources(SharedExtension):
    """Settings and database of one service. `draining` once it has been asked to stop."""

    settings: KitSettings
    database: ServiceDatabase
    draining = False

    def bind(self, container: Any) -> Any:
        known = container.shared_extensions.get(self.sharing_key)
        if known is not None:
            return known
        bound = super().bind(container)
        if SOURCES not in container.config:
            tell_without_stack()
        sources = sources_of(container.config)
        check_settings(container.service_cls, *sources)
        bound.settings = load(KitSettings, *sources)
        if SOURCES not in container.config:
            settle_in(container, bound.settings)
        tls.use(load(TlsSettings, *sources))
        links.use(bound.settings.link_secrets)
        jobs.allow(bound.settings.jobs_at_once)
        # `nameko run` has its own names and defaults for these two, and reads them in places
        container.config[AMQP_URI_CONFIG_KEY] = bound.settings.amqp_uri
        container.config.setdefault(AMQP_SSL_CONFIG_KEY, tls.for_broker(bound.settings.amqp_uri))
        container.max_workers = bound.settings.max_workers
        engine = open_engine(
            bound.settings.database_url, pool_size=container.max_workers + SPARE_CONNECTIONS
        )
        bound.database = ServiceDatabase(engine, container.service_name)
        return bound

    def close(self) -> None:
        """Let go of the database; for whoever owns the container, once that has stopped."""
        self.database.leases.close()
        self.database.engine.dispose()


def sources_of(config: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Where settings are looked for: the environment, then what `nameko run --config` read."""
    given = config.get(SOURCES)
    return (given,) if given is not None else (os.environ, config)


def check_settings(service_class: type, *sources: Mapping[str, Any]) -> None:
    """Raises SettingsError with the problems of the kit's and all the service's own settings."""
    wanted: list[type[Any]] = [KitSettings, *settings_of(service_class)]
    problems: dict[str, None] = {}
    for kind in wanted:
        try:
            found = load(kind, *sources)
        except SettingsError as error:
            problems |= dict.fromkeys(error.problems)
        else:
            if isinstance(found, TlsSettings):
                problems |= dict.fromkeys(tls.problems_of(found))
            simulates = getattr(found, "headship_clock", "wall") != "wall"
            if simulates and found.headship_env != DEVELOPMENT:
                problems[SIMULATED] = None
    if problems:
        raise SettingsError(list(problems))


def settings_of(service_class: type) -> list[type[Any]]:
    """The settings classes that a service reads beside KitSettings."""
    members = (getattr(service_class, name) for name in dir(service_class))
    own = [member.settings_class for member in members if hasattr(member, "settings_class")]
    return [TlsSettings, *own]
