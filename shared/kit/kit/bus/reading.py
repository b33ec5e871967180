"""From the bytes on the wire to an event, or to a reason why they are none."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from headship_contracts.errors import Invalid
from headship_contracts.messages import EVENTS, Envelope, Event
from kit.bus.handler import Handler
from kit.wire import NotJson, parse

MAX_BYTES = 1_310_720
"""Emitting stops at 1 MiB; what is a quarter longer than that is not ours."""


class Unreadable(Exception):
    """No event that this handler knows; the text names what is wrong and quotes no values."""


@dataclass(frozen=True)
class Arrived:
    """An event with its envelope."""

    envelope: Envelope
    event: Event


def read(handler: Handler, body: bytes, content_type: str | None = None) -> Arrived:
    """The event in a message's body. Raises Unreadable."""
    if len(body) > MAX_BYTES:
        # in KiB: a log leaves out numbers of as many digits as a person's may have
        told = f"{len(body) // 1024} KiB, at most {MAX_BYTES // 1024} are read"
        raise Unreadable(f"oversized: {told}")
    try:
        wire = parse(body, content_type)
    except NotJson as error:
        raise Unreadable(f"not JSON: {error}") from error
    if not isinstance(wire, Mapping):
        raise Unreadable(f"not an object but a {type(wire).__name__}")
    try:
        envelope = Envelope.load(wire)
    except Invalid as error:
        raise Unreadable(f"wrong envelope: {_problems(error)}") from error
    kind = _kind(handler, envelope)
    try:
        return Arrived(envelope, kind.load(wire.get("body")))
    except Invalid as error:
        raise Unreadable(f"wrong shape of {envelope.name}: {_problems(error)}") from error


def key(body: bytes) -> str:
    """What tells this message from others: its event id, or a digest where it has none."""
    try:
        return str(UUID(json.loads(body)["event_id"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return hashlib.sha256(body).hexdigest()


def sent_at(body: bytes) -> datetime | None:
    """When the event in this message was told, by the wall clock; None where it does not say."""
    try:
        told = datetime.fromisoformat(json.loads(body)["sent_at"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return told if told.tzinfo else None


def _kind(handler: Handler, envelope: Envelope) -> type[Event]:
    full_name = f"{envelope.source}.{envelope.name}"
    for kind in handler.events:
        if (kind.wire.source, kind.wire.name) != (envelope.source, envelope.name):
            continue
        if kind.wire.version != envelope.version:
            raise Unreadable(
                f"unknown version {envelope.version} of {full_name}: "
                f"this code reads version {kind.wire.version}"
            )
        return kind
    if (envelope.source, envelope.name) in EVENTS:
        raise Unreadable(f"{full_name} is not for this queue")
    raise Unreadable(f"unknown event {full_name}")


def _problems(error: Invalid) -> str:
    told = [f"{name}: {' '.join(problems)}" for name, problems in sorted(error.fields.items())]
    return "; ".join(told) or error.detail
