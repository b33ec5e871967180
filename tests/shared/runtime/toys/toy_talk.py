"""A conversation with a broker, embedded or real, at the level of AMQP."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import eventlet
import pytest
from kombu import Connection

QUICK = 5.0
"""Seconds within which what must happen happens."""


class Talk:
    """A connection with one channel, and what it has received."""

    def __init__(self, uri: str) -> None:
        self.connection = Connection(uri)
        self.connection.connect()
        self.channel = self.connection.channel()
        self.received: list[Any] = []

    def queue(self, name: str, **arguments: Any) -> str:
        told = {key.replace("_", "-"): value for key, value in arguments.items()}
        self.channel.queue_declare(name, durable=True, auto_delete=False, arguments=told or None)
        return name

    def exchange(self, name: str, kind: str) -> str:
        self.channel.exchange_declare(name, kind, durable=True, auto_delete=False)
        return name

    def publish(self, body: str, key: str, exchange: str = "", **options: Any) -> None:
        mandatory = options.pop("mandatory", False)
        headers = options.pop("headers", None)
        message = self.channel.prepare_message(body.encode(), headers=headers, properties=options)
        self.channel.basic_publish(message, exchange=exchange, routing_key=key, mandatory=mandatory)

    def consume(self, queue: str, *, prefetch: int = 0, no_ack: bool = False) -> str:
        self.channel.basic_qos(0, prefetch, False)
        tag: str = self.channel.basic_consume(queue, callback=self.received.append, no_ack=no_ack)
        return tag

    def drain_until(self, condition: Callable[[], Any], seconds: float = QUICK) -> Any:
        end = monotonic() + seconds
        while not condition():
            self.connection.drain_events(timeout=max(end - monotonic(), 0.01))
        return condition()

    def quiet(self, seconds: float = 0.15) -> None:
        with pytest.raises(TimeoutError):
            self.connection.drain_events(timeout=seconds)

    def get(self, queue: str) -> Any:
        return self.channel.basic_get(queue, no_ack=True)

    def get_soon(self, queue: str) -> Any:
        end = monotonic() + QUICK
        while (found := self.get(queue)) is None:
            assert monotonic() < end, f"nothing came into {queue}"
            eventlet.sleep(0.01)
        return found


def as_text(body: Any) -> str:
    return body.decode() if isinstance(body, bytes) else str(body)
