"""A message inside the embedded broker: bytes, as on the wire.

Kept as bytes so that neither side sees the other's objects, and so that a header that RabbitMQ
could not carry is refused here too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amqp import Message


@dataclass(slots=True, eq=False)
class Stored:
    """A message on its way or in a queue.

    `expiration` is its own limit in milliseconds, `expires_at` the monotonic instant that
    follows from it and the queue's; `returns` counts how often it was put back.
    """

    body: bytes
    properties: bytes
    exchange: str
    routing_key: str
    expiration: int | None = None
    expires_at: float | None = None
    returns: int = 0
    redelivered: bool = False


def pack(message: Message, exchange: str, routing_key: str) -> Stored:
    """What the wire would carry of a message that is about to be published."""
    body = message.body
    if isinstance(body, str):
        message.properties.setdefault("content_encoding", "utf-8")
        body = body.encode(message.properties["content_encoding"])
    expiration = message.properties.get("expiration")
    return Stored(
        bytes(body),
        message._serialize_properties(),
        exchange,
        routing_key,
        None if expiration is None else int(expiration),
    )


def unpack(stored: Stored) -> Message:
    """A message of its own for the one who receives it."""
    message = Message(stored.body)
    message._load_properties(Message.CLASS_ID, stored.properties, 0)
    return message


def bury(stored: Stored, queue: str, reason: str, routing_key: str | None) -> tuple[Stored, str]:
    """The dead letter that a message becomes, and its routing key; headers as RabbitMQ's."""
    message = unpack(stored)
    headers: dict[str, Any] = message.properties.setdefault("application_headers", {})
    deaths: list[dict[str, Any]] = headers.get("x-death", [])
    known = next((d for d in deaths if (d["queue"], d["reason"]) == (queue, reason)), None)
    if known is not None:
        deaths.remove(known)
        known["count"] += 1
    death = known or {
        "queue": queue,
        "reason": reason,
        "count": 1,
        "exchange": stored.exchange,
        "routing-keys": [stored.routing_key],
        "time": datetime.now(UTC).replace(tzinfo=None),
    }
    expiration = message.properties.pop("expiration", None)
    if expiration is not None:
        death["original-expiration"] = expiration
    headers["x-death"] = [death, *deaths]
    headers.pop("x-delivery-count", None)
    headers.setdefault("x-first-death-queue", queue)
    headers.setdefault("x-first-death-reason", reason)
    headers.setdefault("x-first-death-exchange", stored.exchange)
    properties = message._serialize_properties()
    return Stored(stored.body, properties, "", ""), routing_key or stored.routing_key
