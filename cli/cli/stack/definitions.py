"""What a broker must have, as RabbitMQ's file of definitions: for its first start, or to compare.

RabbitMQ drops in silence what follows a definition that it does not like: tests/ops boots a broker
with these and holds what it then has against them.
"""

from collections.abc import Mapping
from typing import Any, Final

from cli.services import SERVICES, service_classes
from cli.stack.ours import MARK
from cli.stack.prepare import TopologySettings
from kit.bus.retry import RetryPolicy
from kit.config import load
from kit.rights import Rights, rights_of, rights_to_declare
from kit.topology import Topology, topology_of

VHOST: Final = "headship"
DECLARES: Final = "topology"
"""The user as which `headship topology` makes exchanges, queues and bindings."""


def definitions() -> dict[str, Any]:
    """Virtual host, users, rights, exchanges, queues and bindings, generated from the code.

    Users have no password, so nobody can log in as one until it is given: `rabbitmqctl
    change_password`.
    """
    topology = topology_of(service_classes(), _policy())
    rights = rights_by_user()
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name) for name in rights],
        "permissions": [
            {"user": user, "vhost": VHOST, **one.patterns} for user, one in rights.items()
        ],
        "topic_permissions": [
            {
                "user": user,
                "vhost": VHOST,
                "exchange": exchange,
                "write": keys.write,
                "read": keys.read,
            }
            for user, one in rights.items()
            for exchange, keys in one.topics.items()
        ],
        **_of(topology),
    }


def rights_by_user() -> Mapping[str, Rights]:
    """What each user of the platform's own may do in its virtual host."""
    return {
        **{service.name: rights_of(service) for service in service_classes()},
        DECLARES: rights_to_declare(SERVICES),
    }


def _user(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": "",  # nosec B105 # none: nobody can log in
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [MARK],
        "limits": {},
    }


def _of(topology: Topology) -> dict[str, Any]:
    lasting = {"vhost": VHOST, "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": one.name, "type": one.type, "internal": False, "arguments": {}, **lasting}
            for one in topology.exchanges
        ],
        "queues": [
            {"name": one.name, "arguments": dict(one.arguments), **lasting}
            for one in topology.queues
        ],
        "bindings": [
            {
                "source": one.exchange,
                "vhost": VHOST,
                "destination": one.queue,
                "destination_type": "queue",
                "routing_key": one.routing_key,
                "arguments": {},
            }
            for one in topology.bindings
        ],
    }


def _policy() -> RetryPolicy:
    return RetryPolicy.of_seconds(load(TopologySettings).retry_delays)
