"""What the broker must have for the services to talk: generated from their code, as plain data.

    <source>.events (topic) ──event's name──▶ <service>.<queue>        one per handler
    <service>.retry (direct) ─queue's full name─▶ <service>.<queue>    back from a pause or a replay
    <service>.delay.<ms> (fanout) ──▶ <service>.delay.<ms>             then to <service>.retry
    <service>.retry (direct) ──<service>.dead──▶ <service>.dead        the dead letters
    nameko-rpc (topic) ──<service>.*──▶ rpc-<service>                  calls

and, in the hubs' own virtual host,

    hub (topic) ──<service>.<method>──▶ hub-<service>                  hubs' calls

Nothing uses the default exchange, but replies to hubs. `kit.transport.declare` makes a broker have
it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from kit.bus.handler import handlers_of
from kit.bus.retry import RetryPolicy
from kit.calls import ATTRIBUTE

DELIVERY_LIMIT: Final = 20
"""Deliveries of one message after which the broker itself parks it: its handler kills processes."""

KEPT_FOR_EVER: Final = 1_000_000
"""Delivery limit of dead letters: reading them counts as a delivery, and must not lose them."""

HUB_EXCHANGE: Final = "hub"

_HUB_ARGUMENTS: Final = {
    "x-message-ttl": 30_000,  # milliseconds: nobody waits longer for an answer
    "x-max-length-bytes": 64 * 1_048_576,
    "x-overflow": "reject-publish",
}

HUB_POLICY: Final = "hubs"
HUB_QUEUES: Final = "^hub-"

HUB_LIMITS: Final = {"max-length": 500, "max-length-bytes": 8 * 1_048_576}
"""A policy on these queues, and not arguments, which a queue that is there cannot change. What
nobody may ask (it names no caller, or is too large) the service throws away, but one hub sends such
messages faster than that. The broker refuses what comes while so many wait, whoever's it is: a hub
asks again, and what was taken waits a moment and not half a minute."""

ThingT = TypeVar("ThingT")

_NEVER_LOSE: Final = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


@dataclass(frozen=True)
class Exchange:
    """A durable exchange."""

    name: str
    type: str


@dataclass(frozen=True)
class Queue:
    """A durable queue and its arguments."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Binding:
    """What arrives at the exchange under this key goes to the queue."""

    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True)
class Topology:
    """All that one or more services need, each thing once."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


def event_exchange(service: str) -> str:
    """Where a service's events go; nameko's own name for it."""
    return f"{service}.events"


def retry_exchange(service: str) -> str:
    return f"{service}.retry"


def dead_queue(service: str) -> str:
    return f"{service}.dead"


def delay_queue(service: str, milliseconds: int) -> str:
    """Also the name of the exchange before it."""
    return f"{service}.delay.{milliseconds}"


def topology_of(services: Iterable[type], policy: RetryPolicy) -> Topology:
    """What these service classes need. Raises ValueError when two handlers share a queue."""
    parts = [_of_one(service, policy) for service in services]
    return Topology(
        exchanges=_each_once(e for part in parts for e in part.exchanges),
        queues=tuple(q for part in parts for q in part.queues),
        bindings=_each_once(b for part in parts for b in part.bindings),
    )


def hub_queue(service: str) -> str:
    return f"hub-{service}"


def hub_topology_of(services: Iterable[type]) -> Topology:
    """What these service classes need in the hubs' virtual host. What no service answers has no
    binding, so that the broker gives it back to whoever sent it."""
    methods = {service.name: hub_methods_of(service) for service in services}  # type: ignore[attr-defined]
    return Topology(
        exchanges=(Exchange(HUB_EXCHANGE, "topic"),),
        queues=tuple(Queue(hub_queue(service), _HUB_ARGUMENTS) for service in methods),
        bindings=tuple(
            Binding(HUB_EXCHANGE, hub_queue(service), f"{service}.{method}")
            for service, names in methods.items()
            for method in names
        ),
    )


def hub_methods_of(service_class: type) -> list[str]:
    """The methods of a service that hubs may call."""
    served = (getattr(getattr(service_class, name), ATTRIBUTE, None) for name in dir(service_class))
    return [each.method for each in served if each is not None and each.request.wire.for_hubs]


def _of_one(service_class: type, policy: RetryPolicy) -> Topology:
    service: str = service_class.name  # type: ignore[attr-defined]
    retry, dead = retry_exchange(service), dead_queue(service)
    exchanges = [
        Exchange(event_exchange(service), "topic"),
        Exchange(retry, "direct"),
        Exchange("nameko-rpc", "topic"),
    ]
    queues = [
        Queue(f"rpc-{service}"),
        Queue(dead, {"x-queue-type": "quorum", "x-delivery-limit": KEPT_FOR_EVER}),
    ]
    bindings = [Binding("nameko-rpc", f"rpc-{service}", f"{service}.*"), Binding(retry, dead, dead)]
    for handler in handlers_of(service_class):
        queue = handler.full_name(service)
        queues.append(Queue(queue, _handler_arguments(service)))
        bindings.append(Binding(retry, queue, queue))
        for event in handler.events:
            exchanges.append(Exchange(event_exchange(event.wire.source), "topic"))
            bindings.append(Binding(event_exchange(event.wire.source), queue, event.wire.name))
    for delay in policy.delays:
        name = delay_queue(service, delay)
        exchanges.append(Exchange(name, "fanout"))
        queues.append(Queue(name, _delay_arguments(service, delay)))
        bindings.append(Binding(name, name, ""))
    return Topology(tuple(exchanges), tuple(queues), tuple(bindings))


def _handler_arguments(service: str) -> dict[str, Any]:
    return _NEVER_LOSE | {
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": retry_exchange(service),
        "x-dead-letter-routing-key": dead_queue(service),
    }


def _delay_arguments(service: str, milliseconds: int) -> dict[str, Any]:
    """No dead-letter routing key: the message keeps its own, its handler's queue."""
    return _NEVER_LOSE | {
        "x-message-ttl": milliseconds,
        "x-dead-letter-exchange": retry_exchange(service),
    }


def _each_once(things: Iterable[ThingT]) -> tuple[ThingT, ...]:
    return tuple(dict.fromkeys(things))
