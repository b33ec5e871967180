"""Which events a service handles, with which method, from which queue."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from headship_contracts.messages import Event

ATTRIBUTE: Final = "headship_handler"
"""Where `@handles` leaves the handler on the method that it decorates."""


@dataclass(frozen=True)
class Handler:
    """`function(service, tx, event)` handles `events`; `queue` is the stable name from the code.

    `ahead(tx, events)`, if there is one, comes before the events of a transaction.
    """

    queue: str
    events: tuple[type[Event], ...]
    function: Callable[..., Any]
    ahead: Callable[[Any, Sequence[Any]], None] | None = None

    def __post_init__(self) -> None:
        if not self.queue.replace("_", "").isalnum() or self.queue != self.queue.lower():
            raise ValueError(f"queue={self.queue!r}: use small letters, digits and underscores")
        if not self.events:
            raise ValueError(f"@handles(queue={self.queue!r}) names no event")
        for event in self.events:
            if not (isinstance(event, type) and issubclass(event, Event) and _travels(event)):
                raise ValueError(f"@handles({event!r}): that is no class of events that travel")

    def full_name(self, service: str) -> str:
        """The queue as the broker knows it."""
        return f"{service}.{self.queue}"

    @property
    def entrypoint(self) -> str:
        return self.function.__name__


def handlers_of(service_class: type) -> list[Handler]:
    """All handlers of a service, by queue. Raises ValueError when two share a queue."""
    found = sorted(_handlers(service_class), key=lambda handler: handler.queue)
    for one, other in pairwise(found):
        if one.queue == other.queue:
            raise ValueError(
                f"{service_class.__name__}: {one.entrypoint} and {other.entrypoint} "
                f"share queue={one.queue!r}; each handler needs its own"
            )
    return found


def _handlers(service_class: type) -> Iterator[Handler]:
    for name in dir(service_class):
        handler = getattr(getattr(service_class, name), ATTRIBUTE, None)
        if isinstance(handler, Handler):
            yield handler


def _travels(event: type[Event]) -> bool:
    return getattr(event, "wire", None) is not None
