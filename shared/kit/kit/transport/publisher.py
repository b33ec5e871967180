"""Publishing in batches whose every message the broker has answered for."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from amqp.exceptions import AMQPError
from kombu import Connection

from kit.bus.outgoing import Outgoing

HEARTBEAT_SECONDS = 20
CONFIRM_SECONDS = 15
BROKER_AWAY = (AMQPError, OSError)
"""What a broker that is away, or refuses the whole channel, raises."""
RETURNED = "returned"
NACKED = "nacked"

_log = logging.getLogger(__name__)


class ConfirmedPublisher:
    """A connection of its own with publisher confirms. One greenlet uses it at a time.

    Errors of the connection rise; after one, build another publisher.
    """

    def __init__(self, amqp_uri: str) -> None:
        self._connection = Connection(amqp_uri, heartbeat=HEARTBEAT_SECONDS, connect_timeout=5)
        self._number = 0
        self._unanswered: dict[int, str] = {}
        self._refused: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._connection.connect()
        _look_for_no_notices(self._connection)
        self._channel: Any = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        with suppress(Exception):  # a connection that breaks while it is closed is closed
            self._connection.release()

    def publish(self, messages: Iterable[Outgoing]) -> dict[str, str]:
        """Send in order and wait for the broker's answers, persistent and mandatory.

        Gives back which ids did not arrive, and why: "returned" (no queue for it) or "nacked"
        (a queue refused it). Everything else is safe with the broker.
        """
        self.send(messages)
        return self.confirm()

    def send(self, messages: Iterable[Outgoing]) -> None:
        """The first half of `publish`."""
        self._refused = {}
        for message in messages:
            self._send(message)

    def confirm(self) -> dict[str, str]:
        """The second half of `publish`. Raises TimeoutError when the broker does not answer."""
        while self._unanswered:
            self._connection.drain_events(timeout=CONFIRM_SECONDS)
        return self._refused

    def beat(self) -> None:
        """To be called about every second while there is nothing to send."""
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_check()

    def _send(self, message: Outgoing) -> None:
        prepared = self._channel.prepare_message(
            message.body,
            content_type="application/json",
            content_encoding="utf-8",
            headers=dict(message.headers),
            properties={"delivery_mode": 2, "message_id": message.id},
        )
        self._number += 1
        self._unanswered[self._number] = message.id
        self._channel.basic_publish(
            prepared, exchange=message.exchange, routing_key=message.routing_key, mandatory=True
        )

    def _on_ack(self, number: int, multiple: bool) -> None:
        self._answered(number, multiple)

    def _on_nack(self, number: int, multiple: bool) -> None:
        for message_id in self._answered(number, multiple):
            self._refused[message_id] = NACKED

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._refused[message.properties["message_id"]] = RETURNED

    def _answered(self, number: int, multiple: bool) -> list[str]:
        """An answer may be for all messages up to this one. A returned one is acked as well."""
        numbers = [n for n in self._unanswered if n <= number] if multiple else [number]
        return [self._unanswered.pop(n) for n in numbers if n in self._unanswered]


def _look_for_no_notices(connection: Any) -> None:
    """py-amqp reads before each publish, to see a notice that the broker is short of memory; here
    such a broker shows by confirms that do not come, and reading once for each batch is enough."""
    properties = getattr(connection.connection, "client_properties", None) or {}
    properties.get("capabilities", {}).pop("connection.blocked", None)
