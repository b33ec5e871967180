"""What a broker must have, as RabbitMQ's file of definitions: for its first start, or to compare.

RabbitMQ drops in silence what follows a definition that it does not like: tests/security boots a
broker with these and holds what it then has against them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cli.services import SERVICES, service_classes
from cli.stack.ours import MARK
from cli.stack.prepare import whole_topology
from cli.stack.provision import hubs_place
from kit.rights import (
    Rights,
    hub_rights_of,
    hub_rights_to_declare,
    rights_of,
    rights_to_declare,
)
from kit.topology import HUB_LIMITS, HUB_POLICY, HUB_QUEUES, Topology, hub_topology_of

VHOST: Final = "headship"
DECLARES: Final = "topology"
"""The user as which `headship topology` makes exchanges, queues and bindings."""


@dataclass(frozen=True)
class Place:
    """One virtual host, what is in it, and what each user may do there."""

    vhost: str
    topology: Topology
    rights: Mapping[str, Rights]


def places() -> list[Place]:
    """Where the services talk with each other, and where hubs ask them."""
    classes = service_classes()
    inside = {one.name: rights_of(one) for one in classes}
    with_hubs = {service: hub_rights_of(service) for service in SERVICES}
    return [
        Place(VHOST, whole_topology(), inside | {DECLARES: rights_to_declare(SERVICES)}),
        Place(
            hubs_place(VHOST),
            hub_topology_of(classes),
            with_hubs | {DECLARES: hub_rights_to_declare(SERVICES)},
        ),
    ]


def definitions() -> dict[str, Any]:
    """Virtual hosts, users, rights, exchanges, queues and bindings, generated from the code.

    Users have no password, so nobody can log in as one until it is given: `rabbitmqctl
    change_password`. Hubs' users are not among them: `headship hub add`.
    """
    found: dict[str, Any] = {
        "vhosts": [],
        "users": [_user(name) for name in (*SERVICES, DECLARES)],
        "permissions": [],
        "topic_permissions": [],
        "exchanges": [],
        "queues": [],
        "bindings": [],
        "policies": [
            {
                "vhost": hubs_place(VHOST),
                "name": HUB_POLICY,
                "pattern": HUB_QUEUES,
                "apply-to": "queues",
                "definition": dict(HUB_LIMITS),
                "priority": 0,
            }
        ],
    }
    for place in places():
        found["vhosts"].append({"name": place.vhost})
        for user, rights in place.rights.items():
            whose = {"user": user, "vhost": place.vhost}
            found["permissions"].append(whose | rights.patterns)
            found["topic_permissions"] += [
                whose | {"exchange": exchange, "write": keys.write, "read": keys.read}
                for exchange, keys in rights.topics.items()
            ]
        for kind, things in _of(place).items():
            found[kind] += things
    return found


def _user(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": "",  # nosec B105 # none: nobody can log in
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [MARK],
        "limits": {},
    }


def _of(place: Place) -> dict[str, list[dict[str, Any]]]:
    lasting = {"vhost": place.vhost, "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": one.name, "type": one.type, "internal": False, "arguments": {}, **lasting}
            for one in place.topology.exchanges
        ],
        "queues": [
            {"name": one.name, "arguments": dict(one.arguments), **lasting}
            for one in place.topology.queues
        ],
        "bindings": [
            {
                "source": one.exchange,
                "vhost": place.vhost,
                "destination": one.queue,
                "destination_type": "queue",
                "routing_key": one.routing_key,
                "arguments": {},
            }
            for one in place.topology.bindings
        ],
    }
