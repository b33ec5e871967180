"""A hub's own program: py-amqp, and nothing of ours. It may send what it likes."""

import json
import time
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import amqp

REPLY_TO = "amq.rabbitmq.reply-to"


class Stranger:
    """One connection and channel. `returned` has the routing keys that nobody answers."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.user = unquote(parts.username or "")
        self.connection = amqp.Connection(
            host=f"{parts.hostname}:{parts.port}",
            userid=self.user,
            password=unquote(parts.password or ""),
            virtual_host=unquote(parts.path[1:]),
            connect_timeout=5,
        )
        self.connection.connect()
        self.replies: dict[str, Any] = {}
        self.returned: list[str] = []
        self.open()

    def open(self) -> None:
        """A channel that listens for direct replies."""
        self.channel = self.connection.channel()
        self.channel.basic_consume(REPLY_TO, no_ack=True, callback=self._replied)
        self.channel.events["basic_return"].add(self._came_back)

    def send(self, method: str, body: Any, **properties: Any) -> str:
        """Publish to the hubs' exchange; what is not given is as it should be, and what is None
        is left out. Gives back the correlation id."""
        call_id = uuid4().hex
        told: dict[str, Any] = {
            "content_type": "application/json",
            "correlation_id": call_id,
            "reply_to": REPLY_TO,
            "user_id": self.user,
            "expiration": "10000",
            **properties,
        }
        exchange = told.pop("exchange", "hub")
        message = amqp.Message(
            body if isinstance(body, (bytes, str)) else json.dumps(body),
            **{name: value for name, value in told.items() if value is not None},
        )
        self.channel.basic_publish(message, exchange=exchange, routing_key=method, mandatory=True)
        return call_id

    def answer(self, call_id: str, seconds: float = 10) -> Any:
        """The reply; None where none comes in time. Raises what the broker says."""
        end = time.monotonic() + seconds
        while call_id not in self.replies and time.monotonic() < end:
            try:
                self.connection.drain_events(timeout=max(0.001, end - time.monotonic()))
            except TimeoutError:
                break
        return self.replies.pop(call_id, None)

    def ask(self, method: str, fields: Mapping[str, Any], **properties: Any) -> Any:
        """What comes back: `{"result": …, "error": …}`."""
        return self.answer(self.send(method, dict(fields), **properties))

    def code(self, method: str, body: Any, **properties: Any) -> Any:
        """The code of the error that comes back."""
        told = self.answer(self.send(method, body, **properties))
        return told["error"]["code"] if told and told["error"] else told

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self.close()
        except (amqp.exceptions.AMQPError, OSError):
            self.connection.collect()  # the broker was first

    def _replied(self, message: Any) -> None:
        self.replies[message.properties.get("correlation_id")] = json.loads(message.body)

    def _came_back(self, _error: Any, _exchange: str, routing_key: str, _message: Any) -> None:
        self.returned.append(routing_key)
