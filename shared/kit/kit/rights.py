"""What a service may do on the broker: what its code declares, and no more. As plain data.

RabbitMQ asks three patterns of each user: what it may make (configure), send to (write) and take
from (read); and at a topic exchange, under which keys it may send (write) and bind (read).

A service makes its own queues for replies, and nothing else: another user makes the topology. It
sends to its own exchanges; of the exchange of calls, which is everybody's, it may use the keys of
replies and of the questions that it declares by `Ask(…)`, so that it can neither call what it does
not ask nor have others' calls delivered to itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kit.bus.handler import handlers_of
from kit.topology import HUB_EXCHANGE, event_exchange, hub_queue, retry_exchange

CALLS: Final = "nameko-rpc"
NOTHING: Final = "^$"

_REPLIES: Final = (r"[^.]*", r"amq\..*")
"""Keys of replies: a caller's own name, which has no dot, or a queue that the broker has named."""

_OWN_REPLIES: Final = "[0-9a-f]+"


@dataclass(frozen=True)
class Keys:
    """Routing keys of one topic exchange, as patterns."""

    write: str
    read: str


@dataclass(frozen=True)
class Rights:
    """A user's in one virtual host, as RabbitMQ's patterns; `topics` by exchange."""

    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    topics: Mapping[str, Keys] = field(default_factory=dict)

    @property
    def patterns(self) -> dict[str, str]:
        """The three patterns, as the broker's management API names them."""
        return {"configure": self.configure, "write": self.write, "read": self.read}


def rights_of(service_class: Any) -> Rights:
    """What this service may do as the broker's user of its name."""
    service: str = service_class.name
    replies = rf"rpc\.reply-{service}-[0-9a-f]+"
    own = (event_exchange(service), retry_exchange(service))
    queues = [handler.full_name(service) for handler in handlers_of(service_class)]
    questions = sorted(
        f"{asked.wire.service}.{asked.wire.method}" for asked in asks_of(service_class)
    )
    return Rights(
        configure=_any_of([replies]),
        write=_any_of([*_plain(own), rf"{service}\.delay\.[0-9]+", CALLS, replies]),
        read=_any_of([*_plain([*queues, f"rpc-{service}"]), CALLS, replies]),
        topics={
            CALLS: Keys(
                write=_any_of([*_plain(questions), *_REPLIES]), read=_any_of([_OWN_REPLIES])
            )
        },
    )


def hub_rights_of(service: str) -> Rights:
    """What a service may do in the hubs' virtual host: take its calls, and reply to them by the
    default exchange, which reaches any queue there and none elsewhere."""
    return Rights(write=r"^amq\.default$", read=_any_of(_plain([hub_queue(service)])))


def rights_to_declare(services: Iterable[str]) -> Rights:
    """What it takes to make these services' exchanges, queues and bindings, and none of others'.

    A binding takes the right to write to its queue and to read from its exchange; a queue that
    sends on what it cannot keep, to read from it and to write to where that goes. Events cannot be
    told with it, nor calls made.
    """
    names = "|".join(services)
    return Rights(
        configure=rf"^(({names})\.[a-z0-9_.]+|rpc-({names})|{CALLS})$",
        write=rf"^(({names})\.(?!events$)[a-z0-9_.]+|rpc-({names}))$",
        read=rf"^(({names})\.[a-z0-9_.]+|rpc-({names})|{CALLS})$",  # rpc-…: a restore empties it
    )


def hub_rights_to_declare(services: Iterable[str]) -> Rights:
    """The same in the hubs' virtual host."""
    queues = [hub_queue(service) for service in services]
    return Rights(
        configure=_any_of(_plain([HUB_EXCHANGE, *queues])),
        write=_any_of(_plain(queues)),
        read=_any_of(_plain([HUB_EXCHANGE])),
    )


def asks_of(service_class: Any) -> list[Any]:
    """The requests to others that a service declares by `Ask(…)`."""
    members = (getattr(service_class, name) for name in dir(service_class))
    return [asked for member in members for asked in getattr(member, "asks", ())]


def _plain(names: Iterable[str]) -> list[str]:
    return [re.escape(name).replace(r"\-", "-") for name in names]


def _any_of(patterns: Iterable[str]) -> str:
    return f"^({'|'.join(patterns)})$"
