"""The catalogue of events, written from the code: who tells what, who reacts, and its fields."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

import headship_contracts.catalogue  # noqa: F401 - importing it registers every event
from headship_contracts.messages import EVENTS, Event
from headship_contracts.shape import Shape
from kit.bus.handler import handlers_of

_INTRODUCTION = """\
# Events

Written from the code by `make events`; `make test` fails when it is not up to date.

Each event is a fact, told by the service that owns it, on the topic exchange `<service>.events`
under its name. It travels as JSON: the envelope's fields (`event_id`, `source`, `name`, `version`,
`occurred_at`, `sent_at`, `correlation_id`, `causation_id`) and the fields below as `body`. An event
may arrive twice and in any order: a reader keeps a body only if its `revision` is newer than what
it has. Unknown fields are to be ignored.
"""


@dataclasses.dataclass(frozen=True)
class Reader:
    """One handler: `queue` is its full name on the broker, `method` where its code is."""

    service: str
    queue: str
    method: str


def catalogue(services: Iterable[Any]) -> str:
    """docs/events.md for these service classes."""
    readers = readers_of(services)
    events = ours()
    parts = [_INTRODUCTION, *_overview(events, readers)]
    for event in events:
        parts += _section(event, readers.get(event, []))
    return "\n".join(parts) + "\n"


def ours() -> list[type[Event]]:
    """All events of the contracts, by source and name; a test's own are none of them."""
    found = [e for e in EVENTS.values() if e.__module__.startswith("headship_contracts.")]
    return sorted(found, key=lambda event: (event.wire.source, event.wire.name))


def readers_of(services: Iterable[Any]) -> dict[type[Event], list[Reader]]:
    """Who handles each event."""
    readers: dict[type[Event], list[Reader]] = {}
    for service in services:
        for handler in handlers_of(service):
            reader = Reader(service.name, handler.full_name(service.name), handler.entrypoint)
            for event in handler.events:
                readers.setdefault(event, []).append(reader)
    return readers


def _overview(
    events: Iterable[type[Event]], readers: dict[type[Event], list[Reader]]
) -> Iterator[str]:
    yield "| event | told by | handled by |"
    yield "|---|---|---|"
    for event in events:
        name, anchor = event.wire.name, f"{event.wire.source}{event.wire.name}"
        heard = ", ".join(sorted({reader.service for reader in readers.get(event, [])})) or "–"
        yield f"| [{name}](#{anchor}) | {event.wire.source} | {heard} |"
    yield ""


def _section(event: type[Event], readers: list[Reader]) -> Iterator[str]:
    yield f"## {event.wire.source}.{event.wire.name}"
    yield ""
    yield inspect.getdoc(event) or ""
    yield ""
    yield f"Version {event.wire.version}, told by {event.wire.source}."
    for reader in sorted(readers, key=lambda reader: reader.queue):
        yield f"- {reader.service}: `{reader.method}`, from the queue `{reader.queue}`"
    yield ""
    yield "| field | type | |"
    yield "|---|---|---|"
    for member, hint in _fields(event):
        yield f"| {member.name} | {type_name(hint)} | {_presence(member)} |"
    yield ""


def _fields(shape: type[Shape]) -> Iterator[tuple["dataclasses.Field[Any]", Any]]:
    """The fields with their types; the record's own first, what every event has last."""
    hints = typing.get_type_hints(shape)
    members = [member for member in dataclasses.fields(shape) if member.init]
    members.sort(key=lambda member: member.name == "revision")
    for member in members:
        yield member, hints[member.name]


def _presence(member: "dataclasses.Field[Any]") -> str:
    if member.default_factory is not dataclasses.MISSING:
        return "may be missing"
    if member.default is dataclasses.MISSING:
        return "always"
    return "may be missing" if member.default is None else f"if missing: {member.default}"


def type_name(hint: Any) -> str:
    """A type as a reader of JSON would say it."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [type_name(a) for a in arguments if a is not type(None)]
        return f"{' or '.join(inner)}, or null"
    if typing.get_origin(hint) is list:
        return f"list of {type_name(arguments[0])}"
    if isinstance(hint, type) and issubclass(hint, Shape):
        inside = "; ".join(f"{member.name}: {type_name(h)}" for member, h in _fields(hint))
        return f"{{{inside}}}"
    return str(getattr(hint, "__name__", hint))
