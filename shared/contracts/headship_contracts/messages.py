"""The two kinds of message: an `Event` states a fact, a `Request` asks one service something.

Classes register themselves under their wire name when their module is imported, so that the bus
can find the shape of what arrives and the catalogue can list all that exist.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, get_args
from uuid import UUID

from headship_contracts.shape import Shape, number, shape

EVENTS: dict[tuple[str, str], "type[Event]"] = {}
"""(source, name) → the event's class."""

REQUESTS: dict[tuple[str, str], "type[Request[Any]]"] = {}
"""(service, method) → the request's class."""


def wire_name(class_name: str) -> str:
    """`ApplicationAccepted` travels as `application_accepted`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


@dataclass(frozen=True)
class EventWire:
    """How a class of events is known on the bus."""

    source: str
    name: str
    version: int
    heard_by: tuple[str, ...]


@dataclass(frozen=True)
class RequestWire:
    """How a class of requests is known on the bus."""

    service: str
    method: str
    reply: type[Shape]
    writes: bool
    for_hubs: bool = False


@shape
class Event(Shape):
    """A fact, in the past tense, from the service that owns it.

    `revision` belongs to the record that the fact is about (the id named first): the UTC
    microsecond of its change, always growing. Events may arrive in any order and twice; a handler
    keeps what it is told only if the revision is newer than what it has. An event carries no name,
    address, TRN or free text about a person.

    `heard_by` lists the services that handle it; the event catalogue checks it against the code.
    """

    wire: ClassVar[EventWire]

    revision: int

    def __init_subclass__(
        cls, *, source: str | None = None, heard_by: tuple[str, ...] = (), version: int = 1
    ) -> None:
        """With no `source` the class is a common base of events, and does not travel itself."""
        super().__init_subclass__()
        if source is None:
            return
        cls.wire = EventWire(source, wire_name(cls.__name__), version, heard_by)
        EVENTS[source, cls.wire.name] = cls


@shape
class Envelope(Shape):
    """How an event travels: who says what, when, and because of what.

    `occurred_at` is domain time (simulated in a demo); `sent_at` is wall time, from which an
    event's age is measured. `correlation_id` is one story's id, 32 hex digits, usable as a W3C
    trace id; `causation_id` is the event or call that led to this one.
    """

    event_id: UUID
    source: str
    name: str
    version: int
    occurred_at: datetime
    sent_at: datetime
    correlation_id: str
    causation_id: str | None = None


ReplyT = TypeVar("ReplyT", bound=Shape)


@shape
class Request(Shape, Generic[ReplyT]):
    """A question or an order to one service, and the shape of its answer.

    `class AcceptApplication(Request[ApplicationRecord], to="enrolment", writes=True)` travels as
    the RPC `enrolment.accept_application`. One that `writes` takes an idempotency key beside it.
    One `for_hubs` comes from hubs' own systems, by their virtual host, and from nobody else.
    """

    wire: ClassVar[RequestWire]

    def __init_subclass__(
        cls, *, to: str | None = None, writes: bool = False, for_hubs: bool = False
    ) -> None:
        """With no `to` the class is a common base of requests, and does not travel itself."""
        super().__init_subclass__()
        if to is None:
            return
        replies = [get_args(base) for base in getattr(cls, "__orig_bases__", ())]
        reply = next(arguments[0] for arguments in replies if arguments)
        cls.wire = RequestWire(to, wire_name(cls.__name__), reply, writes, for_hubs)
        REQUESTS[to, cls.wire.method] = cls


@shape
class ListRequest(Request[ReplyT], Generic[ReplyT]):
    """A request for a list, a page at a time; `cursor` is what the page before gave, opaque."""

    cursor: str | None = None
    limit: int = number(least=1, most=500, default=100)


@shape
class Page(Shape):
    """Base of a page of a list: subclasses add `items`. No `next_cursor`: this was the last."""

    next_cursor: str | None = None


@shape
class Done(Shape):
    """The answer of an order that has nothing else to say."""

    done: bool = True
