"""What a hub is on the broker: a user that may ask what is for hubs, and nothing else.

A hub has one user, and two while it changes from one credential to the next. All are named by the
id of its delivery partner, which is all that the services go by.
"""

import re
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.backing.management import Management, ManagementError
from cli.errors import CommandError
from headship_contracts.messages import REQUESTS
from kit.identity import hub_behind, hub_user

EXCHANGE: Final = "hub"

CONNECTIONS: Final = 20
"""One hub's, open at the same time."""

CHANNELS: Final = 100

RIGHTS: Final = {"configure": "^$", "write": f"^{re.escape(EXCHANGE)}$", "read": "^$"}
"""In the hubs' virtual host: it may publish to the one exchange."""

LATE_SECONDS: Final = 7.0
"""So much behind may the broker's list of connections be (its statistics come every 5 s)."""


@dataclass(frozen=True)
class HubUser:
    """One credential of a hub."""

    hub: UUID
    credential: int
    suspended: bool
    current: bool
    """Whether it may ask all that this version answers, and no more."""

    @property
    def name(self) -> str:
        return hub_user(self.hub, self.credential)


def routing_keys() -> str:
    """The pattern of all that hubs may ask, from the contracts."""
    methods: dict[str, list[str]] = defaultdict(list)
    for (service, method), request in REQUESTS.items():
        if request.wire.for_hubs:
            methods[service].append(method)
    open_ones = [rf"{service}\.({'|'.join(sorted(methods[service]))})" for service in methods]
    return f"^({'|'.join(sorted(open_ones))})$"


def _topics() -> dict[str, str]:
    """At that exchange: what is for hubs."""
    return {"exchange": EXCHANGE, "write": routing_keys(), "read": "^$"}


def _has(told: Mapping[str, str] | None, rights: Mapping[str, str]) -> bool:
    return told is not None and rights.items() <= told.items()


@dataclass(frozen=True)
class Access:
    """The hubs of one broker. `vhost` is theirs alone."""

    management: Management
    vhost: str

    def users(self) -> list[HubUser]:
        """All hubs' credentials, by hub, the oldest first."""
        permitted = self.management.permissions(self.vhost)
        topics = self.management.topic_permissions(self.vhost)
        found = []
        for name in self.management.users():
            hub = hub_behind(name)
            if hub is not None:
                current = _has(permitted.get(name), RIGHTS) and _has(topics.get(name), _topics())
                number = int(name.rpartition(".")[2])
                found.append(HubUser(hub, number, name not in permitted, current))
        return sorted(found, key=lambda user: (str(user.hub), user.credential))

    def users_of(self, hub: UUID) -> list[HubUser]:
        """One hub's. Raises CommandError where it has none."""
        found = [user for user in self.users() if user.hub == hub]
        if not found:
            raise CommandError(f"hub {hub} has no access: headship hub add")
        return found

    def add(self, hub: UUID, credential: int = 1) -> tuple[str, str]:
        """A user for the hub, and its password, which is kept nowhere. Raises CommandError where
        there is a user of that name."""
        name = hub_user(hub, credential)
        if name in self.management.users():
            raise CommandError(f"there is a user {name} already: headship hub rotate")
        password = secrets.token_urlsafe(32)
        try:
            self.management.create_user(name, password)
            self.management.limit(name, connections=CONNECTIONS, channels=CHANNELS)
            self.permit(name)
        except BaseException:
            self.take_back(name)
            raise
        return name, password

    def take_back(self, name: str) -> None:
        """Remove a user whose password nobody will ever have, as far as the broker can be asked."""
        with suppress(ManagementError):
            self.management.delete_user(name)

    def permit(self, name: str) -> None:
        """Let a hub's user ask what is for hubs: it may publish that, and do nothing else."""
        self.management.permit_topics(name, self.vhost, **_topics())
        self.management.permit(name, self.vhost, **RIGHTS)

    def forbid(self, names: Collection[str]) -> None:
        """Take their permissions away, and cut them off: an open channel would keep them."""
        for name in names:
            self.management.forbid(name, self.vhost)
        self.cut_off(names)

    def remove(self, name: str) -> None:
        """The broker cuts off whoever is connected as this user."""
        self.management.delete_user(name)

    def cut_off(self, names: Collection[str]) -> None:
        """Close their connections, those that the broker does not list yet as well."""
        end = time.monotonic() + LATE_SECONDS
        while True:
            for connection in self.management.connections(self.vhost):
                if connection.get("user") in names:
                    self.management.close_connection(connection["name"])
            if time.monotonic() >= end:
                return
            time.sleep(1)


def login(hubs_amqp_uri: str, name: str, password: str, host: str | None) -> str:
    """A hub's address. `host` and port are where hubs reach the broker, if not where we do."""
    parts = urlsplit(hubs_amqp_uri)
    reached = host or parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{name}:{password}@{reached}").geturl()
