"""Asking the desk by hand, as somebody else's program may."""

import json
from typing import Any
from uuid import uuid4

from kombu import Connection, Consumer, Exchange, Producer, Queue

from desk.running import Desk


def answer_to(
    desk: Desk, body: bytes, *, key: str | bytes = "desk.say", **properties: Any
) -> dict[str, Any]:
    """What a raw message to a method of the desk is answered."""
    replies: list[dict[str, Any]] = []
    reply_to = uuid4().hex
    exchange = Exchange("nameko-rpc", type="topic", durable=True, no_declare=True)
    with Connection(desk.amqp_uri) as connection:
        channel = connection.channel()
        queue = Queue(f"test-{reply_to}", exchange, routing_key=reply_to, exclusive=True)
        consumer = Consumer(
            channel, [queue], on_message=lambda m: replies.append(json.loads(m.body)), no_ack=True
        )
        with consumer:
            Producer(channel).publish(
                body,
                exchange="nameko-rpc",
                routing_key=key,
                **{
                    "content_type": "application/json",
                    "content_encoding": "utf-8",
                    "reply_to": reply_to,
                    **properties,
                },
            )
            while not replies:
                connection.drain_events(timeout=10)
    return replies[0]
